import { differences } from "./case-file";
import type { Check, Violation } from "./check";

export const equalAnswers: Check = {
  invariant: "I3",
  holds: "successful answers to one key are equal",
  inEventualMode: "measured",
  run: (file) =>
    file.payments.flatMap(({ request, answers }): Violation[] => {
      const [first, ...others] = answers;
      if (!first) return [];
      return others.flatMap((other): Violation[] => {
        const changes = differences(first.payment, other.payment);
        if (changes.length === 0) return [];
        const message = `key ${request.key} of customer ${request.customerId} was answered twice, differently: ${changes.join("; ")}`;
        return [{ invariant: "I3", message, evidence: [first, other] }];
      });
    }),
};
