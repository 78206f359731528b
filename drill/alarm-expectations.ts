import type { AlarmRef, FiredAlarm, StackAlarm } from "./alarms";
import { verdictLine, type VerdictLine } from "./verdict-line";

/** What a scenario says about alarms. Any alarm that sounds and is in neither list sounds without its cause. */
export interface AlarmExpectations {
  /** They sound, where the drill goes on until they are due. */
  readonly fire: readonly AlarmRef[];
  /** What the scenario also explains. */
  readonly mayFire?: readonly AlarmRef[];
  /** Why messages of alarms may reach nobody, where that is so; else each must reach its topic. */
  readonly untold?: string;
}

/** What was heard of alarms in a drill. */
export interface Heard {
  readonly fired: readonly FiredAlarm[];
  readonly alarms: readonly StackAlarm[];
  /** From the fault to the end of hearing, milliseconds. */
  readonly listenedMs: number;
}

/** The lines of a verdict on alarms. Pure. */
export function alarmLines({ fire, mayFire = [], untold }: AlarmExpectations, { fired, alarms, listenedMs }: Heard): readonly VerdictLine[] {
  const sounded = new Set(fired.map(({ ref }) => ref));
  const due = new Map(alarms.map(({ ref, dueMs }) => [ref, dueMs]));
  const explained = new Set([...fire, ...mayFire]);
  const unexplained = [...sounded].filter((ref) => !explained.has(ref));
  const unheard = [...new Set(fired.filter(({ notified }) => !notified).map(({ ref }) => ref))];
  const named = (refs: readonly string[]): string => (refs.length === 0 ? "" : ` (${refs.join(", ")})`);
  const none = { direction: "at most", limit: 0, unit: "alarms" } as const;
  return [
    // An alarm that the stack does not have cannot be late: it is a mistake of the scenario, which shows.
    ...fire
      .filter((ref) => sounded.has(ref) || listenedMs >= (due.get(ref) ?? 0))
      .map((ref) => verdictLine({ id: `drill.alarm.${ref}`, what: `${ref} sounds`, measured: Number(sounded.has(ref)), limit: 1, direction: "at least", unit: "of 1" })),
    verdictLine({ ...none, id: "drill.alarms-unexplained", what: `alarms that sounded without their cause${named(unexplained)}`, measured: unexplained.length }),
    verdictLine({ ...none, id: "drill.alarms-untold", what: `alarms whose message reached nobody${named(unheard)}`, measured: unheard.length }, untold === undefined),
  ];
}
