import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readCredentials } from "../platform/credentials-file";
import type { StackOutputs } from "../platform/stack";
import { readRunFile, type RunFile } from "../platform/runfile";

/** The stack that a command is for cannot be found. */
export class AccessError extends Error {
  readonly code = "ACCESS";
  override readonly name = "AccessError";
}

/** A deployed stack, on AWS or in the running twin, as operators' commands reach it. */
export interface Access {
  readonly kind: "twin" | "aws";
  readonly outputs: StackOutputs;
  /** Of the running twin: where its DNS and its front doors are. */
  readonly run?: RunFile;
  /** Settings of an SDK client of a region. `service`: its signing name. */
  settings(region: string, service: string): ClientSettings;
  /** Of an STS client for whoever runs the command: who takes the operators' roles. */
  stsSettings(region: string): ClientSettings;
}

export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

export interface AccessOptions {
  readonly stack: string;
  /** A file that `pulumi stack output --json` has written. */
  readonly outputs?: string;
  /** The directory of a running twin's run file. */
  readonly directory: string;
}

/**
 * The outputs file where one is named; the running twin where its environment is the stack; else what Pulumi's CLI tells.
 * @throws {AccessError}
 */
export async function openAccess({ stack, outputs, directory }: AccessOptions): Promise<Access> {
  if (outputs !== undefined) return onAws(parse(readFileSync(outputs, "utf8"), outputs));
  const twin = runningTwin(stack, directory);
  return twin ?? onAws(parse(await pulumiOutputs(stack), `pulumi stack output --stack ${stack}`));
}

const onAws = (outputs: StackOutputs): Access => ({ kind: "aws", outputs, settings: (region) => ({ region }), stsSettings: (region) => ({ region }) });

function runningTwin(stack: string, directory: string): Access | undefined {
  let run;
  try {
    run = readRunFile(directory);
  } catch {
    return undefined;
  }
  const { environment, regions, outputs } = run;
  if (environment !== stack) return undefined;
  const endpointOf = (region: string, service: string): string => {
    const endpoint = regions[region]?.endpoints[service];
    if (endpoint === undefined) throw new AccessError(`the running twin has no endpoint of ${service} in ${region}`);
    return endpoint;
  };
  return {
    kind: "twin",
    run,
    outputs: outputs as unknown as StackOutputs, // written by this program's own deployment
    // The account's owner: keys that the twin has not issued.
    settings: (region, service) => ({ region, endpoint: endpointOf(region, service), credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
    // The account's owner takes no roles, as on AWS; the invented user may.
    stsSettings: (region) => {
      const known = readCredentials(directory);
      if (!known) throw new AccessError(`${directory} has no credentials.json: this stack wants no signatures, so the twin has invented no user; run it with --as caller`);
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = known;
      return { region, endpoint: endpointOf(region, "sts"), credentials: { accessKeyId, secretAccessKey, sessionToken } };
    },
  };
}

function pulumiOutputs(stack: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("pulumi", ["stack", "output", "--json", "--stack", stack], (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = stderr.trim().split("\n").at(-1) ?? error.message;
      reject(new AccessError(`no running twin of environment ${stack}, and pulumi does not tell its outputs (${why})\nstart a twin: npm start -- --stack ${stack}; or name a file: --outputs <what "pulumi stack output --json" has written>`));
    });
  });
}

const NEEDED = ["regions", "tableName", "bucketNames", "eventTopicArns"] as const;

function parse(text: string, source: string): StackOutputs {
  let outputs: Partial<StackOutputs>;
  try {
    outputs = JSON.parse(text) as Partial<StackOutputs>; // checked below as far as commands need it
  } catch {
    throw new AccessError(`${source} is not JSON; write it with: pulumi stack output --json`);
  }
  const missing = NEEDED.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) throw new AccessError(`${source} has no ${missing.join(", ")}; write it with: pulumi stack output --json`);
  return outputs as StackOutputs; // what the program returns, resolved
}
