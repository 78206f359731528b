import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlatformError } from "./errors";

export interface RunRegion {
  readonly role: "primary" | "secondary";
  readonly address: string;
  readonly hostname: string;
  readonly api: string;
  /** Service's signing name -> URL of its wire protocol; those that are served. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** `.twin/run.json`: where a running twin is to be found. */
export interface RunFile {
  readonly pid: number;
  readonly environment: string;
  readonly failover: {
    readonly hostname: string;
    readonly port: number;
    readonly dns: { readonly address: string; readonly port: number };
  };
  /** The control server's URL. */
  readonly control: string;
  readonly regions: Readonly<Record<string, RunRegion>>;
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** `directory` is the twin's own, e.g. `.twin`. */
export const runFilePath = (directory: string): string => join(directory, "run.json");

/**
 * Writes the file in one step: a reader sees the old one or the new one, never half of it. Only its owner may read it.
 * @throws PlatformError RUN_ALREADY_ALIVE when another living twin has the directory; a dead one's file is replaced
 */
export function writeRunFile(directory: string, run: RunFile): void {
  refuseWhenAlive(directory, run.pid);
  mkdirSync(directory, { recursive: true });
  const path = runFilePath(directory);
  const draft = `${path}.${run.pid}`;
  try {
    // Removed first: an old draft would keep its own mode.
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** To be called before anything is started: the earlier an operator hears of the other twin, the better. */
export function refuseWhenAlive(directory: string, ownPid: number): void {
  const other = pidOf(directory);
  if (other === undefined || other === ownPid || !isAlive(other)) return;
  throw new PlatformError(
    "RUN_ALREADY_ALIVE",
    `a twin runs already (process ${other}, ${runFilePath(directory)}); stop it, or choose another directory with --dir. If process ${other} is something else, delete that file`,
  );
}

/**
 * The running twin.
 * @throws PlatformError RUN_FILE_MISSING, RUN_FILE_MALFORMED, or RUN_FILE_STALE when its process is gone
 */
export function readRunFile(directory: string): RunFile {
  const path = runFilePath(directory);
  const run = parse(path, readText(path));
  if (!isAlive(run.pid)) {
    throw new PlatformError("RUN_FILE_STALE", `the twin of ${path} is gone (process ${run.pid}); start it with: npm start`);
  }
  return run;
}

/** Removes the file if it is this process's; another twin's stays. */
export function removeRunFile(directory: string, ownPid: number): void {
  if (pidOf(directory) === ownPid) rmSync(runFilePath(directory), { force: true });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new PlatformError("RUN_FILE_MISSING", `no twin runs here (${path} does not exist); start it with: npm start`);
  }
}

function parse(path: string, text: string): RunFile {
  const malformed = (what: string): PlatformError =>
    new PlatformError("RUN_FILE_MALFORMED", `${path}: ${what}; delete it and start the twin again with: npm start`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("is not JSON");
  }
  const wrong = firstMismatch(RUN_SHAPE, value, "");
  if (wrong !== undefined) throw malformed(wrong);
  return value as RunFile; // RUN_SHAPE names every field of it
}

/** A type's name, an object of shapes, or `{"*": shape}` for an object with any keys. */
type Shape = "string" | "number" | "any" | { readonly [key: string]: Shape };

const RUN_SHAPE: Shape = {
  pid: "number",
  environment: "string",
  failover: { hostname: "string", port: "number", dns: { address: "string", port: "number" } },
  control: "string",
  regions: { "*": { role: "string", address: "string", hostname: "string", api: "string", endpoints: { "*": "string" } } },
  outputs: { "*": "any" },
};

/** Says where a value first differs from its shape; undefined = nowhere. */
function firstMismatch(shape: Shape, value: unknown, at: string): string | undefined {
  if (shape === "any") return undefined;
  if (typeof shape === "string") return typeof value === shape ? undefined : `${at || "it"} is not a ${shape}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at || "it"} is not an object`;
  const given = new Map<string, unknown>(Object.entries(value));
  const expected = shape["*"] ? [...given.keys()].map((key) => [key, shape["*"]] as const) : Object.entries(shape);
  for (const [key, inner] of expected) {
    const wrong = inner && firstMismatch(inner, given.get(key), at ? `${at}.${key}` : key);
    if (wrong) return wrong;
  }
  return undefined;
}

/** The process of the file, whatever else is in it; undefined where there is no readable file. */
function pidOf(directory: string): number | undefined {
  const path = runFilePath(directory);
  try {
    return parse(path, readText(path)).pid;
  } catch (error) {
    if (error instanceof PlatformError) return undefined;
    throw error;
  }
}

/** Signal 0 only asks. A process of another user is alive too. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

const hasCode = (error: unknown, code: string): boolean => typeof error === "object" && error !== null && "code" in error && error.code === code;
