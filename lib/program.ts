import * as pulumi from "@pulumi/pulumi";
import { esbuildBundler, type Bundler } from "./bundles";
import { readConfig } from "./config";
import { FUNCTION_NAMES, type Bundles } from "./functions";
import type { Outputs } from "./outputs";
import { TapStack } from "./tap-stack";

export interface ProgramOptions {
  /** Replaces esbuild where a test needs no real code. */
  readonly bundle?: Bundler;
}

/**
 * The Pulumi program. A function, since the twin runs it many times in one process.
 * @throws {ConfigError} before anything is registered
 */
export async function program({ bundle = esbuildBundler }: ProgramOptions = {}): Promise<Outputs> {
  const config = readConfig();
  const bundles = await Promise.all(FUNCTION_NAMES.map(async (name) => [name, await bundle(name)] as const));
  const stack = new TapStack("tap", {
    config,
    bundles: Object.fromEntries(bundles) as Bundles, // one for each name, see FUNCTION_NAMES
    project: pulumi.getProject(),
  });
  return stack.outputs;
}
