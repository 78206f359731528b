import type { Payment } from "../history";
import type { CaseFile } from "./case-file";
import type { Check, Violation } from "./check";
import type { DerivedText } from "./derived";

/** What receipts and events call a payment's facts. Written down here again: judged is what readers get, not the code that makes it. */
const COMMON = { paymentId: "paymentId", customerId: "customerId", amount: "amount", currency: "currency", acceptedIn: "region", acceptedAt: "createdAt" } as const;
const NAMES: Readonly<Record<DerivedText["kind"], readonly (readonly [field: string, fact: keyof Payment])[]>> = {
  receipt: Object.entries({ ...COMMON, reference: "reference" } as const),
  event: Object.entries({ ...COMMON, eventId: "paymentId" } as const),
};

function judge(derived: DerivedText, items: CaseFile["items"]): readonly Violation[] {
  const { kind, name, fields, paymentId } = derived;
  const item = items.get(paymentId);
  if (!item) return []; // I6
  const evidence = { derived, item };
  if (!fields) return [{ invariant: "I4", message: `the ${kind} ${name} cannot be read`, evidence }];
  const wrong = NAMES[kind].filter(([field, fact]) => fields[field] !== item[fact]);
  if (wrong.length === 0) return [];
  const changes = wrong.map(([field, fact]) => `${field}: ${String(fields[field])}, stored ${String(item[fact])}`);
  return [{ invariant: "I4", message: `the ${kind} of payment ${paymentId} tells other facts than the item: ${changes.join("; ")}`, evidence }];
}

export const derivedFacts: Check = {
  invariant: "I4",
  holds: "receipt and event fields equal the item's",
  inEventualMode: "measured",
  run: ({ texts, items }) => texts.flatMap((text) => judge(text, items)),
};
