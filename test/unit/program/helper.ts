import type { Bundler } from "../../../lib/bundles";
import { bundledOnce } from "../../helpers/bundled";
import { oncePerRun } from "../../helpers/once-per-run";

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

/** What the program did. */
export interface Recorded {
  readonly resources: readonly Registered[];
  readonly calls: readonly { readonly token: string; readonly provider: string }[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What it threw. */
  readonly error: unknown;
}

export interface Deployed extends Recorded {
  /** The only resource of a type whose name contains `part`. */
  one(type: string, part?: string): Registered;
  all(type: string): readonly Registered[];
  regionOf(resource: Registered): string;
}

export const ACCOUNT = "123456789012";

/** Code that names its function, so that a mix-up shows. The one that is run while the stack is deployed is real. */
export const stubBundler: Bundler = (name) => name === "stream-switch" ? bundledOnce(name) : Promise.resolve({ code: `exports.handler = () => "${name}";`, sha256: `${name}-`.padEnd(64, "0") });

/** The smallest configuration that deploys. */
export const MINIMAL: Readonly<Record<string, string>> = {
  "tap:environmentSuffix": "dev",
  "tap:domain": "payments.example.com",
  "tap:createHostedZone": "true",
};

const deployed = new Map<string, Promise<Deployed>>();

/** What the program registers under Pulumi's mocks; each configuration is deployed once in a run of Jest. Rejects with what the program throws. */
export function deploy(config: Readonly<Record<string, string>>, stack = "dev"): Promise<Deployed> {
  const key = JSON.stringify([stack, Object.entries(config).sort()]);
  const found = deployed.get(key) ?? oncePerRun(["registered", key], () => succeeding(config, stack)).then(view);
  deployed.set(key, found);
  return found;
}

async function succeeding(config: Readonly<Record<string, string>>, stack: string): Promise<Recorded> {
  const { resources, calls, outputs, error } = await attempt(config, stack);
  if (error !== undefined) throw error;
  return { resources, calls, outputs, error };
}

/** Runs the program here and now, for what it throws. */
export async function attempt(config: Readonly<Record<string, string>>, stack = "dev"): Promise<Deployed> {
  // Pulumi is loaded by those alone that deploy.
  const { record } = await import("./record");
  return view(await record(config, stack));
}

function view(recorded: Recorded): Deployed {
  const { resources } = recorded;
  const all = (type: string): readonly Registered[] => resources.filter((resource) => resource.type === type);
  return {
    ...recorded,
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
