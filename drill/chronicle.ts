import type { Fault } from "../twin/kernel/faults";
import type { Kernel, LoggedEvent } from "../twin/kernel/kernel";

export const LANES = ["fault", "health", "dns", "latch", "alarm"] as const;
export type Lane = (typeof LANES)[number];

/** Something that the system, or its surroundings, did: what a reader follows a drill by. */
export interface Entry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly lane: Lane;
  /** What it is about, e.g. a health check's name; entries of one subject follow each other. */
  readonly subject: string;
  readonly state: "good" | "bad" | "neutral";
  readonly text: string;
}

interface Looks {
  /** What the latch's item says now; undefined while there is none. */
  readonly latch: () => string | undefined;
  /** The fault in words. */
  readonly describe: (fault: Fault) => string;
}

/**
 * Follows the kernel's events until the answer is called, which gives all entries, oldest first. The latch is looked at
 * with each event, since it moves when others do.
 */
export function followChronicle(kernel: Pick<Kernel, "observe" | "now">, looks: Looks): () => readonly Entry[] {
  const entries: Entry[] = [];
  const faults = new Map<string, string>();
  let latch = looks.latch();
  const lookAtLatch = (at: number): void => {
    const state = looks.latch();
    if (state === latch) return;
    latch = state;
    entries.push({ at, lane: "latch", subject: "latch", state: state === "evacuated" ? "bad" : "neutral", text: `the latch says ${state ?? "nothing"}` });
  };
  const stop = kernel.observe((event) => {
    const entry = entryOf(event, faults, looks.describe);
    if (entry) entries.push(entry);
    lookAtLatch(event.at);
  });
  return () => {
    lookAtLatch(kernel.now());
    stop();
    return entries;
  };
}

function entryOf({ kind, at, data }: LoggedEvent, faults: Map<string, string>, describe: Looks["describe"]): Entry | undefined {
  const name = String(data["name"]);
  switch (kind) {
    case "fault.added": {
      const { id, ...fault } = data;
      const subject = describe(fault as unknown as Fault); // what FaultBoard.add records
      faults.set(String(id), subject);
      return { at, lane: "fault", subject, state: "bad", text: subject };
    }
    case "fault.removed": {
      const subject = faults.get(String(data["id"])) ?? "";
      return { at, lane: "fault", subject, state: "good", text: `over: ${subject}` };
    }
    case "route53.health": {
      const healthy = data["healthy"] === true;
      return { at, lane: "health", subject: name, state: healthy ? "good" : "bad", text: `${name} is ${healthy ? "healthy" : "unhealthy"}` };
    }
    case "route53.answer": {
      const primary = data["role"] === "PRIMARY";
      return { at, lane: "dns", subject: "DNS", state: primary ? "neutral" : "bad", text: `DNS answers the ${primary ? "primary" : "secondary"}` };
    }
    case "cloudwatch.alarm": {
      const state = String(data["state"]);
      const subject = `${name} (${String(data["region"])})`;
      return { at, lane: "alarm", subject, state: state === "ALARM" ? "bad" : state === "OK" ? "good" : "neutral", text: `${name} in ${String(data["region"])}: ${state}` };
    }
    default:
      return undefined;
  }
}
