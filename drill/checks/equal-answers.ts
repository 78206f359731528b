import { differences, type CaseFile, type PaymentCase } from "./case-file";
import type { Check, Violation } from "./check";

function unequal({ request, answers }: PaymentCase, found: Violation[]): void {
  const [first] = answers;
  for (const other of answers) {
    if (!first || other === first) continue;
    const changes = differences(first.payment, other.payment);
    if (changes.length === 0) continue;
    const message = `key ${request.key} of customer ${request.customerId} was answered twice, differently: ${changes.join("; ")}`;
    found.push({ invariant: "I3", message, evidence: [first, other] });
  }
}

/** Equal to what is stored, too: what a caller was told is what will be settled. */
function altered({ replicas }: CaseFile, { answers }: PaymentCase, found: Violation[]): void {
  for (const answer of answers) {
    const { payment } = answer;
    for (const { region, reachable, byId } of replicas) {
      const item = byId.get(payment.paymentId);
      if (!reachable || !item) continue;
      const changes = differences(payment, item);
      if (changes.length === 0) continue;
      const message = `payment ${payment.paymentId} was acknowledged with other fields than ${region} has: ${changes.join("; ")}`;
      found.push({ invariant: "I3", message, evidence: { answer, item } });
    }
  }
}

export const equalAnswers: Check = {
  invariant: "I3",
  holds: "successful answers to one key are equal, and equal what is stored",
  inEventualMode: "measured",
  run: (file) => {
    const found: Violation[] = [];
    for (const payment of file.payments) {
      unequal(payment, found);
      altered(file, payment, found);
    }
    return found;
  },
};
