import { VIRTUAL_EPOCH } from "../../../twin/kernel/virtual";
import type { Fault } from "../../../twin/kernel/fault-kinds";
import { iam } from "../../../twin/services/iam/index";
import { lambda } from "../../../twin/services/lambda/index";
import { PHASE_MS, scheduler, type ScheduleSpec } from "../../../twin/services/scheduler/index";
import { ACCOUNT, config, handlerOf, REGION, virtualCloud } from "../lambda/support";

const MINUTE = 60_000;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clockwork`;
const GROUP = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/clocks`;
const { arn: FUNCTION } = config("");
const SCHEDULE: ScheduleSpec = { arn: `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/clocks/tick`, groupArn: GROUP, everyMs: MINUTE, functionArn: FUNCTION, roleArn: ROLE, input: { from: "clock" }, retries: 185, maxAgeMs: 86_400_000 };

const statement = (more: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const trust = (groupArn = GROUP): string =>
  statement({ Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceArn": groupArn, "aws:SourceAccount": ACCOUNT } } });

interface Set {
  readonly schedule?: Partial<ScheduleSpec>;
  readonly trust?: string;
  /** Statement of the role's policy. */
  readonly may?: string;
}

/** A schedule of a minute that calls a function, which writes down when and with what it was called. */
function clockwork(set: Set = {}) {
  const { kernel, cloud } = virtualCloud();
  const dropped: unknown[] = [];
  kernel.observe(({ kind, data }) => void (kind === "scheduler.dropped" && dropped.push(data["because"])));
  lambda(cloud, REGION).deploy(config(handlerOf("runtime.log({ at: runtime.clock.now(), event });")));
  iam(cloud).putRole({ name: "clockwork", arn: ROLE, trust: set.trust ?? trust(), maxSessionSeconds: 3600 });
  iam(cloud).putRolePolicy("clockwork", "call", set.may ?? statement({ Action: "lambda:InvokeFunction", Resource: FUNCTION }));
  scheduler(cloud, REGION).add({ ...SCHEDULE, ...set.schedule });
  const calls = () =>
    lambda(cloud, REGION).logs("fn").map(({ line }) => {
      const { at, event } = JSON.parse(line) as { at: number; event: unknown }; // the function's own line
      return { after: at - VIRTUAL_EPOCH, event };
    });
  const until = (ms: number) => kernel.run({ untilMs: VIRTUAL_EPOCH + ms });
  const fault = (more: Partial<Fault> = {}) => cloud.faults.add({ kind: "service", service: "lambda", operation: "Invoke", region: REGION, ...more });
  return { cloud, kernel, dropped, calls, until, fault };
}

/** Whole seconds from one call to the next. */
const gaps = (calls: readonly { readonly after: number }[]): readonly number[] => calls.slice(1).map(({ after }, index) => Math.round((after - (calls[index]?.after ?? 0)) / 1000));

describe("a schedule", () => {
  test("calls its function at once, then every minute, each time with the schedule's input", async () => {
    const { calls, until, dropped } = clockwork();
    await until(10 * MINUTE);
    expect(calls()).toHaveLength(10);
    // A phase, and a cold start.
    expect(calls()[0]?.after).toBeLessThan(PHASE_MS + 1_000);
    expect(gaps(calls())).toEqual(Array(9).fill(60));
    expect(calls().map(({ event }) => event)).toEqual(Array(10).fill({ from: "clock" }));
    expect(dropped).toEqual([]);
  });

  test.each<[string, Fault["mode"]]>([
    ["answers errors", "error"],
    ["throttles", "throttle"],
    ["cannot be reached", "refuse"],
  ])("repeats a call while Lambda %s, with pauses that double", async (_, mode) => {
    const { calls, until, fault, dropped } = clockwork({ schedule: { everyMs: 10 * MINUTE } });
    fault({ ...(mode ? { mode } : {}), times: 3 });
    await until(9 * MINUTE);
    expect(calls()).toHaveLength(1);
    // 1 s, 2 s, 4 s.
    expect(Math.floor((calls()[0]?.after ?? 0) / 1000)).toBeGreaterThanOrEqual(7);
    expect(calls()[0]?.after).toBeLessThan(9_000);
    expect(dropped).toEqual([]);
  });

  test.each<[string, Partial<ScheduleSpec>, number, string]>([
    ["no retries", { retries: 0 }, 1, "retries are used up"],
    ["two retries", { retries: 2 }, 3, "retries are used up"],
    ["retries until the event is a minute old", { maxAgeMs: MINUTE }, 6, "it is too old"],
  ])("with %s gives a call up that Lambda does not take, and makes the next one when it is due", async (_, schedule, attempts, because) => {
    const { calls, until, fault, dropped } = clockwork({ schedule: { everyMs: 5 * MINUTE, ...schedule } });
    fault({ times: attempts });
    await until(4.9 * MINUTE);
    expect([calls().length, dropped]).toEqual([0, [because]]);
    await until(5.1 * MINUTE);
    expect(calls()).toHaveLength(1);
  });

  test.each<[string, Set, RegExp]>([
    ["whose role trusts another group's schedules", { trust: trust(GROUP.replace("clocks", "others")) }, /scheduler.amazonaws.com may not take .*role\/clockwork/],
    ["whose role may call nothing", { may: statement({ Action: "lambda:InvokeFunction", Resource: `${FUNCTION}-other` }) }, /role\/clockwork may not invoke .*function:fn/],
    ["of a function that is not there", { schedule: { functionArn: `${FUNCTION}-gone` }, may: statement({ Action: "lambda:InvokeFunction", Resource: "*" }) }, /fn-gone/],
  ])("%s calls nothing, and says why each time", async (_, set, because) => {
    const { calls, until, dropped } = clockwork(set);
    await until(1.5 * MINUTE);
    expect(calls()).toEqual([]);
    expect(dropped).toEqual([expect.stringMatching(because), expect.stringMatching(because)]);
  });

  test("of a lost region is silent, and makes up for nothing when the region is back", async () => {
    const { cloud, calls, until } = clockwork();
    await until(1.5 * MINUTE);
    const outage = cloud.faults.add({ kind: "outage", region: REGION });
    await until(4.5 * MINUTE);
    cloud.faults.remove(outage.id);
    await until(6.5 * MINUTE);
    expect(calls().map(({ after }) => Math.floor(after / MINUTE))).toEqual([0, 1, 5, 6]);
  });
});
