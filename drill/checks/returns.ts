import type { CaseFile } from "./case-file";
import type { Check } from "./check";
import { returnsOf } from "./routing";

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const noUnverifiedReturn: Check = {
  invariant: "I11",
  holds: "traffic never returns to a left region without a recorded failback or lapse",
  inEventualMode: "asserted",
  run: ({ state: { routing, at } }: CaseFile) =>
    returnsOf(routing, at)
      .filter(({ because }) => because === "nothing")
      .map((unverified) => ({
        invariant: "I11",
        message: `DNS answered the primary again ${seconds(unverified.at - unverified.leftAt)} after it had left it; no failback was under way and no lapse explains it`,
        evidence: { unverified, routing },
      })),
};
