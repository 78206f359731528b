import { CHECKS } from "./checks";
import { lostPayments } from "./checks/acknowledged";
import { caseFile, type FinalState } from "./checks/case-file";
import type { Check, Invariant, Violation } from "./checks/check";
import { rawDuplicates } from "./checks/derived";
import { doubledPayments } from "./checks/one-item";
import { returnsOf } from "./checks/routing";
import type { History } from "./history";

export { FinalStateError, type FinalState, type Snapshot } from "./checks/case-file";
export type { Check, Invariant, Violation } from "./checks/check";

/** What the checker found. */
export interface Judgement {
  /** The invariants that were judged, each with its sentence and its number of violations. */
  readonly invariants: readonly {
    readonly invariant: Invariant;
    readonly holds: string;
    readonly inEventualMode: Check["inEventualMode"];
    readonly violations: number;
  }[];
  readonly violations: readonly Violation[];
  /** Acknowledged payments missing in a reachable replica, or in all of them while something was broken. */
  readonly lost: readonly {
    readonly paymentId: string;
    readonly acknowledgedAt: number;
    /** When the loss began that took it; absent where it is missing at the end. */
    readonly since?: number;
  }[];
  /** Payments whose receipt or event was late in some region (I5), or never came. */
  readonly late: number;
  /** Items beyond one per customer and key. */
  readonly doubled: number;
  /** Payments acknowledged at least once. With none a history proves nothing. */
  readonly acknowledged: number;
  /** Derivations beyond one to a payment in each region. Consumers drop them. */
  readonly duplicates: { readonly events: number; readonly receipts: number };
  /** Returns of traffic to the primary, and those of them that nothing allowed. */
  readonly returns: { readonly all: number; readonly unverified: number };
  /** How often the function that takes payments was started: an effect outside the table would be called as often. */
  readonly invocations: number;
}

/** Judges a finished history against the final state. Pure: same history and state, same judgement. */
export function judge(history: History, state: FinalState, checks: readonly Check[] = CHECKS): Judgement {
  const file = caseFile(history, state);
  const returns = returnsOf(state.routing, state.at);
  const found = checks.map((check) => ({ check, violations: check.run(file) }));
  return {
    invariants: found.map(({ check: { invariant, holds, inEventualMode }, violations }) => ({
      invariant,
      holds,
      inEventualMode,
      violations: violations.length,
    })),
    violations: found.flatMap(({ violations }) => violations),
    lost: lostPayments(file).map(({ paymentId, at, since }) => ({ paymentId, acknowledgedAt: at, ...(since === undefined ? {} : { since }) })),
    late: new Set(found.flatMap(({ violations }) => violations.flatMap(({ invariant, paymentId }) => (invariant === "I5" ? (paymentId ?? []) : [])))).size,
    doubled: doubledPayments(file),
    acknowledged: file.payments.filter(({ answers }) => answers.length > 0).length,
    duplicates: rawDuplicates(state.derived),
    returns: { all: returns.length, unverified: returns.filter(({ because }) => because === "nothing").length },
    invocations: state.invocations,
  };
}
