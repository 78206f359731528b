import type * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import { esbuildBundler, type Bundler } from "../lib/bundles";
import type { Outputs } from "../lib/outputs";
import { program } from "../lib/program";
import { deploy } from "../twin/deploy/deploy";
import { ofType, type Deployment } from "../twin/deploy/graph";
import { readStackConfig } from "../twin/deploy/stack-config";
import { DEFAULT_CONCURRENCY_QUOTA } from "../twin/services/lambda/index";
import { ACCOUNT_ID } from "./account";

/** The stack's outputs as `pulumi stack output --json` prints them. */
export type StackOutputs = pulumi.Unwrap<Outputs>;

/** The program's consistency modes, as its config names them. */
export type Consistency = "strong" | "eventual";

export interface DeployedStack {
  readonly stack: string;
  readonly deployment: Deployment;
  readonly outputs: StackOutputs;
  readonly consistency: Consistency;
  /** Whether payments need a signature. */
  readonly apiAuth: "iam" | "none";
  /** Executions at once that the account has in each region, as the config says. */
  readonly lambdaConcurrencyQuota: number;
  /** What runs: each function's bundle, by the function's logical name. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface DeployStackOptions {
  /** The project's folder; default the current one. */
  readonly folder?: string;
  readonly stack: string;
  /** Config values that replace the file's, e.g. `{"tap:consistency": "eventual"}`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Default: each function is bundled anew when its sources have changed. */
  readonly bundle?: Bundler;
}

/**
 * Runs the program with a stack's config, in process.
 * @throws StackConfigError, ConfigError
 */
export async function deployStack({ folder = ".", stack, overrides = {}, bundle = esbuildBundler }: DeployStackOptions): Promise<DeployedStack> {
  const file = readStackConfig(folder, stack);
  const config = { ...file.config, ...overrides };
  const deployment = await deploy({ program: () => program({ bundle }), project: file.project, stack, config, accountId: ACCOUNT_ID });
  return {
    stack,
    deployment,
    outputs: deployment.graph.outputs as unknown as StackOutputs, // what program() returns, resolved
    consistency: config["tap:consistency"] === "eventual" ? "eventual" : "strong",
    apiAuth: config["tap:apiAuth"] === "none" ? "none" : "iam",
    lambdaConcurrencyQuota: Number(config["tap:lambdaConcurrencyQuota"] ?? DEFAULT_CONCURRENCY_QUOTA),
    versions: bundleVersions(deployment),
  };
}

const bundleVersions = ({ graph }: Deployment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ofType(graph, "aws:lambda/function:Function").map(({ name, inputs }) => {
      const { variables } = (inputs["environment"] ?? {}) as { variables?: Record<string, string> }; // FunctionArgs.environment
      return [name, variables?.[ENV.BUNDLE_VERSION] ?? "unversioned"];
    }),
  );
