import { differences, type CaseFile, type PaymentCase } from "./case-file";
import type { Check, Violation } from "./check";

/** A payment that nobody acknowledged is everywhere, once and the same, or nowhere. */
function judge(file: CaseFile, payment: PaymentCase): readonly Violation[] {
  const replicas = file.replicas.filter((replica) => replica.reachable);
  const having = replicas.flatMap(({ region, byId }) => {
    const item = byId.get(payment.id);
    return item ? [{ region, item }] : [];
  });
  const [first, ...others] = having;
  if (!first) return [];
  const { key, customerId } = payment.request;
  const missing = replicas.filter(({ byId }) => !byId.has(payment.id)).map(({ region }) => region);
  const evidence = { attempts: payment.attempts, stored: having };
  if (missing.length > 0) {
    const message = `the unknown outcome of key ${key} of customer ${customerId} is a payment in ${first.region} and none in ${missing.join(", ")}`;
    return [{ invariant: "I9", message, evidence }];
  }
  const changes = others.flatMap(({ item }) => differences(first.item, item));
  if (changes.length === 0) return [];
  const message = `the unknown outcome of key ${key} of customer ${customerId} differs between replicas: ${changes.join("; ")}`;
  return [{ invariant: "I9", message, evidence }];
}

export const unknownResolvesToOne: Check = {
  invariant: "I9",
  holds: "an unknown outcome resolves to one: the same payment in every reachable replica, or none in any",
  inEventualMode: "asserted",
  run: (file) => file.payments.flatMap((payment) => (payment.unknown && payment.answers.length === 0 ? judge(file, payment) : [])),
};
