import type { Observation, State } from "../switch/logic";

export const SIDES = ["primary", "secondary"] as const;
export type Side = (typeof SIDES)[number];
export type Health = "healthy" | "unhealthy";

/**
 * A longer time without a look breaks a row of good ones. Scheduler starts a run anywhere within its minute, so that looks
 * of two runs may be 90 s apart. EventBridge Scheduler user guide, "Schedule types".
 */
export const GAP_MS = 100_000;

/** What one look saw. Undefined = it could not be read. */
export interface Look {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly healthy: Readonly<Record<Side, boolean>>;
  readonly latchState: State | undefined;
  readonly dns: Observation["dns"];
}

/** What has been announced last; a subject that was never seen is not there. */
export interface Told {
  readonly latch?: State;
  readonly dns?: "primary" | "secondary";
  readonly primary?: Health;
  readonly secondary?: Health;
}
export type Subject = keyof Told;

/** What the observer remembers. Times are epoch milliseconds. */
export interface Observed {
  readonly observedAt: number;
  /** First look of the unbroken row of good ones that lasts until `observedAt`; undefined where the last look was bad. */
  readonly primaryHealthySince?: number;
  readonly secondaryHealthySince?: number;
  readonly latchState: State | "unknown";
  readonly dns: Observation["dns"];
  readonly told: Told;
  /** Counts the writes; every write is conditional on the version that was read. */
  readonly version: number;
}

/** Something changed that people must hear of, once. */
export interface Transition {
  readonly subject: Subject;
  readonly from: string;
  readonly to: string;
}

/** The memory after a look, and what is to be announced as soon as it is stored. */
export interface Outcome {
  readonly observed: Observed;
  readonly transitions: readonly Transition[];
}

/** @param last what is stored; undefined before the first look */
export function observe(last: Observed | undefined, look: Look): Outcome {
  const since = { primary: healthySince(last, look, "primary"), secondary: healthySince(last, look, "secondary") };
  const seen: Told = {
    ...settled("primary", last, look),
    ...settled("secondary", last, look),
    ...(look.latchState === undefined ? {} : { latch: look.latchState }),
    ...(look.dns === "unknown" ? {} : { dns: look.dns }),
  };
  return {
    observed: {
      observedAt: look.at,
      ...(since.primary === undefined ? {} : { primaryHealthySince: since.primary }),
      ...(since.secondary === undefined ? {} : { secondaryHealthySince: since.secondary }),
      latchState: look.latchState ?? "unknown",
      dns: look.dns,
      told: { ...last?.told, ...seen },
      version: (last?.version ?? 0) + 1,
    },
    transitions: SUBJECTS.flatMap((subject) => transition(subject, last?.told[subject], seen[subject])),
  };
}

const SUBJECTS: readonly Subject[] = ["primary", "secondary", "dns", "latch"];

/** What is seen for the first time is no change. */
const transition = (subject: Subject, from: string | undefined, to: string | undefined): readonly Transition[] =>
  from === undefined || to === undefined || from === to ? [] : [{ subject, from, to }];

const SINCE = { primary: "primaryHealthySince", secondary: "secondaryHealthySince" } as const;

const continues = (last: Observed | undefined, look: Look): last is Observed => last !== undefined && look.at - last.observedAt <= GAP_MS;

function healthySince(last: Observed | undefined, look: Look, side: Side): number | undefined {
  if (!look.healthy[side]) return undefined;
  return (continues(last, look) ? last[SINCE[side]] : undefined) ?? look.at;
}

/** Two looks in a row that agree: one lost packet is nothing to wake people for. */
function settled(side: Side, last: Observed | undefined, look: Look): Told {
  if (!continues(last, look)) return {};
  const before = last[SINCE[side]] !== undefined;
  return before === look.healthy[side] ? { [side]: before ? "healthy" : "unhealthy" } : {};
}
