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

function acknowledged({ payments }: CaseFile): readonly Acknowledged[] {
  return payments.flatMap((payment) => {
    const ids = new Map<string, number>();
    for (const { outcome, completedAt } of payment.attempts) {
      if (outcome?.type !== "ok") continue;
      const id = outcome.value.payment.paymentId;
      ids.set(id, Math.min(completedAt, ids.get(id) ?? Infinity));
    }
    return [...ids].map(([paymentId, at]) => ({ payment, paymentId, at }));
  });
}

/** What is missing in reachable replicas when the drill is over: lost for ever. */
function missingAtTheEnd(file: CaseFile): readonly LostPayment[] {
  const reachable = file.replicas.filter((replica) => replica.reachable);
  return acknowledged(file).flatMap((known) => {
    const missingIn = reachable.filter(({ byId }) => !byId.has(known.paymentId)).map(({ region }) => region);
    return missingIn.length > 0 ? [{ ...known, missingIn }] : [];
  });
}

/** What users could reach nowhere while something was broken: lost, had the rest never come back. */
function missingMeanwhile(file: CaseFile): readonly LostPayment[] {
  if (file.state.snapshots.length === 0) return [];
  const all = acknowledged(file);
  return file.state.snapshots.flatMap(({ at, since, replicas }) => {
    const regions = Object.keys(replicas);
    if (regions.length === 0) return []; // nobody could reach anything: an outage, no loss
    return all
      .filter((known) => known.at <= at && regions.every((region) => !replicas[region]?.has(known.paymentId)))
      .map((known) => ({ ...known, missingIn: regions, since }));
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
    const known = new Set(atTheEnd.map(({ paymentId }) => paymentId));
    const meanwhile = new Map(missingMeanwhile(file).filter(({ paymentId }) => !known.has(paymentId)).map((lost) => [lost.paymentId, lost]));
    return [...atTheEnd.map(told("is")), ...[...meanwhile.values()].map(told("was for a while"))];
  },
};
