import type { State } from "../lambda/switch/logic";

/** What operators may ask for. */
export type OperatorCommand = "failover" | "failback";

/** How a command of operators ended. */
export interface OperationEnd {
  readonly operation: OperatorCommand;
  readonly expect: "done" | "refused";
  readonly outcome: "done" | "refused" | "failed";
  /** The refusal's or failure's code. */
  readonly code?: string;
  /** The refusal's code that is expected; absent: any. */
  readonly because?: string;
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
  /** Records of the table's stream that were given up and are kept in the failure destination, by region. */
  readonly setAside: Readonly<Record<string, number>>;
}
