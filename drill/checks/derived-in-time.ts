import type { Payment } from "../history";
import type { CaseFile } from "./case-file";
import type { Check, Violation } from "./check";
import { dueAfter, type DerivedText, type Interval } from "./derived";

/** How long a region may take, once nothing is wrong with it. */
const WITHIN_MS = 60_000;

type Kind = DerivedText["kind"];
type FirstSeen = ReadonlyMap<string, number>;

/** When each region had each payment's receipt and event first: kind, then payment, then region. */
function firstSeen(texts: readonly DerivedText[]): Readonly<Record<Kind, ReadonlyMap<string, FirstSeen>>> {
  const seen = { receipt: new Map<string, Map<string, number>>(), event: new Map<string, Map<string, number>>() };
  for (const { kind, paymentId, first } of texts) {
    const known = seen[kind].get(paymentId);
    if (!known) seen[kind].set(paymentId, new Map(first));
    else for (const [region, at] of first) known.set(region, Math.min(at, known.get(region) ?? Infinity));
  }
  return seen;
}

/** By when the item was there for certain, on the clients' clock: functions' clocks may be wrong. */
function storedBy(file: CaseFile, item: Payment): number {
  const attempts = file.ownerOf(item)?.attempts ?? [];
  const acknowledged = attempts.find(({ outcome }) => outcome?.type === "ok");
  const last = acknowledged ?? attempts.at(-1);
  if (!last) return Date.parse(item.createdAt);
  return last.completedAt < Infinity ? last.completedAt : last.invokedAt;
}

/** Asynchronous replication brings an item late whichever of its regions is ill; a strong replica has it at once. */
function ailing({ state: { consistency, derived } }: CaseFile, region: string): readonly Interval[] {
  const own = derived[region]?.ailing ?? [];
  if (consistency === "strong") return own;
  return Object.values(derived).flatMap((state) => state.ailing).sort((a, b) => a.from - b.from);
}

function run(file: CaseFile): readonly Violation[] {
  const { derived, reachable, at: endedAt } = file.state;
  const seen = firstSeen(file.texts);
  return Object.keys(derived).filter((region) => reachable.includes(region)).flatMap((region) => {
    const wrong = ailing(file, region);
    const judge = (item: Payment, kind: Kind): readonly Violation[] => {
      const had = seen[kind].get(item.paymentId)?.get(region) ?? Infinity;
      const due = dueAfter(storedBy(file, item), WITHIN_MS, wrong);
      if (had <= due || due > endedAt) return [];
      const what = had === Infinity ? `has no ${kind}` : `had its ${kind} ${((had - due) / 1000).toFixed(1)} s late`;
      return [{ invariant: "I5", message: `payment ${item.paymentId} ${what} in ${region}`, evidence: { item, region, due, had } }];
    };
    return [...file.items.values()].flatMap((item) => [...judge(item, "receipt"), ...judge(item, "event")]);
  });
}

export const derivedInTime: Check = {
  invariant: "I5",
  holds: "every item has its receipt and its event in each live region within 60 s of health",
  inEventualMode: "asserted",
  run,
};
