import { alarmsOfScenario } from "../../../drill/alarm-causes";
import { alarmCoverage, reasonsForNothing } from "../../../drill/alarm-coverage";
import { alarmLines, type AlarmExpectations, type Heard } from "../../../drill/alarm-expectations";
import { hearAlarms, judged, type AlarmRef, type FiredAlarm, type StackAlarm } from "../../../drill/alarms";
import type { Step } from "../../../drill/scenario";
import type { LoggedEvent } from "../../../twin/kernel/kernel";

const ERRORS = "payments-api-5xx@primary";
const LATENCY = "payments-api-latency@secondary";
const MOVED = "payments-latch-moved@secondary";

const has = (ref: AlarmRef, dueMs = 200_000): StackAlarm => {
  const [service = "", place] = ref.split("@");
  const region = place === "primary" ? "us-east-1" : "us-east-2";
  return { ref, name: `${service}-${region}-dev`, arn: `arn:${ref}`, region, dueMs };
};
const fired = (ref: AlarmRef, told: Partial<FiredAlarm> = {}): FiredAlarm => ({ ref, region: "us-east-1", at: 0, sinceFaultMs: 0, notified: true, because: "", ...told });
const failing = (expected: AlarmExpectations, heard: Partial<Heard>): readonly string[] =>
  alarmLines(expected, { fired: [], alarms: [has(ERRORS), has(LATENCY), has(MOVED)], listenedMs: { sinceFault: 300_000 }, ...heard })
    .filter(({ pass, asserted }) => asserted && !pass)
    .map(({ what }) => what);

describe("a drill's verdict on alarms", () => {
  test("an expected alarm that stays silent fails the drill by its name, or nobody would be called", () => {
    expect(failing({ fire: [ERRORS, LATENCY] }, { fired: [fired(LATENCY)] })).toEqual([`${ERRORS} sounds`]);
  });

  test("an alarm that the stack no longer has fails the scenario that expects it", () => {
    expect(failing({ fire: ["payments-gone@primary"] }, { listenedMs: { sinceFault: 0 } })).toEqual(["payments-gone@primary sounds"]);
  });

  test.each([
    ["the drill ends before it is due", [ERRORS], { sinceFault: 199_999 }],
    ["traffic has not moved yet, which it follows", [MOVED], { sinceFault: 900_000 }],
    ["traffic has moved only just now", [MOVED], { sinceFault: 900_000, sinceMoved: 60_000 }],
  ] as const)("no alarm is called silent when %s", (_why, fire, listenedMs) => {
    expect(failing({ fire }, { listenedMs })).toEqual([]);
  });

  test("an alarm without its cause fails the drill by its name, or people would be woken for nothing", () => {
    expect(failing({ fire: [LATENCY] }, { fired: [fired(LATENCY), fired(ERRORS), fired(ERRORS)] })).toEqual([`alarms that sounded without their cause (${ERRORS})`]);
  });

  test("an alarm whose message reached no topic fails the drill, unless the scenario says why", () => {
    const heard = { fired: [fired(LATENCY, { notified: false, untold: "AccessDenied" })] };
    expect(failing({ mayFire: [LATENCY] }, heard)).toEqual([`alarms whose message reached nobody (${LATENCY})`]);
    expect(failing({ mayFire: [LATENCY], untold: "the topic's key is disabled" }, heard)).toEqual([]);
  });
});

describe("what a scenario's steps explain", () => {
  const inject = (given: Extract<Step, { inject: unknown }>["inject"]): Step => ({ atMs: 0, inject: given, as: "cause" });
  const explained = (...steps: Step[]): readonly string[] => alarmsOfScenario({ steps }, {}).mayFire ?? [];

  test.each<[string, Step, readonly AlarmRef[], readonly AlarmRef[]]>([
    ["a lost primary, people hear of the move", inject({ kind: "outage", role: "primary" }), [MOVED, "payments-primary-unhealthy@global"], ["payments-secondary-unhealthy@global"]],
    ["a lost secondary, nothing of the primary", inject({ kind: "outage", role: "secondary" }), ["payments-secondary-unhealthy@global"], [MOVED, ERRORS]],
    ["payments that fail, no ill health route", inject({ kind: "service", service: "lambda", role: "primary", resource: "payments-process-{region}-{environment}" }), [ERRORS, MOVED], ["payments-primary-unhealthy@global"]],
    ["buckets that fail, nothing that payers feel", inject({ kind: "service", service: "s3", role: "primary" }), ["payments-notify-iterator-age@primary"], [ERRORS, MOVED]],
    ["blind checkers, nothing at all", inject({ kind: "checkers", region: "us-west-1" }), [], [MOVED, "payments-primary-unhealthy@global"]],
    ["operators who fail over, no ill primary", { atMs: 0, operate: "failover", expect: "done" }, [MOVED], ["payments-primary-unhealthy@global"]],
  ])("%s", (_what, step, covered, uncovered) => {
    expect(explained(step)).toEqual(expect.arrayContaining([...covered]));
    expect(explained(step).filter((ref) => uncovered.some((each) => each === ref))).toEqual([]);
  });

  test("where traffic is expected in the secondary, people must hear of it; what the scenario names comes on top", () => {
    expect(alarmsOfScenario({ steps: [] }, { serving: "secondary", alarms: { fire: [ERRORS] } }).fire).toEqual([MOVED, "payments-dns-secondary@secondary", ERRORS]);
    expect(alarmsOfScenario({ steps: [] }, { serving: "primary" }).fire).toEqual([]);
  });
});

