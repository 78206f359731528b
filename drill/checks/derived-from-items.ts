import type { Check } from "./check";

export const derivedFromItems: Check = {
  invariant: "I6",
  holds: "no receipt or event without an item",
  inEventualMode: "asserted",
  run: ({ texts, items }) =>
    texts
      .filter(({ paymentId }) => !items.has(paymentId))
      .map((derived) => ({
        invariant: "I6",
        message: `${[...derived.first.keys()].join(" and ")} made a ${derived.kind} of payment ${derived.paymentId}, which is in no replica`,
        evidence: derived,
      })),
};
