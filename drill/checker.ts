import { CHECKS } from "./checks";
import { lostPayments } from "./checks/acknowledged";
import { caseFile, type FinalState } from "./checks/case-file";
import type { Check, Invariant, Violation } from "./checks/check";
import { doubledPayments } from "./checks/one-item";
import type { History } from "./history";

export { FinalStateError, type FinalState } from "./checks/case-file";
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
  /** Acknowledged payments missing in a reachable replica. */
  readonly lost: readonly { readonly paymentId: string; readonly acknowledgedAt: number }[];
  /** Items beyond one per customer and key. */
  readonly doubled: number;
  /** Payments acknowledged at least once. With none a history proves nothing. */
  readonly acknowledged: number;
}

/** Judges a finished history against the final state. Pure: same history and state, same judgement. */
export function judge(history: History, state: FinalState, checks: readonly Check[] = CHECKS): Judgement {
  const file = caseFile(history, state);
  const found = checks.map((check) => ({ check, violations: check.run(file) }));
  return {
    invariants: found.map(({ check: { invariant, holds, inEventualMode }, violations }) => ({
      invariant,
      holds,
      inEventualMode,
      violations: violations.length,
    })),
    violations: found.flatMap(({ violations }) => violations),
    lost: lostPayments(file).map(({ paymentId, acknowledgedAt }) => ({ paymentId, acknowledgedAt })),
    doubled: doubledPayments(file),
    acknowledged: file.payments.filter(({ answers }) => answers.length > 0).length,
  };
}
