import { join } from "node:path";
import type { DeployedStack, DeployStackOptions } from "../../platform/stack";
import { readStackConfig } from "../../twin/deploy/stack-config";
import { bundledOnce } from "./bundled";
import { oncePerRun } from "./once-per-run";

const folder = join(__dirname, "../..");

/**
 * The stack as the program deploys it in the twin, each configuration once in a run of Jest. For tests of what runs on it;
 * those of the deployment itself call `deployStack`.
 */
export function deployedStack({ stack = "local", overrides = {} }: Partial<Pick<DeployStackOptions, "stack" | "overrides">> = {}): Promise<DeployedStack> {
  const config = Object.entries({ ...readStackConfig(folder, stack).config, ...overrides }).sort();
  // Pulumi is loaded by those alone that deploy.
  return oncePerRun(["stack", stack, config], async () => (await import("../../platform/stack")).deployStack({ folder, stack, overrides, bundle: bundledOnce }));
}
