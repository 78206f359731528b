import type { Latch, State } from "./logic";

/**
 * What operators may ask of the latch, as data beside {@link LATCH}: the commands `failover` and `failback` write what
 * these rows allow and nothing else, forced or not.
 */

export type Operation = "failover" | "failback";

/** Why the state machine refuses an operation. */
export type OperationRefusal = "NOT_IN_SERVICE" | "ALREADY_EVACUATED" | "NOT_EVACUATED" | "ALREADY_RETURNING";

export interface OperationRow {
  readonly operation: Operation;
  readonly from: State;
  readonly answer: { readonly to: Exclude<State, "initial"> } | { readonly refused: OperationRefusal };
  readonly because: string;
}

/** One row for each operation in each state. */
export const OPERATIONS: readonly OperationRow[] = [
  {
    operation: "failover",
    from: "initial",
    answer: { refused: "NOT_IN_SERVICE" },
    because: "DNS has never answered the primary, so there is nothing to leave; npm run status tells which region is not healthy yet",
  },
  { operation: "failover", from: "primary", answer: { to: "evacuated" }, because: "operators hold the primary out" },
  {
    operation: "failover",
    from: "evacuated",
    answer: { refused: "ALREADY_EVACUATED" },
    because: "the primary is held out already; npm run status tells whether DNS has followed",
  },
  { operation: "failover", from: "returning", answer: { to: "evacuated" }, because: "operators call the failback off: the primary is held out again" },
  {
    operation: "failback",
    from: "initial",
    answer: { refused: "NOT_EVACUATED" },
    because: "nothing was evacuated: DNS has never answered the primary yet",
  },
  {
    operation: "failback",
    from: "primary",
    answer: { refused: "NOT_EVACUATED" },
    because: "the primary is not held out; where DNS answers the secondary all the same, Route 53 finds the primary unhealthy",
  },
  { operation: "failback", from: "evacuated", answer: { to: "returning" }, because: "operators have verified the primary" },
  {
    operation: "failback",
    from: "returning",
    answer: { refused: "ALREADY_RETURNING" },
    because: "a failback is under way; it ends when DNS answers the primary, or after 10 minutes in evacuated",
  },
];

/** The latch to be written, or why not. */
export type OperationDecision = { readonly row: OperationRow; readonly latch: Latch } | { readonly row: OperationRow; readonly refused: OperationRefusal };

/** Pure. @param latch what is stored; undefined = no item */
export function operate(operation: Operation, latch: Latch | undefined, nowMs: number): OperationDecision {
  const from = latch?.state ?? "initial";
  const row = OPERATIONS.find((candidate) => candidate.operation === operation && candidate.from === from);
  if (!row) throw new Error(`the operators' table has no row for ${operation} in ${from}`);
  if ("refused" in row.answer) return { row, refused: row.answer.refused };
  // No heartbeat: the evacuation counts from its beginning until DNS has followed.
  return { row, latch: { state: row.answer.to, since: nowMs, version: (latch?.version ?? 0) + 1 } };
}
