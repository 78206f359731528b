import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./config/parse";
import type { Config } from "./config/settings";

export { ConfigError, type ConfigProblem } from "./config/error";
export { parseConfig, type Surroundings } from "./config/parse";
export type { Config } from "./config/settings";

const NAMESPACE = "tap:";

/**
 * The stack's configuration.
 * @throws {ConfigError} with everything that is wrong; call it before anything is registered
 */
export function readConfig(): Config {
  const raw = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, value]) => [key.slice(NAMESPACE.length), value]);
  return parseConfig(Object.fromEntries(raw), { environmentSuffix: process.env["ENVIRONMENT_SUFFIX"], stack: pulumi.getStack() });
}
