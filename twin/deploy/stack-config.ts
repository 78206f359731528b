import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A project's stack as its files describe it. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** As the engine hands it to a program: `namespace:key` -> text, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

/** The stack's files cannot be read as a Pulumi project. */
export class StackConfigError extends Error {
  readonly code = "STACK_CONFIG";
  override readonly name = "StackConfigError";
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` of a folder, as the Pulumi CLI would.
 * @throws {StackConfigError} when a file is missing or is no YAML, or a value is encrypted (only the engine can open those)
 */
export function readStackConfig(folder: string, stack: string): StackConfig {
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) {
    throw new StackConfigError(`stack: got ${JSON.stringify(stack)}; allowed: 1-100 letters, digits, "-", "_", "."`);
  }
  const project = load(folder, "Pulumi.yaml")["name"];
  if (typeof project !== "string") throw new StackConfigError("Pulumi.yaml has no project name");
  const raw = load(folder, `Pulumi.${stack}.yaml`)["config"] ?? {};
  if (!isRecord(raw)) throw new StackConfigError(`Pulumi.${stack}.yaml: config is not a map`);
  return { project, stack, config: Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, text(key, value)])) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function load(folder: string, file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(join(folder, file), "utf8"));
  } catch (error) {
    throw new StackConfigError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(content)) throw new StackConfigError(`${file} is not a map`);
  return content;
}

function text(key: string, value: unknown): string {
  if (isRecord(value) && "secure" in value) {
    throw new StackConfigError(`${key} is encrypted; the twin has no key. Use a stack without secrets, e.g. --stack local`);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
