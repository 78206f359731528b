import type { CaseFile, PaymentCase, StoredItem } from "./case-file";
import type { Check, Violation } from "./check";
import { severalDerived } from "./one-derived";

/** The usual case, told apart without making anything: no two items in one replica, all under one id. */
const isOneInEach = (stored: readonly StoredItem[]): boolean =>
  stored.every(({ region, item }, index) => stored[0]?.item.paymentId === item.paymentId && stored.findIndex((other) => other.region === region) === index);

/** How many items a payment has beyond the one it may have: other ids, or one id more than once in a replica. */
export function surplusOf(file: CaseFile, payment: PaymentCase): number {
  const stored = file.itemsOf(payment);
  if (isOneInEach(stored)) return 0;
  const ids = new Set(stored.map(({ item }) => item.paymentId));
  const inOneReplica = new Map<string, number>();
  for (const { region, item } of stored) {
    const place = JSON.stringify([region, item.paymentId]);
    inOneReplica.set(place, (inOneReplica.get(place) ?? 0) + 1);
  }
  const repeats = Math.max(0, ...[...inOneReplica.values()].map((count) => count - 1));
  return Math.max(0, ids.size - 1) + repeats;
}

/** Items beyond one per customer and key, over all payments: money taken twice. */
export const doubledPayments = (file: CaseFile): number =>
  file.payments.reduce((sum, payment) => sum + surplusOf(file, payment), 0);

function judge(file: CaseFile, payment: PaymentCase): readonly Violation[] {
  const stored = file.itemsOf(payment);
  const ids = [...new Set(stored.map(({ item }) => item.paymentId))];
  const { customerId, key } = payment.request;
  const surplus = surplusOf(file, payment);
  const evidence = { attempts: payment.attempts, stored };
  if (surplus > 0) {
    const message = `customer ${customerId} paid once under key ${key} and has ${surplus + 1} items: ${ids.join(", ")}`;
    return [{ invariant: "I2", message, evidence }];
  }
  const [id] = ids;
  if (id === undefined || id === payment.id) return [];
  const message = `the payment of customer ${customerId} under key ${key} is stored as ${id}, not as ${payment.id}: a retry elsewhere would not meet it`;
  return [{ invariant: "I2", message, evidence }];
}

export const oneItemPerKey: Check = {
  invariant: "I2",
  holds: "one item per customer and idempotency key, under the id that both give; one receipt content and one deduplicated event to it",
  inEventualMode: "measured",
  run: (file) => [...file.payments.flatMap((payment) => judge(file, payment)), ...severalDerived(file)],
};
