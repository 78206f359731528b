/**
 * The latch (docs/decisions.md, 5) as data: {@link LATCH} is the only place that says when the state changes. The function, the
 * operators' commands, the documentation and the drills' expectations read it.
 */

export const STATES = ["initial", "primary", "evacuated", "returning"] as const;
export type State = (typeof STATES)[number];

/** The stored latch. No item = `initial`. Times are epoch milliseconds. */
export interface Latch {
  readonly state: Exclude<State, "initial">;
  /** When it came to this state. */
  readonly since: number;
  /** Last time that DNS was seen answering the secondary; only while evacuated. */
  readonly heartbeatAt?: number;
  /** Counts the writes; every write is conditional on the version that was read. */
  readonly version: number;
}

export interface Observation {
  /** What the failover name leads to; `unknown` where it leads to neither. */
  readonly dns: "primary" | "secondary" | "unknown";
  /** Whether the secondary can take payments; looked at only where {@link needsVerdict}. */
  readonly secondaryVerdict: "good" | "bad" | "unknown";
  readonly nowMs: number;
  readonly lapseAfterMs: number;
  /** See {@link settleMs}. */
  readonly settleMs: number;
}

/** A heartbeat is written when the last one is this old: one write per 10 s, however many checkers poll. */
export const HEARTBEAT_MS = 10_000;
/** A failback that DNS has not followed by then has failed. */
export const RETURN_LIMIT_MS = 600_000;

export type Alert = "latch.evacuated" | "latch.lapsed" | "latch.return-failed";
/** `create` = only if there is no item, `change` = the state, `heartbeat` = only the heartbeat. */
export type Write = "create" | "change" | "heartbeat";

/** A condition on the latch's times. */
export type Elapsed = "heartbeat is due" | "heartbeat has lapsed" | "return is overdue" | "DNS is settling";

export interface Row {
  readonly from: State;
  /** Every condition given must hold; none = always. */
  readonly when: {
    readonly dns?: readonly Observation["dns"][];
    readonly secondaryVerdict?: readonly Observation["secondaryVerdict"][];
    readonly elapsed?: Elapsed;
  };
  readonly to: State;
  readonly write?: Write;
  readonly alert?: Alert;
  readonly because: string;
}

/** For each state the first row that holds decides; the last row of each state always holds. */
export const LATCH: readonly Row[] = [
  {
    from: "initial",
    when: { dns: ["primary"] },
    to: "primary",
    write: "create",
    because: "the stack is in service: from now on DNS leaving the primary means an evacuation",
  },
  {
    from: "initial",
    when: {},
    to: "initial",
    because: "new zones and certificates take their time; before DNS has answered the primary once there is nothing to leave",
  },
  {
    from: "primary",
    when: { dns: ["secondary"], elapsed: "DNS is settling" },
    to: "primary",
    because: "the latch has just come here: a resolver may still answer what was true before; a failure that lasts evacuates afterwards",
  },
  {
    from: "primary",
    when: { dns: ["secondary"], secondaryVerdict: ["good"] },
    to: "evacuated",
    write: "change",
    alert: "latch.evacuated",
    because: "Route 53 found the primary unhealthy and the secondary takes payments: hold the primary out until operators have verified it",
  },
  {
    from: "primary",
    when: {},
    to: "primary",
    because: "DNS answers the primary, or the secondary could not take what it would be given",
  },
  {
    from: "evacuated",
    when: { dns: ["secondary"], elapsed: "heartbeat is due" },
    to: "evacuated",
    write: "heartbeat",
    because: "traffic is here: keep the latch alive",
  },
  {
    from: "evacuated",
    when: { dns: ["primary"], elapsed: "heartbeat has lapsed" },
    to: "primary",
    write: "change",
    alert: "latch.lapsed",
    because: "traffic went back while the secondary was away or ill: a secondary that comes back takes none by itself",
  },
  {
    from: "evacuated",
    when: {},
    to: "evacuated",
    because: "the primary stays out until operators start a failback",
  },
  {
    from: "returning",
    when: { dns: ["primary"] },
    to: "primary",
    write: "change",
    because: "DNS has followed the failback",
  },
  {
    from: "returning",
    when: { elapsed: "return is overdue" },
    to: "evacuated",
    write: "change",
    alert: "latch.return-failed",
    because: "DNS has not followed the failback, so the primary is not healthy: hold it out again",
  },
  {
    from: "returning",
    when: {},
    to: "returning",
    because: "DNS still answers the secondary while Route 53 follows the failback; that is no new evacuation",
  },
];

