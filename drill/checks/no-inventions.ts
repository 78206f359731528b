import type { Payment } from "../history";
import type { CaseFile, PaymentCase } from "./case-file";
import type { Check, Violation } from "./check";
import { holdsConflict } from "./conflicts";

const ASKED = ["customerId", "amount", "currency", "reference"] as const;

/** The usual case, told apart without making anything. */
const isAsAsked = (item: Payment, { request }: PaymentCase): boolean => ASKED.every((name) => item[name] === request[name]);

/** Every attempt was refused for certain, so there must be no item. */
const refused = (payment: PaymentCase): boolean => !payment.unknown && payment.answers.length === 0;

const NONE: readonly Violation[] = [];

function judge(file: CaseFile, region: string, item: Payment): readonly Violation[] {
  const owner = file.ownerOf(item);
  if (owner && !refused(owner) && isAsAsked(item, owner)) return NONE;
  const named = `item ${item.paymentId} in ${region}`;
  if (!owner) {
    return [{ invariant: "I10", message: `${named} belongs to no payment that a client made`, evidence: item }];
  }
  const evidence = { item, attempts: owner.attempts };
  if (refused(owner)) {
    return [{ invariant: "I10", message: `${named} is stored although every attempt at it was refused as not stored`, evidence }];
  }
  const changes = ASKED.filter((name) => item[name] !== owner.request[name]).map(
    (name) => `${name}: asked ${String(owner.request[name])}, stored ${String(item[name])}`,
  );
  // A client did ask for it, though under a key that was taken: I7.
  if (owner.conflicts.some((conflict) => holdsConflict(item, owner, conflict))) return NONE;
  return [{ invariant: "I10", message: `${named} is not the payment that was asked for: ${changes.join("; ")}`, evidence }];
}

export const noInventions: Check = {
  invariant: "I10",
  holds: "no item that no client made",
  inEventualMode: "asserted",
  run: (file) => file.replicas.flatMap(({ region, items }) => items.flatMap((item) => judge(file, region, item))),
};
