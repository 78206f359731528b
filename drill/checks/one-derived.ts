import type { CaseFile } from "./case-file";
import type { Violation } from "./check";
import type { DerivedText } from "./derived";

/** One receipt and one event to a payment, however often and wherever they were derived: same name, same bytes. */
export function severalDerived({ texts }: CaseFile): readonly Violation[] {
  const first = new Map<string, DerivedText>();
  return texts.flatMap((text): Violation[] => {
    const { kind, paymentId, name } = text;
    const identity = `${kind} ${paymentId}`;
    const known = first.get(identity);
    if (!known) {
      first.set(identity, text);
      return [];
    }
    const how = known.name === name ? "with different contents" : `as ${known.name} and as ${name}`;
    return [{ invariant: "I2", message: `payment ${paymentId} has more than one ${kind}, ${how}`, evidence: [known, text] }];
  });
}
