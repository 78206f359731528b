import type { ActiveFault } from "../twin/kernel/faults";
import { describeFault } from "./describe-fault";

/** One line of the page's event log. `tone` says whether it is good news, so that colour need not be the only signal. */
export interface StatusEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: "start" | "health" | "dns" | "latch" | "fault" | "defect";
  readonly tone: "good" | "bad" | "neutral";
  readonly text: string;
}

/** What is watched for changes. */
export interface Observation {
  /** Health check id -> its name and verdict. */
  readonly checks: ReadonlyMap<string, { readonly name: string; readonly healthy: boolean }>;
  /** The failover name's address and the region that has it; null where DNS has no answer. */
  readonly answer: { readonly address: string; readonly region: string | null } | null;
  /** undefined where the stack has no latch, or its item cannot be read. */
  readonly latch: string | undefined;
  readonly faults: readonly ActiveFault[];
}

type News = Omit<StatusEvent, "at">;

/** What happened between two looks, in the order cause before effect: faults, health, DNS, latch. */
export function changes(before: Observation, after: Observation): readonly News[] {
  return [...faultChanges(before, after), ...healthChanges(before, after), ...dnsChanges(before, after), ...latchChanges(before, after)];
}

function faultChanges(before: Observation, after: Observation): readonly News[] {
  const had = new Set(before.faults.map(({ id }) => id));
  const has = new Set(after.faults.map(({ id }) => id));
  return [
    ...after.faults
      .filter(({ id }) => !had.has(id))
      .map(({ id, fault }): News => ({ kind: "fault", tone: "bad", text: `${id}: ${describeFault(fault)}` })),
    ...before.faults
      .filter(({ id }) => !has.has(id))
      .map(({ id, fault }): News => ({ kind: "fault", tone: "good", text: `${id} healed (${describeFault(fault)})` })),
  ];
}

function healthChanges(before: Observation, after: Observation): readonly News[] {
  return [...after.checks].flatMap(([id, { name, healthy }]): readonly News[] => {
    const known = before.checks.get(id);
    if (known === undefined || known.healthy === healthy) return [];
    return [{ kind: "health", tone: healthy ? "good" : "bad", text: `${name} is ${healthy ? "healthy" : "unhealthy"}` }];
  });
}

function dnsChanges({ answer: before }: Observation, { answer: after }: Observation): readonly News[] {
  if (before?.address === after?.address) return [];
  if (!after) return [{ kind: "dns", tone: "bad", text: "DNS has no answer any more" }];
  const to = after.region ?? after.address;
  return [{ kind: "dns", tone: "neutral", text: before ? `DNS went from ${before.region ?? before.address} to ${to}` : `DNS answers ${to}` }];
}

function latchChanges(before: Observation, after: Observation): readonly News[] {
  if (before.latch === after.latch) return [];
  const text = after.latch === undefined ? "the latch cannot be read" : `latch: ${before.latch ?? "unknown"} to ${after.latch}`;
  return [{ kind: "latch", tone: after.latch === "evacuated" || after.latch === undefined ? "bad" : "neutral", text }];
}
