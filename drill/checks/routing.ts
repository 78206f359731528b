import type { State } from "../../lambda/switch/logic";

/** What was seen of the failover name and of its latch, each list oldest first. Instants are epoch milliseconds. */
export interface Routing {
  /** The authoritative answer's role: the one at the beginning and one for each change. */
  readonly answers: readonly { readonly at: number; readonly role: "PRIMARY" | "SECONDARY" }[];
  /** What the latch's item said, one entry for each change that was seen. */
  readonly latch: readonly { readonly at: number; readonly state: State }[];
  /** Changes of Route 53's verdict on the secondary's own health. Healthy before the first. */
  readonly secondary: readonly Verdict[];
  /** Changes of whether Route 53 hears that the primary is held out. It does not before the first. */
  readonly held: readonly { readonly at: number; readonly held: boolean }[];
  /** When the secondary could last not record anything: something was wrong with it. -Infinity when never. */
  readonly secondaryAiledUntil: number;
}

interface Verdict {
  readonly at: number;
  readonly healthy: boolean;
}

/** Traffic that went back to the primary. */
export interface Return {
  /** When DNS answered the secondary, and when the primary again. */
  readonly leftAt: number;
  readonly at: number;
  readonly because: "failback" | "lapse" | "lapse to be recorded" | "nothing";
}

/** A lapse shows one lapse limit and one round of health checks after the return; lambda/switch/logic.ts, `lapseAfterMs`. */
const RECORDED_WITHIN_MS = 120_000;

const lastBefore = <T extends { readonly at: number }>(entries: readonly T[], at: number): T | undefined => entries.findLast((entry) => entry.at <= at);

/** Every return of traffic to the primary after it had been left, each with what allowed it. @param endedAt epoch ms */
export function returnsOf(routing: Routing, endedAt: number): readonly Return[] {
  const { answers } = routing;
  return answers.flatMap(({ at, role }, index): Return[] => {
    const left = answers[index - 1];
    // Before DNS has answered the primary once nothing was left.
    if (role !== "PRIMARY" || left?.role !== "SECONDARY" || index < 2) return [];
    const until = answers[index + 1]?.at ?? endedAt;
    return [{ leftAt: left.at, at, because: reason(routing, left.at, at, until) }];
  });
}

function reason(routing: Routing, leftAt: number, at: number, until: number): Return["because"] {
  const { latch, secondary, held, secondaryAiledUntil } = routing;
  const during = [lastBefore(latch, leftAt), ...latch.filter((entry) => entry.at > leftAt && entry.at <= at)].map((entry) => entry?.state);
  if (during.includes("returning")) return "failback";
  // Route 53 answers the primary whatever the latch says only where it finds the secondary ill or hears no "evacuated".
  const heldOut = (lastBefore(secondary, at)?.healthy ?? true) && (lastBefore(held, at)?.held ?? false);
  if (heldOut || !during.includes("evacuated")) return "nothing";
  if (latch.some((entry) => entry.at > at && entry.at <= until && entry.state === "primary")) return "lapse";
  return until - Math.max(at, secondaryAiledUntil) < RECORDED_WITHIN_MS ? "lapse to be recorded" : "nothing";
}
