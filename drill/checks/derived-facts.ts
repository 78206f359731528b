import type { Payment } from "../history";
import type { CaseFile } from "./case-file";
import type { Check, Violation } from "./check";
import type { DerivedText } from "./derived";

/** What receipts and events call a payment's facts. Written down here again: judged is what readers get, not the code that makes it. */
const COMMON = { paymentId: "paymentId", customerId: "customerId", amount: "amount", currency: "currency", acceptedIn: "region", acceptedAt: "createdAt" } as const;
const NAMES: Readonly<Record<DerivedText["kind"], Readonly<Record<string, keyof Payment>>>> = {
  receipt: { ...COMMON, reference: "reference" },
  event: { ...COMMON, eventId: "paymentId" },
};

function judge(derived: DerivedText, items: CaseFile["items"]): readonly Violation[] {
  const { kind, name, fields, paymentId } = derived;
  const item = items.get(paymentId);
  if (!item) return []; // I6
  const evidence = { derived, item };
  if (!fields) return [{ invariant: "I4", message: `the ${kind} ${name} cannot be read`, evidence }];
  const changes = Object.entries(NAMES[kind])
    .filter(([field, fact]) => fields[field] !== item[fact])
    .map(([field, fact]) => `${field}: ${String(fields[field])}, stored ${String(item[fact])}`);
  if (changes.length === 0) return [];
  return [{ invariant: "I4", message: `the ${kind} of payment ${paymentId} tells other facts than the item: ${changes.join("; ")}`, evidence }];
}

export const derivedFacts: Check = {
  invariant: "I4",
  holds: "receipt and event fields equal the item's",
  inEventualMode: "measured",
  run: ({ texts, items }) => texts.flatMap((text) => judge(text, items)),
};
