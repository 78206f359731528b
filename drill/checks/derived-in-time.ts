import type { Payment } from "../history";
import type { CaseFile } from "./case-file";
import type { Check, Violation } from "./check";
import { dueAfter, type DerivedText, type Interval } from "./derived";

/** How long a region may take, once nothing is wrong with it. */
const WITHIN_MS = 60_000;

type Kind = DerivedText["kind"];
const KINDS: readonly Kind[] = ["receipt", "event"];
type FirstSeen = ReadonlyMap<string, number>;

/** When each region had each payment's receipt and event first: kind, then payment, then region. */
function firstSeen(texts: readonly DerivedText[]): Readonly<Record<Kind, ReadonlyMap<string, FirstSeen>>> {
  const seen = { receipt: new Map<string, FirstSeen>(), event: new Map<string, FirstSeen>() };
  for (const { kind, paymentId, first } of texts) {
    const known = seen[kind].get(paymentId);
    seen[kind].set(paymentId, known ? earlier(known, first) : first);
  }
  return seen;
}

function earlier(a: FirstSeen, b: FirstSeen): FirstSeen {
  const first = new Map(a);
  for (const [region, at] of b) first.set(region, Math.min(at, first.get(region) ?? Infinity));
  return first;
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
  const regions = Object.keys(derived).filter((region) => reachable.includes(region)).map((region) => ({ region, wrong: ailing(file, region) }));
  const found: Violation[] = [];
  for (const item of file.items.values()) {
    const since = storedBy(file, item);
    for (const { region, wrong } of regions) {
      const due = dueAfter(since, WITHIN_MS, wrong);
      if (due > endedAt) continue;
      for (const kind of KINDS) {
        const had = seen[kind].get(item.paymentId)?.get(region) ?? Infinity;
        if (had <= due) continue;
        const what = had === Infinity ? `has no ${kind}` : `had its ${kind} ${((had - due) / 1000).toFixed(1)} s late`;
        found.push({ invariant: "I5", paymentId: item.paymentId, message: `payment ${item.paymentId} ${what} in ${region}`, evidence: { item, region, due, had } });
      }
    }
  }
  return found;
}

export const derivedInTime: Check = {
  invariant: "I5",
  holds: "every item has its receipt and its event in each live region within 60 s of health",
  inEventualMode: "asserted",
  run,
};
