import { createInterface } from "node:readline/promises";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { openAccess } from "../ops/access";
import { operatorAccess } from "../ops/operator-access";
import { IDENTITIES, withIdentity } from "../ops/operator-roles";
import type { OperationResult, OperatorAccess } from "../ops/operator";
import { describeFailure } from "./failure";
import { oneOf, OptionError } from "./options";

/** Exit codes of the operators' commands. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const;

/** Options that every operators' command has. */
export const STACK_OPTIONS = {
  stack: { type: "string", default: "local" },
  outputs: { type: "string" },
  dir: { type: "string", default: ".twin" },
  as: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

export const STACK_HELP = `  --stack <name>         default local; the running twin's where that is its environment, else AWS's (by the Pulumi CLI, or --outputs)
  --outputs <file>       what "pulumi stack output --json" has written; default $STACK_OUTPUTS
  --dir <path>           where the twin's run.json is; default .twin
  --as <operator|caller> whose permissions: the operator role of each region (drRoleArns in the outputs; your session needs a
                         second factor), or your own; default operator where the stack has the roles
  --help                 this text
Exits 0 when done, 1 when refused or failed, 2 when called wrongly.`;

/** The command's options. @throws OptionError for what parseArgs refuses */
export function parsed<T extends ParseArgsOptionsConfig>(options: T) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

export interface StackValues {
  readonly stack: string;
  readonly outputs?: string | undefined;
  readonly dir: string;
  readonly as?: string | undefined;
}

/** Runs a command of operators on the stack that its options name, and closes what it opened. */
export async function onStack<T>(values: StackValues, work: (access: OperatorAccess) => Promise<T>): Promise<T> {
  const file = values.outputs ?? process.env["STACK_OUTPUTS"];
  const found = await openAccess({ stack: values.stack, directory: values.dir, ...(file === undefined ? {} : { outputs: file }) });
  const identity = values.as === undefined ? undefined : oneOf("as", values.as, IDENTITIES);
  const identified = await withIdentity(found, identity);
  const access = operatorAccess(identified, { random: Math.random, out: (line) => console.error(line) });
  const roles = identified === found ? "" : ", by the stack's operator roles";
  console.error(`${found.kind === "twin" ? "the running twin" : "AWS"}, environment ${found.outputs.environment}${roles}`);
  try {
    return await work(access);
  } finally {
    access.close();
  }
}

/** How an operation ended, for people or as JSON; the exit code. */
export function tell(result: OperationResult, json: boolean): number {
  if (json) console.log(JSON.stringify(result, null, 2));
  else console.log(result.outcome === "done" ? "done" : `${result.outcome}: ${result.code}\n${result.why}`);
  return result.outcome === "done" ? EXIT.done : EXIT.refused;
}

/** Whoever forces types the environment's name. @throws OptionError without a terminal */
export async function confirmed(environment: string, question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new OptionError("--force: no terminal to ask at; scripts say --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question}\nType the environment's name (${environment}) to go on: `)).trim() === environment;
  } finally {
    terminal.close();
  }
}

/** Runs a command's main and ends the process with its code: timers of calls that were given up must not hold it. */
export function run(main: () => Promise<number>): void {
  main()
    .catch((error: unknown) => {
      console.error(describeFailure(error));
      return error instanceof OptionError ? EXIT.usage : EXIT.refused;
    })
    .then((code) => process.stdout.write("", () => process.exit(code)));
}
