import { alarmsIn, BOTH, PRIMARY, SECONDARY } from "./alarm-groups";
import type { AlarmRef } from "./alarms";

/** Alarms that no drill makes sound, with the reason. What is listed here and sounds all the same is listed wrongly. */
export const SILENT_IN_DRILLS: readonly { readonly alarms: readonly AlarmRef[]; readonly because: string }[] = [
  {
    alarms: [...alarmsIn(BOTH, "process-duration", "read-duration", "health-duration"), ...alarmsIn(SECONDARY, "switch-duration", "observer-duration")],
    because: "the function's own deadlines end its calls before 80 % of its time limit; only a process that gets no processor runs longer, and the twin has no such fault",
  },
  { alarms: alarmsIn(BOTH, "validate-errors", "validate-duration"), because: "the function calls nothing that could fail or be late; the twin has no fault of a process by itself" },
  { alarms: alarmsIn(BOTH, "notify-duration"), because: "full batches of 50 records in each of a shard's ten lanes: thousands of payments that wait. The age of the stream sounds long before" },
  {
    alarms: [...alarmsIn(BOTH, "receipts-replication-pending", "documents-replication-pending"), ...alarmsIn(PRIMARY, "logs-replication-pending")],
    because: "100 MB that wait are some 200,000 receipts; its figure comes with the latency's, whose alarm sounds",
  },
  {
    alarms: alarmsIn(BOTH, ...["customer-index", "status-index"].flatMap((index) => [`${index}-read-throttles`, `${index}-write-throttles`])),
    because: "a thousand payments a second of one customer, for minutes; the twin counts no reads of indexes",
  },
  { alarms: alarmsIn(BOTH, "backup-failed", "backup-expired", "backup-copy-failed"), because: "the twin runs no backups" },
];

/** What a drill made sound. */
export interface Sounded {
  readonly scenario: string;
  readonly alarms: readonly AlarmRef[];
}

/** Of one alarm: the scenarios that make it sound, or why none does. */
export interface CoverageRow {
  readonly alarm: AlarmRef;
  readonly soundsIn: readonly string[];
  readonly because?: string;
  /** It sounds, or there is a reason why not; not both. */
  readonly pass: boolean;
}

/** Which drills make each alarm of the stack sound. Pure. */
export function alarmCoverage(alarms: readonly AlarmRef[], drills: readonly Sounded[], silent = SILENT_IN_DRILLS): readonly CoverageRow[] {
  const reasons = new Map(silent.flatMap(({ alarms: listed, because }) => listed.map((alarm) => [alarm, because] as const)));
  const heard = new Map<AlarmRef, string[]>();
  for (const { scenario, alarms: sounded } of drills) for (const alarm of new Set(sounded)) heard.set(alarm, [...(heard.get(alarm) ?? []), scenario]);
  return [...new Set(alarms)].sort().map((alarm) => {
    const soundsIn = [...new Set(heard.get(alarm))];
    const because = reasons.get(alarm);
    return { alarm, soundsIn, ...(because === undefined ? {} : { because }), pass: (because === undefined) !== (soundsIn.length === 0) };
  });
}

/** Reasons about alarms that the stack does not have: forgotten when the alarm went. */
export const reasonsForNothing = (alarms: readonly AlarmRef[], silent = SILENT_IN_DRILLS): readonly AlarmRef[] =>
  silent.flatMap(({ alarms: listed }) => listed).filter((alarm) => !alarms.includes(alarm));
