import type { Payment } from "../history";
import type { CaseFile, PaymentCase } from "./case-file";
import type { Check, Violation } from "./check";

const FIELDS = ["amount", "currency", "reference"] as const;

type Asked = PaymentCase["conflicts"][number];

/** Does the item hold what the conflicting call asked for, where that differs from what was acknowledged? */
export const holdsConflict = (item: Payment, payment: PaymentCase, { request }: Asked): boolean =>
  FIELDS.some((name) => request[name] !== payment.request[name] && item[name] === request[name]);

function judge(file: CaseFile, payment: PaymentCase): readonly Violation[] {
  const { customerId, key } = payment.request;
  const named = `key ${key} of customer ${customerId}`;
  const changed = payment.conflicts.flatMap((conflict): Violation[] => {
    const stored = file.itemsOf(payment).filter(({ item }) => holdsConflict(item, payment, conflict));
    const evidence = { attempts: payment.attempts, conflict, stored };
    if (conflict.outcome?.type === "ok") {
      return [{ invariant: "I7", message: `${named} was acknowledged again although other fields were asked for`, evidence }];
    }
    if (stored.length === 0) return [];
    const answer = conflict.outcome?.value.status ?? "nothing";
    const where = stored.map(({ region }) => region).join(" and ");
    return [{ invariant: "I7", message: `${named} was sent with other fields, answered ${answer}, and changed the payment in ${where}`, evidence }];
  });
  return [...changed, ...refusedRepeat(payment, named)];
}

/** A 409 says that the key holds other fields than these, and nobody was ever allowed to store others. */
function refusedRepeat({ attempts }: PaymentCase, named: string): readonly Violation[] {
  const refused = attempts.find(({ outcome }) => outcome?.type === "fail" && outcome.value.status === 409);
  if (!refused) return [];
  return [{ invariant: "I7", message: `${named} was answered 409 although it was sent with the fields of its first use`, evidence: { attempts, refused } }];
}

export const conflictsChangeNothing: Check = {
  invariant: "I7",
  holds: "a key that is sent again with other fields changes nothing, and is never acknowledged; with the same fields it is never refused as taken",
  inEventualMode: "measured",
  run: (file) => file.payments.flatMap((payment) => judge(file, payment)),
};
