import * as pulumi from "@pulumi/pulumi";
import { esbuildBundler, type Bundler } from "../../../lib/bundles";
import { program } from "../../../lib/program";

/** A resource as the program registered it. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  /** URN of the provider; empty = the default provider. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly dependsOn: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Deployed {
  readonly resources: readonly Registered[];
  readonly calls: readonly { readonly token: string; readonly provider: string }[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the program threw. */
  readonly error: unknown;
  /** The only resource of a type whose name contains `part`. */
  one(type: string, part?: string): Registered;
  all(type: string): readonly Registered[];
  regionOf(resource: Registered): string;
}

export const ACCOUNT = "123456789012";

/** Code that names its function, so that a mix-up shows. The one that is run while the stack is deployed is real. */
export const stubBundler: Bundler = (name) => name === "stream-switch" ? esbuildBundler(name) : Promise.resolve({ code: `exports.handler = () => "${name}";`, sha256: `${name}-`.padEnd(64, "0") });

/** The smallest configuration that deploys. */
export const MINIMAL: Readonly<Record<string, string>> = {
  "tap:environmentSuffix": "dev",
  "tap:domain": "payments.example.com",
  "tap:createHostedZone": "true",
};

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}
type Respond = (error: Error | null, response: { getUrn(): string } | undefined) => void;

const deployed = new Map<string, Promise<Deployed>>();

/** What the program registers under Pulumi's mocks; the same configuration is deployed once in a file. */
export function deploy(config: Readonly<Record<string, string>>, stack = "dev"): Promise<Deployed> {
  const key = JSON.stringify([stack, Object.entries(config).sort()]);
  const found = deployed.get(key) ?? quietly(() => run(config, stack));
  deployed.set(key, found);
  return found;
}

/** Pulumi takes a stack trace of every promise it makes; translated by source maps they are four fifths of the time. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

async function run(config: Readonly<Record<string, string>>, stack: string): Promise<Deployed> {
  const resources: Registered[] = [];
  const calls: { token: string; provider: string }[] = [];
  const inputsOf = new Map<string, Readonly<Record<string, unknown>>>();
  const key = (type: string, name: string): string => `${type} ${name}`;

  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(key(type, name), inputs);
        return { id: `id-of-${name}`, state: stateOf(type, name, inputs) };
      },
      call: ({ token, inputs, provider }) => {
        calls.push({ token, provider: provider ?? "" });
        if (token.includes("getAvailabilityZones")) return { names: ["a", "b", "c", "d"].map((zone) => `zone-${zone}`) };
        return token.includes("getCallerIdentity") ? { accountId: ACCOUNT } : { ...inputs };
      },
    },
    "payments",
    stack,
    false,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource(request: Request, respond: Respond): Promise<void> }; // internal to Pulumi
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, respond) =>
    original(request, (error, response) => {
      resources.push({
        urn: response?.getUrn() ?? "",
        type: request.getType(),
        name: request.getName(),
        custom: request.getCustom(),
        parent: request.getParent(),
        provider: request.getProvider().split("::").slice(0, -1).join("::"),
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        ignoreChanges: request.getIgnorechangesList(),
        dependsOn: request.getDependenciesList(),
        inputs: inputsOf.get(key(request.getType(), request.getName())) ?? {},
      });
      respond(error, response);
    });

  let error: unknown;
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program({ bundle: stubBundler });
    } catch (thrown) {
      error = thrown;
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  return view(resources, calls, (outputs ?? {}) as Deployed["outputs"], error); // Pulumi types it as any
}

function view(resources: readonly Registered[], calls: Deployed["calls"], outputs: Deployed["outputs"], error: unknown): Deployed {
  const all = (type: string): readonly Registered[] => resources.filter((resource) => resource.type === type);
  return {
    resources,
    calls,
    outputs,
    error,
    all,
    one(type, part = "") {
      const found = all(type).filter(({ name }) => name.includes(part));
      const [only] = found;
      if (!only || found.length !== 1) throw new Error(`${type} ${part}: found ${found.map(({ name }) => name).join(", ") || "none"}`);
      return only;
    },
    regionOf: ({ provider }) => String(resources.find(({ urn }) => urn === provider)?.inputs["region"]),
  };
}

/** The outputs that AWS would add and the program reads. */
function stateOf(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const base = { ...inputs, arn: `arn-of-${name}` };
  switch (type) {
    case "aws:dynamodb/table:Table": {
      const replicas = (inputs["replicas"] ?? []) as { regionName: string }[]; // the program's own
      return { ...base, streamArn: `stream-of-${name}`, replicas: replicas.map((replica) => ({ ...replica, arn: `arn-of-${name}-in-${replica.regionName}`, streamArn: `stream-of-${name}-in-${replica.regionName}` })) };
    }
    case "aws:acm/certificate:Certificate": {
      const names = [inputs["domainName"], ...((inputs["subjectAlternativeNames"] ?? []) as string[])]; // the program's own
      const domainValidationOptions = names.map((domainName) => ({
        domainName,
        resourceRecordName: `_proof.${String(domainName)}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_proof.acm-validations.aws",
      }));
      // A set: AWS's order is not the program's.
      return { ...base, domainValidationOptions: domainValidationOptions.reverse() };
    }
    case "aws:lambda/invocation:Invocation":
      return { ...base, result: JSON.stringify({ streamArn: `stream-answered-by-${name}` }) };
    case "aws:lambda/function:Function":
      return { ...base, invokeArn: `invoke-arn-of-${name}` };
    case "aws:apigateway/restApi:RestApi":
      return { ...base, executionArn: `execution-arn-of-${name}` };
    case "aws:apigateway/domainName:DomainName":
      return { ...base, regionalDomainName: `regional-${name}.aws.test` };
    case "aws:route53/zone:Zone":
      return { ...base, zoneId: "Z1", nameServers: ["ns-1.test", "ns-2.test"] };
    case "aws:route53/record:Record":
      return { ...base, fqdn: inputs["name"] };
    default:
      return base;
  }
}
