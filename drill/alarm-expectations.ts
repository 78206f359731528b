import { LEFT } from "./alarm-groups";
import { judged, type AlarmRef, type FiredAlarm, type StackAlarm } from "./alarms";
import { verdictLine, type VerdictLine } from "./verdict-line";

/** What a scenario says about alarms, beside what follows from its steps. Any that sounds and is in neither sounds without its cause. */
export interface AlarmExpectations {
  /** They sound, where the drill goes on until they are due. */
  readonly fire?: readonly AlarmRef[];
  /** What the scenario also explains. */
  readonly mayFire?: readonly AlarmRef[];
  /** Why messages of alarms may reach nobody, where that is so; else each must reach its topic. */
  readonly untold?: string;
}

/** What was heard of alarms in a drill. */
export interface Heard {
  readonly fired: readonly FiredAlarm[];
  /** Those that the stack has. */
  readonly alarms: readonly StackAlarm[];
  /** How long it was listened, milliseconds: from the fault on, and from the moment when DNS left the primary, where it did. */
  readonly listenedMs: { readonly sinceFault: number; readonly sinceMoved?: number };
}

const FOLLOWS_MOVE: ReadonlySet<AlarmRef> = new Set(LEFT);

/** Alarms that had the time to sound. One that the stack does not have cannot be late: it is a mistake of the scenario, which shows. */
function due(refs: readonly AlarmRef[], { alarms, listenedMs: { sinceFault, sinceMoved = 0 } }: Heard): readonly AlarmRef[] {
  const dueMs = new Map(alarms.map((alarm) => [alarm.ref, alarm.dueMs]));
  return refs.filter((ref) => (FOLLOWS_MOVE.has(ref) ? sinceMoved : sinceFault) >= (dueMs.get(ref) ?? 0));
}

/** The lines of a verdict on alarms. Pure. */
export function alarmLines({ fire = [], mayFire = [], untold }: AlarmExpectations, heard: Heard): readonly VerdictLine[] {
  const fired = judged(heard.fired);
  const sounded = new Set(fired.map(({ ref }) => ref));
  const explained = new Set([...fire, ...mayFire]);
  const unexplained = [...sounded].filter((ref) => !explained.has(ref));
  const unheard = [...new Set(fired.filter(({ notified }) => !notified).map(({ ref }) => ref))];
  const asked = new Set([...due(fire, heard), ...fire.filter((ref) => sounded.has(ref))]);
  const named = (refs: readonly string[]): string => (refs.length === 0 ? "" : ` (${refs.join(", ")})`);
  const none = { direction: "at most", limit: 0, unit: "alarms" } as const;
  return [
    ...[...asked].map((ref) => verdictLine({ id: `drill.alarm.${ref}`, what: `${ref} sounds`, measured: Number(sounded.has(ref)), limit: 1, direction: "at least", unit: "of 1" })),
    verdictLine({ ...none, id: "drill.alarms-unexplained", what: `alarms that sounded without their cause${named(unexplained)}`, measured: unexplained.length }),
    verdictLine({ ...none, id: "drill.alarms-untold", what: `alarms whose message reached nobody${named(unheard)}`, measured: unheard.length }, untold === undefined),
  ];
}