/** What is to be done. `latch` is the latch after it: to be written where `write` is given. */
export interface Decision {
  readonly state: State;
  readonly row: Row;
  readonly latch: Latch | undefined;
  readonly write?: Write;
  readonly alert?: Alert;
}

/** @param latch what is stored; undefined = no item */
export function decide(latch: Latch | undefined, observation: Observation): Decision {
  const from = latch?.state ?? "initial";
  const row = LATCH.find((candidate) => candidate.from === from && holds(candidate, latch, observation));
  if (!row) throw new Error(`the latch's table has no row for ${from}`);
  return {
    state: row.to,
    row,
    latch: row.write ? next(latch, row, observation.nowMs) : latch,
    ...(row.write ? { write: row.write } : {}),
    ...(row.alert ? { alert: row.alert } : {}),
  };
}

/** May the decision depend on whether the secondary can take payments? */
export const needsVerdict = (latch: Latch | undefined, dns: Observation["dns"]): boolean =>
  LATCH.some(({ from, when }) => from === (latch?.state ?? "initial") && when.secondaryVerdict && (!when.dns || when.dns.includes(dns)));

function holds({ when }: Row, latch: Latch | undefined, observation: Observation): boolean {
  if (when.dns && !when.dns.includes(observation.dns)) return false;
  if (when.secondaryVerdict && !when.secondaryVerdict.includes(observation.secondaryVerdict)) return false;
  return !when.elapsed || (latch !== undefined && hasElapsed(when.elapsed, latch, observation));
}

function hasElapsed(elapsed: Elapsed, latch: Latch, { nowMs, lapseAfterMs, settleMs }: Observation): boolean {
  // An evacuation that operators asked for has no heartbeat before DNS has followed: it counts from its beginning.
  const sinceHeartbeat = nowMs - Math.max(latch.heartbeatAt ?? 0, latch.since);
  switch (elapsed) {
    case "heartbeat is due":
      return latch.heartbeatAt === undefined || nowMs - latch.heartbeatAt >= HEARTBEAT_MS;
    case "heartbeat has lapsed":
      return sinceHeartbeat > lapseAfterMs;
    case "return is overdue":
      return nowMs - latch.since >= RETURN_LIMIT_MS;
    case "DNS is settling":
      return nowMs - latch.since < settleMs;
  }
}

function next(latch: Latch | undefined, row: Row, nowMs: number): Latch | undefined {
  if (row.to === "initial") return undefined;
  return {
    state: row.to,
    since: row.write === "heartbeat" && latch ? latch.since : nowMs,
    ...(row.to === "evacuated" ? { heartbeatAt: nowMs } : {}),
    version: (latch?.version ?? 0) + 1,
  };
}

/** The switch check's settings and the TTL of the failover records. */
export interface LapseSettings {
  /** Consecutive answers that change a checker's mind. */
  readonly thresholdCount: number;
  readonly intervalSeconds: number;
  readonly ttlSeconds: number;
}

/**
 * Milliseconds without a heartbeat after which traffic is known to have left the secondary: twice the time that checkers
 * need, DNS on top, and never less than a minute.
 */
export const lapseAfterMs = ({ thresholdCount, intervalSeconds, ttlSeconds }: LapseSettings): number =>
  1000 * Math.max(60, 2 * (thresholdCount + 1) * intervalSeconds + 10 + ttlSeconds);

/** Seconds from the checkers' verdicts to the answers of all of Route 53's name servers; none is documented, this is room for it. */
const PROPAGATION_SECONDS = 10;

/**
 * Milliseconds after the latch has come to `primary` in which an answer "secondary" is old news: a resolver keeps an
 * answer for its TTL, and name servers do not change theirs at once. With the default TTL this is less than Route 53
 * needs to find a primary unhealthy anew (threshold 2 at 10 s), so that a second failure is latched as fast as ever.
 */
export const settleMs = ({ ttlSeconds }: Pick<LapseSettings, "ttlSeconds">): number => 1000 * (ttlSeconds + PROPAGATION_SECONDS);
