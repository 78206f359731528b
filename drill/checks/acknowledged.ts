import type { CaseFile, PaymentCase } from "./case-file";
import { differences } from "./case-file";
import type { Check, Violation } from "./check";

/** An acknowledged payment that a reachable replica does not have. */
export interface LostPayment {
  readonly payment: PaymentCase;
  /** The id that was acknowledged. */
  readonly paymentId: string;
  readonly missingIn: readonly string[];
  /** When its first acknowledgement arrived, epoch ms. */
  readonly acknowledgedAt: number;
}

/** One entry per acknowledged id that is missing in at least one reachable replica. */
export function lostPayments(file: CaseFile): readonly LostPayment[] {
  const reachable = file.replicas.filter((replica) => replica.reachable);
  return file.payments.flatMap((payment) => {
    const acknowledged = new Map<string, number>();
    for (const { outcome, completedAt } of payment.attempts) {
      if (outcome?.type !== "ok") continue;
      const id = outcome.value.payment.paymentId;
      acknowledged.set(id, Math.min(completedAt, acknowledged.get(id) ?? Infinity));
    }
    return [...acknowledged].flatMap(([paymentId, acknowledgedAt]) => {
      const missingIn = reachable.filter(({ byId }) => !byId.has(paymentId)).map(({ region }) => region);
      return missingIn.length > 0 ? [{ payment, paymentId, missingIn, acknowledgedAt }] : [];
    });
  });
}

const lost = (file: CaseFile): readonly Violation[] =>
  lostPayments(file).map(({ payment, paymentId, missingIn }) => ({
    invariant: "I1",
    message: `payment ${paymentId} was acknowledged to ${payment.process} and is not in ${missingIn.join(" and ")}`,
    evidence: payment.attempts,
  }));

const altered = (file: CaseFile): readonly Violation[] =>
  file.payments.flatMap((payment) =>
    payment.answers.flatMap((answer) =>
      file.replicas.flatMap(({ region, reachable, byId }): Violation[] => {
        const item = byId.get(answer.payment.paymentId);
        const changes = reachable && item ? differences(answer.payment, item) : [];
        if (changes.length === 0) return [];
        const message = `payment ${answer.payment.paymentId} was acknowledged with other fields than ${region} has: ${changes.join("; ")}`;
        return [{ invariant: "I1", message, evidence: { answer, item } }];
      }),
    ),
  );

/** Users see it too: a payment that is read after its acknowledgement is found, and is the one acknowledged. */
function readBack(file: CaseFile): readonly Violation[] {
  const answers = new Map(file.payments.flatMap(({ answers: all }) => all.map((answer) => [answer.payment.paymentId, answer] as const)));
  return file.reads.flatMap((read): Violation[] => {
    const answer = answers.get(read.request.paymentId);
    if (!answer || !read.outcome) return [];
    const { outcome } = read;
    const id = read.request.paymentId;
    if (outcome.type !== "ok") {
      if (outcome.value.status !== 404) return [];
      return [{ invariant: "I1", message: `payment ${id} was acknowledged and a read answered 404`, evidence: { answer, read } }];
    }
    const changes = differences(answer.payment, outcome.value.payment);
    if (changes.length === 0) return [];
    return [{ invariant: "I1", message: `payment ${id} was read with other fields than acknowledged: ${changes.join("; ")}`, evidence: { answer, read } }];
  });
}

export const acknowledgedIsStored: Check = {
  invariant: "I1",
  holds: "every acknowledged payment is in every reachable replica, with the acknowledged fields",
  inEventualMode: "measured",
  run: (file) => [...lost(file), ...altered(file), ...readBack(file)],
};