/** Plays events to what hears alarms. */
function hear(events: readonly Omit<LoggedEvent, "at">[], startAt = 120_000): readonly FiredAlarm[] {
  let tell: (event: LoggedEvent) => void = () => undefined;
  const heard = hearAlarms({ observe: (observer) => ((tell = observer), () => undefined) }, [has(ERRORS), has(LATENCY)]);
  events.forEach((event, index) => tell({ at: startAt + 1_000 * index, ...event }));
  return heard(30_000, 121_000);
}

const changed = (ref: AlarmRef, state: string): Omit<LoggedEvent, "at"> => ({ kind: "cloudwatch.alarm", data: { region: has(ref).region, name: has(ref).name, state, reason: "because" } });

test("an alarm is heard with its time since the fault, and with whether its own message reached the topic", () => {
  const heard = hear([
    changed(ERRORS, "OK"),
    changed(ERRORS, "ALARM"),
    { kind: "sns.published", data: { source: `arn:${ERRORS}` } },
    changed(LATENCY, "ALARM"),
    { kind: "cloudwatch.action-failed", data: { region: "us-east-2", name: has(LATENCY).name, because: "no key" } },
  ]);
  expect(heard).toEqual([
    { ref: ERRORS, region: "us-east-1", at: 121_000, sinceFaultMs: 0, notified: true, because: "because" },
    { ref: LATENCY, region: "us-east-2", at: 123_000, sinceFaultMs: 2_000, notified: false, untold: "no key", because: "because" },
  ]);
});

test("the message that an alarm is over does not count as the one that it sounded", () => {
  const heard = hear([changed(ERRORS, "ALARM"), changed(ERRORS, "OK"), { kind: "sns.published", data: { source: `arn:${ERRORS}` } }]);
  expect(heard.map(({ notified }) => notified)).toEqual([false]);
});

test("what CloudWatch finds in a minute in which the stack was still deployed is told, and the drill is not judged by it", () => {
  const early = hear([changed(ERRORS, "ALARM")], 119_999);
  expect(early).toMatchObject([{ ref: ERRORS, ofDeployment: true }]);
  expect(judged(early)).toEqual([]);
  const scenario = { fired: early, alarms: [has(ERRORS)], listenedMs: { sinceFault: 60_000 } };
  expect(alarmLines({}, scenario).every(({ pass }) => pass)).toBe(true);
  expect(judged(hear([changed(ERRORS, "ALARM")], 120_000))).toHaveLength(1);
});

describe("which drills cover which alarms", () => {
  const silent = [{ alarms: [LATENCY], because: "no reason" }] as const;
  const passing = (sounding: readonly AlarmRef[]): Readonly<Record<string, boolean>> =>
    Object.fromEntries(alarmCoverage([ERRORS, LATENCY], [{ scenario: "a", alarms: sounding }], silent).map(({ alarm, pass }) => [alarm, pass]));

  test.each<[string, readonly AlarmRef[], boolean, boolean]>([
    ["each sounds or has a reason", [ERRORS], true, true],
    ["one has neither: nobody knows whether it works", [], false, true],
    ["one sounds that is said not to: the reason is out of date", [ERRORS, LATENCY], true, false],
  ])("%s", (_what, sounding, errors, latency) => {
    expect(passing(sounding)).toEqual({ [ERRORS]: errors, [LATENCY]: latency });
  });

  test("a reason about an alarm that is gone is told", () => {
    expect(reasonsForNothing([ERRORS], silent)).toEqual([LATENCY]);
  });
});
