import type { State } from "../lambda/switch/logic";

/** What operators may ask for. */
export type OperatorCommand = "failover" | "failback";

/** How a command of operators ended. */
export interface OperationEnd {
  readonly operation: OperatorCommand;
  readonly expect: "done" | "refused";
  readonly outcome: "done" | "refused" | "failed";
  /** Why it was refused, or failed. */
  readonly why?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How the system stood when the clients had stopped, before any fault was taken back. */
export interface Ending {
  /** Where DNS leads. */
  readonly serving: "primary" | "secondary" | "nowhere";
  /** Undefined where its item is not readable. */
  readonly latch: State | undefined;
  /** Changes of the authoritative DNS answer since the fault. */
  readonly flips: number;
  readonly operations: readonly OperationEnd[];
}
