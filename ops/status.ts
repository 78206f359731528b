import type { AuditEntry } from "../lambda/shared/audit";
import { isoTime } from "../lambda/shared/clock";
import type { State } from "../lambda/switch/logic";
import { cross, type Crossing } from "./canary";
import { seconds } from "./operation";
import { whyOf, type OperatorAccess } from "./operator";
import { dnsAnswer, healthOf, latchOf, observed, type Health, type Observed, type Role } from "./readings";
import { lastEntries } from "./trail";

/** A part of the status, or why it could not be read. */
export type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** What operators need to know to decide. Times in epoch milliseconds, ages and lags in milliseconds. */
export interface StackStatus {
  readonly environment: string;
  readonly at: number;
  readonly regions: { readonly primary: string; readonly secondary: string };
  /** Where the failover name leads. */
  readonly dns: Part<{ readonly role: Role | "unknown"; readonly target: string }>;
  readonly latch: Part<{ readonly state: State; readonly since?: number; readonly heartbeatAgeMs?: number }>;
  /** undefined = the observer has written nothing yet. */
  readonly observer: Part<(Observed & { readonly ageMs: number }) | undefined>;
  readonly health: Readonly<Record<Role, Health>>;
  /** A canary each way, written for this: a link may be cut in one direction only. */
  readonly canaries: { readonly toPrimary: Part<Crossing>; readonly toSecondary: Part<Crossing> };
  /** Newest first. */
  readonly audit: Part<readonly AuditEntry[]>;
}

/** Lines of the trail that a status shows unless more are asked for. */
export const TRAIL_LINES = 8;

/**
 * Reads every part side by side, each within its time: a dead region costs its parts and no other. Never rejects.
 * @param trailLines how many of the trail's last lines, at least 1
 */
export async function status(access: OperatorAccess, trailLines: number = TRAIL_LINES): Promise<StackStatus> {
  const { outputs, clock } = access;
  const latch = async () => {
    const item = await latchOf(access).read();
    if (!item) return { state: "initial" as const };
    return { state: item.state, since: item.since, ...(item.heartbeatAt === undefined ? {} : { heartbeatAgeMs: clock.now() - item.heartbeatAt }) };
  };
  const observer = async () => {
    const seen = await observed(access);
    return seen && { ...seen, ageMs: clock.now() - seen.observedAt };
  };
  const { regions } = outputs;
  const [dns, latchPart, observerPart, primary, secondary, toPrimary, toSecondary, audit] = await Promise.all([
    part(dnsAnswer(access)),
    part(latch()),
    part(observer()),
    healthOf(access, "primary"),
    healthOf(access, "secondary"),
    part(cross(access, regions.secondary, regions.primary)),
    part(cross(access, regions.primary, regions.secondary)),
    part(lastEntries(access, trailLines)),
  ]);
  return {
    environment: outputs.environment,
    at: Math.floor(clock.now()),
    regions: { primary: regions.primary, secondary: regions.secondary },
    dns,
    latch: latchPart,
    observer: observerPart,
    health: { primary, secondary },
    canaries: { toPrimary, toSecondary },
    audit,
  };
}

const part = <T>(work: Promise<T>): Promise<Part<T>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, why: whyOf(error) }),
  );

/** Could everything be read? */
export const isWhole = ({ dns, latch, observer, canaries, audit }: StackStatus): boolean =>
  [dns, latch, observer, canaries.toPrimary, canaries.toSecondary, audit].every(({ ok }) => ok);

const shown = <T>(given: Part<T>, text: (value: T) => string): string => (given.ok ? text(given.value) : `unknown: ${given.why}`);

/** The status for people. */
export function statusTable(found: StackStatus): string {
  const { regions, at } = found;
  const health = (role: Role): string => `${regions[role]} (${role}): ${found.health[role].healthy ? "takes payments" : `does not: ${found.health[role].text}`}`;
  const lines: readonly (readonly [string, string])[] = [
    ["DNS answers", shown(found.dns, ({ role, target }) => (role === "unknown" ? target : `${regions[role]} (${role})  ${target}`))],
    ["latch", shown(found.latch, ({ state, since, heartbeatAgeMs }) => [state, ...(since === undefined ? [] : [`since ${isoTime(since)}`]), ...(heartbeatAgeMs === undefined ? [] : [`heartbeat ${seconds(heartbeatAgeMs)} ago`])].join(", "))],
    ["observer", shown(found.observer, (seen) => observerText(seen, at))],
    ["health", health("primary")],
    ["", health("secondary")],
    ["canaries", `to ${regions.primary}: ${shown(found.canaries.toPrimary, ({ lagMs }) => seconds(lagMs))}`],
    ["", `to ${regions.secondary}: ${shown(found.canaries.toSecondary, ({ lagMs }) => seconds(lagMs))}`],
    ...auditLines(found.audit),
  ];
  return [`environment ${found.environment} at ${isoTime(at)}`, ...lines.map(([name, text]) => `  ${name.padEnd(12)} ${text}`)].join("\n");
}

function observerText(seen: (Observed & { readonly ageMs: number }) | undefined, at: number): string {
  if (!seen) return "has written nothing yet";
  const { primaryHealthySince, ageMs } = seen;
  return `looked ${seconds(ageMs)} ago: ${primaryHealthySince === undefined ? "the primary was not healthy" : `the primary healthy for ${seconds(at - primaryHealthySince)}`}`;
}

function auditLines(audit: StackStatus["audit"]): readonly (readonly [string, string])[] {
  if (!audit.ok) return [["audit trail", `unknown: ${audit.why}`]];
  if (audit.value.length === 0) return [["audit trail", "empty"]];
  return audit.value.map((entry, index) => [index === 0 ? "audit trail" : "", entryText(entry)]);
}

/** One line: when, what, what for at its end, and who. */
function entryText({ at, actor, action, step, outcome, reason, details }: AuditEntry): string {
  const text = String(details?.["text"] ?? reason ?? step);
  const ended = outcome === "refused" || outcome === "failed";
  const whatFor = reason !== undefined && step === "end" ? ` (${reason})` : "";
  return `${isoTime(at)}  ${action}${ended ? ` ${outcome}` : ""}: ${text}${whatFor}  ${actor}`;
}
