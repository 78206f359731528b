import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";
import { LoadError, loadModule, pickHandler } from "./archive.cjs";
import { FunctionError, type ExecutionSpec } from "./host";

/** What a bundle's evaluation gave. */
export interface Evaluated {
  readonly exports: unknown;
}

type Log = (line: string) => void;

/** Whose code runs: evaluated code is shared, its log lines are not. */
const current = new AsyncLocalStorage<Log>();

/**
 * Runs work; what the bundle writes to the console or to standard output meanwhile goes to `log`. To be made once for an
 * environment: entering the same context again is cheaper than making it.
 */
export const loggingTo = (log: Log): (<T>(work: () => T) => T) => current.run(log, () => AsyncLocalStorage.snapshot());

const write = (text: unknown): boolean => {
  const log = current.getStore();
  for (const line of String(text).split("\n")) if (line !== "") log?.(line);
  return true;
};
const print = (...parts: readonly unknown[]): void => {
  write(format(...parts));
};

const fakeConsole = { log: print, info: print, warn: print, error: print, debug: print, trace: print };

/** A timer of the machine would not fire in virtual time; better to hear of it than to wait for ever. */
const noTimer = (): never => {
  throw new FunctionError("Twin.HiddenTimer", "a timer of the machine was set in virtual time; use the runtime's clock");
};

/** The parts of `process` that code in Lambda may use, with the function's environment and nothing of the machine's. */
const fakeProcess = (env: Readonly<Record<string, string>>): object => ({
  env: { ...env },
  argv: ["/var/lang/bin/node", "/var/runtime/index.mjs"],
  execArgv: [],
  execPath: "/var/lang/bin/node",
  platform: "linux",
  arch: "arm64",
  pid: 1,
  release: { name: "node" },
  version: process.version,
  versions: process.versions,
  cwd: () => "/var/task",
  nextTick: process.nextTick,
  hrtime: process.hrtime,
  memoryUsage: process.memoryUsage,
  // Said once in a process, as a rule: a log line in the first cloud alone would make the same seed two histories.
  emitWarning: () => undefined,
  on: () => undefined,
  once: () => undefined,
  off: () => undefined,
  exit: (code: unknown) => {
    throw new FunctionError("Runtime.ExitError", `Runtime exited with error: exit status ${String(code ?? 0)}`, true);
  },
  stdout: { write, isTTY: false },
  stderr: { write, isTTY: false },
});

/** What differs between environments of one function: log stream and session. Code does not depend on them when it is evaluated. */
const OF_ONE_ENVIRONMENT = { AWS_LAMBDA_LOG_STREAM_NAME: "", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

const identity = ({ handler, variables }: ExecutionSpec): string => JSON.stringify([handler, { ...variables, ...OF_ONE_ENVIRONMENT }]);

/** By the text of the archive's files, then by handler and variables. Texts of one deployment are one string object: the look-up is cheap. */
const evaluations = new Map<string, Map<string, Evaluated>>();

/**
 * Evaluates a function's code, once for the same code, handler and variables, whatever cloud it runs in.
 * Throws {@link FunctionError} as Lambda words what did not load.
 */
export function evaluate(spec: ExecutionSpec): Evaluated {
  const names = Object.keys(spec.files);
  const [only] = names;
  const code = names.length === 1 && only !== undefined ? (spec.files[only] ?? "") : JSON.stringify(spec.files);
  const known = evaluations.get(code) ?? new Map<string, Evaluated>();
  evaluations.set(code, known);
  const key = identity(spec);
  let evaluated = known.get(key);
  if (!evaluated) {
    evaluated = load(spec);
    known.set(key, evaluated);
  }
  return evaluated;
}

function load({ files, handler, variables }: ExecutionSpec): Evaluated {
  const globals = { process: fakeProcess(variables), console: fakeConsole, setTimeout: noTimer, setInterval: noTimer };
  try {
    const exports = loadModule(files, handler, (name) => process.getBuiltinModule(name), globals);
    pickHandler(exports, handler);
    return { exports };
  } catch (error) {
    if (error instanceof LoadError) throw new FunctionError(error.errorType, error.message);
    throw error;
  }
}
