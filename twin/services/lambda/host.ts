import type { CallingProcess } from "../../kernel/faults";
import type { NetworkAttachment } from "../vpc/attachment";

/** What Lambda knows of a function when it starts an execution environment. */
export interface ExecutionSpec {
  readonly region: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The execution role's ARN: the identity of the session credentials. */
  readonly role: string;
  /** `file.export`, e.g. `index.handler`. */
  readonly handler: string;
  /** The deployed archive: file name -> text. */
  readonly files: Readonly<Record<string, string>>;
  /** The environment as deployed plus what Lambda itself sets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where it stands in a VPC. */
  readonly network?: NetworkAttachment;
  /** The environment's own process, for faults that end it. */
  readonly process: CallingProcess;
  /** How wrong its clock is now, milliseconds; negative = behind. */
  clockError(): number;
}

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Epoch milliseconds at which Lambda gives up. */
  readonly deadline: number;
}

/** The function threw, or its process died: what Lambda reports as a function error. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** @param fatal the process is gone, and with it the execution environment: Lambda starts another one */
  constructor(
    readonly errorType: string,
    message: string,
    readonly fatal = false,
  ) {
    super(message);
  }
}

/** One execution environment: runs one invocation at a time. */
export interface ExecutionEnvironment {
  /** Loads the code: the cold start. Rejects with {@link FunctionError} where the code does not load. */
  init(): Promise<void>;
  /** Rejects with {@link FunctionError}. May never settle: Lambda enforces the time limit. */
  invoke(invocation: Invocation): Promise<unknown>;
  /** Ends it at once, whatever it is doing. */
  stop(): void;
}

/** Runs functions' code: worker threads in real time (doors/), in process in virtual time. */
export interface FunctionHost {
  environment(spec: ExecutionSpec, log: (line: string) => void): ExecutionEnvironment;
}
