import type { CaseFile, PaymentCase } from "./case-file";
import type { Check, Violation } from "./check";

/** An id that a client was told, and when first, epoch ms. */
interface Acknowledged {
  readonly payment: PaymentCase;
  readonly paymentId: string;
  readonly at: number;
}

/** An acknowledged payment that replicas do not have. */
export interface LostPayment extends Acknowledged {
  readonly missingIn: readonly string[];
  /** When the loss began that took it; undefined for the end of the drill. */
  readonly since?: number;
}

/** Asked twice of each file: by the invariant, and for the count of lost payments. */
const known = new WeakMap<CaseFile, readonly Acknowledged[]>();

function acknowledged(file: CaseFile): readonly Acknowledged[] {
  const before = known.get(file);
  if (before) return before;
  const all = file.payments.flatMap(idsOf);
  known.set(file, all);
  return all;
}

function idsOf(payment: PaymentCase): readonly Acknowledged[] {
  const ids: { paymentId: string; at: number; payment: PaymentCase }[] = [];
  for (const { outcome, completedAt } of payment.attempts) {
    if (outcome?.type !== "ok") continue;
    const { paymentId } = outcome.value.payment;
    const same = ids.find((each) => each.paymentId === paymentId);
    if (same) same.at = Math.min(same.at, completedAt);
    else ids.push({ payment, paymentId, at: completedAt });
  }
  return ids;
}

/** What is missing in reachable replicas when the drill is over: lost for ever. */
function missingAtTheEnd(file: CaseFile): readonly LostPayment[] {
  const reachable = file.replicas.filter((replica) => replica.reachable);
  return acknowledged(file)
    .filter(({ paymentId }) => reachable.some(({ byId }) => !byId.has(paymentId)))
    .map((each) => ({ ...each, missingIn: reachable.filter(({ byId }) => !byId.has(each.paymentId)).map(({ region }) => region) }));
}

/** What users could reach nowhere while something was broken: lost, had the rest never come back. */
function missingMeanwhile(file: CaseFile): readonly LostPayment[] {
  if (file.state.snapshots.length === 0) return [];
  const all = acknowledged(file);
  return file.state.snapshots.flatMap(({ at, since, replicas }) => {
    const regions = Object.keys(replicas);
    if (regions.length === 0) return []; // nobody could reach anything: an outage, no loss
    return all
      .filter((each) => each.at <= at && regions.every((region) => !replicas[region]?.has(each.paymentId)))
      .map((each) => ({ ...each, missingIn: regions, since }));
  });
}

/** One entry per acknowledged id: missing in a reachable replica at the end, or in all of them while something was broken. */
export function lostPayments(file: CaseFile): readonly LostPayment[] {
  const byId = new Map<string, LostPayment>();
  for (const lost of [...missingMeanwhile(file), ...missingAtTheEnd(file)]) if (!byId.has(lost.paymentId)) byId.set(lost.paymentId, lost);
  return [...byId.values()];
}

const told = (when: string) => ({ payment, paymentId, missingIn }: LostPayment): Violation => ({
  invariant: "I1",
  message: `payment ${paymentId} was acknowledged to ${payment.process} and ${when} not in ${missingIn.join(" and ")}`,
  evidence: payment.attempts,
});

export const acknowledgedIsStored: Check = {
  invariant: "I1",
  holds: "every acknowledged payment is in every reachable replica: strong at once, eventual after healing",
  inEventualMode: "asserted",
  run: (file) => {
    const atTheEnd = missingAtTheEnd(file);
    if (file.state.consistency === "eventual") return atTheEnd.map(told("is"));
    const forEver = new Set(atTheEnd.map(({ paymentId }) => paymentId));
    const meanwhile = new Map(missingMeanwhile(file).filter(({ paymentId }) => !forEver.has(paymentId)).map((lost) => [lost.paymentId, lost]));
    return [...atTheEnd.map(told("is")), ...[...meanwhile.values()].map(told("was for a while"))];
  },
};
