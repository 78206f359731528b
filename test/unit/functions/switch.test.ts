import { CONTROL } from "../../../lambda/shared/constants";
import type { ApiHandler } from "../../../lambda/shared/http";
import { whichTarget } from "../../../lambda/switch/dns";
import { createHandler } from "../../../lambda/switch/handler";
import { toLatchItem, type StoredLatch } from "../../../lambda/switch/store";
import { memoryTable, type StoredItem } from "../../helpers/memory-table";
import { ask, fakeRuntime, manualClock, sdkError, START, type FakeTable, type ManualClock } from "../../helpers/runtime";

const ENV = {
  AWS_REGION: "us-east-2",
  AWS_LAMBDA_FUNCTION_NAME: "pay",
  CONTROL_TABLE_NAME: "payments-control-us-east-2-test",
  FAILOVER_HOSTNAME: "local.payments.test",
  PRIMARY_TARGET: "d-one.execute-api.us-east-1.amazonaws.com",
  SECONDARY_TARGET: "d-two.execute-api.us-east-2.amazonaws.com",
  LAPSE_AFTER_MS: "60000",
  SETTLE_MS: "15000",
};
const PRIMARY: StoredLatch = { state: "primary", since: START - 60_000, version: 1 };
const EVACUATED: StoredLatch = { state: "evacuated", since: START - 1000, heartbeatAt: START, version: 2, writer: "w" };

/** The world around one or more environments of the switch. */
interface World {
  readonly clock: ManualClock;
  dns: "primary" | "secondary" | "third" | "broken" | "mute";
  /** Stands between the functions and the control table. */
  meddle: ((operation: string, pass: () => unknown) => unknown) | undefined;
  secondary: "good" | "bad";
  readonly item: () => StoredItem | undefined;
  readonly store: (latch: StoredLatch) => void;
  readonly writes: StoredItem[];
  readonly alerts: string[];
  readonly probes: string[];
  environment(seed?: number): ApiHandler;
}

function world(latch?: StoredLatch): World {
  const clock = manualClock();
  const { table, items } = memoryTable(CONTROL.hashKey);
  const store = (next: StoredLatch): void => void items.set(CONTROL.latchId, toLatchItem(next));
  if (latch) store(latch);
  const dns = async (): Promise<string> => {
    if (self.dns === "broken") throw new Error("queryCname ESERVFAIL");
    if (self.dns === "mute") return new Promise(() => undefined);
    return { primary: `${ENV.PRIMARY_TARGET.toUpperCase()}.`, secondary: ENV.SECONDARY_TARGET, third: "elsewhere.test" }[self.dns];
  };
  const both: FakeTable = (operation, input, budget) => {
    if (input["TableName"] !== ENV.CONTROL_TABLE_NAME) {
      self.probes.push(String((input["Item"] as StoredItem)["paymentId"]?.S));
      return self.secondary === "good" ? {} : Promise.reject(sdkError("InternalServerError", 500));
    }
    const pass = (): unknown => {
      const result = table(operation, input, budget);
      if (operation === "PutItem") self.writes.push(input["Item"] as StoredItem);
      return result;
    };
    return self.meddle ? self.meddle(operation, pass) : pass();
  };
  const self: World = {
    clock, dns: "primary", meddle: undefined, secondary: "good", store, writes: [], alerts: [], probes: [],
    item: () => items.get(CONTROL.latchId),
    environment: (seed = 1) => {
      const { runtime } = fakeRuntime({ env: ENV, clock, table: both, dns, seed });
      return createHandler(runtime, ({ alert }) => void self.alerts.push(alert));
    },
  };
  return self;
}

const state = async (handler: ApiHandler, clock: ManualClock): Promise<unknown> => {
  const { status, body } = await ask(handler, { resource: "/switch" }, clock);
  return status === 200 ? body["state"] : status;
};
const timeout = (): Promise<never> => Promise.reject(Object.assign(new Error("late"), { name: "TimeoutError" }));

describe("GET /switch", () => {
  test("of an evacuated region begins with the very text that Route 53 looks for", async () => {
    const there = world(EVACUATED);
    there.dns = "secondary";
    const { body, statusCode } = await there.environment()({});
    expect(statusCode).toBe(200);
    expect(body.startsWith('{"state":"evacuated"')).toBe(true);
    expect(Buffer.byteLength(body)).toBeLessThan(5_120);
  });

  test.each([
    ["nothing", undefined, "third" as const, "initial"],
    ["primary", PRIMARY, "primary" as const, "primary"],
    ["returning", { state: "returning", since: START, version: 3 } as const, "secondary" as const, "returning"],
  ])("of a latch that holds %s does not contain that text", async (_name, latch, dns, expected) => {
    const there = world(latch);
    there.dns = dns;
    const { body } = await there.environment()({});
    expect(JSON.parse(body)).toMatchObject({ state: expected });
    expect(body).not.toContain('"state":"evacuated"');
  });

  test("goes through a whole life: deployed, in service, evacuated, returning, back", async () => {
    const there = world();
    const handler = there.environment();
    const seen: unknown[] = [];
    const poll = async (dns: World["dns"]): Promise<void> => {
      there.dns = dns;
      await there.clock.advance(8_000);
      seen.push(await state(handler, there.clock));
    };
    for (const dns of ["third", "secondary", "primary", "primary", "secondary", "secondary"] as const) await poll(dns);
    there.store({ state: "returning", since: there.clock.now(), version: 3 });
    for (const dns of ["secondary", "primary", "primary"] as const) await poll(dns);
    expect(seen).toEqual(["initial", "initial", "primary", "primary", "evacuated", "evacuated", "returning", "primary", "primary"]);
    expect(there.writes.map((item) => [item["state"]?.S, item["version"]?.N])).toEqual([["primary", "1"], ["evacuated", "2"], ["primary", "4"]]);
    expect(there.alerts).toEqual(["latch.evacuated"]);
  });

  test("writes the heartbeat at most every 10 s, however often it is polled, and keeps when the evacuation began", async () => {
    const there = world(EVACUATED);
    there.dns = "secondary";
    const environments = [there.environment(1), there.environment(2)];
    for (let i = 0; i < 30; i += 1) {
      for (const environment of environments) {
        await there.clock.advance(500);
        await state(environment, there.clock);
      }
    }
    expect(there.writes).toHaveLength(3);
    expect(there.item()).toMatchObject({ since: { N: String(EVACUATED.since) }, state: { S: "evacuated" } });
    expect(there.alerts).toEqual([]);
  });

  test("of a secondary that was away while traffic went back lapses and says so", async () => {
    const there = world(EVACUATED);
    await there.clock.advance(60_001);
    expect(await state(there.environment(), there.clock)).toBe("primary");
    expect(there.alerts).toEqual(["latch.lapsed"]);
  });

  test("does not latch on a secondary that cannot take payments", async () => {
    const there = world(PRIMARY);
    there.dns = "secondary";
    there.secondary = "bad";
    const handler = there.environment();
    expect(await state(handler, there.clock)).toBe("primary");
    there.secondary = "good";
    await there.clock.advance(5_000);
    expect(await state(handler, there.clock)).toBe("evacuated");
    expect(there.probes).toEqual(["health#us-east-2", "health#us-east-2"]);
  });

  test("writes to the payments table only when its verdict decides", async () => {
    const there = world(PRIMARY);
    await state(there.environment(), there.clock);
    expect(there.probes).toEqual([]);
  });

  test("answers within the 2 s that checkers wait, whatever hangs", async () => {
    const there = world(PRIMARY);
    const handler = there.environment();
    await state(handler, there.clock);
    for (const hang of ["GetItem", "PutItem"]) {
      there.dns = "secondary";
      there.meddle = (operation, pass) => (operation === hang ? new Promise(() => undefined) : pass());
      const started = there.clock.now();
      expect(await state(handler, there.clock)).toBe("primary");
      expect(there.clock.now() - started).toBeLessThan(2_000);
    }
    there.dns = "mute";
    const started = there.clock.now();
    expect(await state(handler, there.clock)).toBe("primary");
    expect(there.clock.now() - started).toBeLessThan(2_000);
  });
});

describe("a switch that cannot see", () => {
  test.each<[string, (there: World) => void]>([
    ["its item", (there) => void (there.meddle = timeout)],
    ["DNS", (there) => void (there.dns = "broken")],
    ["either", (there) => ((there.meddle = timeout), void (there.dns = "broken"))],
  ])("%s remembers evacuated for 60 s, then is 503, and knows again once it sees", async (_name, blind) => {
    const there = world({ ...EVACUATED, heartbeatAt: START + 100_000 });
    there.dns = "secondary";
    const handler = there.environment();
    expect(await state(handler, there.clock)).toBe("evacuated");
    blind(there);
    await there.clock.advance(60_000);
    expect(await ask(handler, {}, there.clock)).toMatchObject({ status: 200, body: { state: "evacuated", remembered: true } });
    await there.clock.advance(1);
    expect(await ask(handler, {}, there.clock)).toMatchObject({ status: 503, headers: { "retry-after": "1" }, body: { error: { code: "UNAVAILABLE" } } });
    there.meddle = undefined;
    there.dns = "secondary";
    expect(await state(handler, there.clock)).toBe("evacuated");
    expect(there.writes).toEqual([]);
  });

  test("its item and has never seen it is 503: not evacuated", async () => {
    const there = world(EVACUATED);
    there.meddle = timeout;
    const { status, body } = await ask(there.environment(), {}, there.clock);
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('"state"');
  });

  test("DNS but reads its item in a new environment tells what the item says, and decides nothing", async () => {
    const there = world({ ...EVACUATED, heartbeatAt: START - 3_600_000 });
    there.dns = "broken";
    expect(await state(there.environment(), there.clock)).toBe("evacuated");
    expect(there.writes).toEqual([]);
  });

  test("an item that somebody has spoilt is one it cannot read", async () => {
    const there = world(PRIMARY);
    there.meddle = (operation, pass) => (operation === "GetItem" ? { Item: { id: { S: "latch" }, state: { S: "gone" } } } : pass());
    expect(await state(there.environment(), there.clock)).toBe(503);
  });
});

describe("environments that race", () => {
  test("latch once and announce once; the loser answers what the winner stored", async () => {
    const there = world(PRIMARY);
    there.dns = "secondary";
    const answers = await there.clock.settle(Promise.all([1, 2, 3].map((seed) => there.environment(seed)({}))));
    expect(answers.map(({ body }) => (JSON.parse(body) as { state: string }).state)).toEqual(["evacuated", "evacuated", "evacuated"]);
    expect(there.writes).toHaveLength(1);
    expect(there.alerts).toEqual(["latch.evacuated"]);
  });

  test("with an operator's failback lose to it: the stored state is answered and never overwritten", async () => {
    const there = world({ ...EVACUATED, heartbeatAt: START - 20_000 });
    there.dns = "secondary";
    there.meddle = (operation, pass) => {
      if (operation === "PutItem") there.store({ state: "returning", since: START, version: 3 });
      return pass();
    };
    expect(await state(there.environment(), there.clock)).toBe("returning");
    expect(there.item()).toMatchObject({ state: { S: "returning" }, version: { N: "3" } });
  });

  test("at the first deployment create the item once", async () => {
    const there = world();
    await there.clock.settle(Promise.all([1, 2].map((seed) => there.environment(seed)({}))));
    expect(there.item()).toMatchObject({ state: { S: "primary" }, version: { N: "1" } });
    expect(there.writes).toHaveLength(1);
  });

  test("announce an evacuation whose write took effect without an answer, at the next poll, once", async () => {
    const there = world(PRIMARY);
    there.dns = "secondary";
    const handler = there.environment(1);
    there.meddle = (operation, pass) => {
      const result = pass();
      return operation === "PutItem" ? timeout() : result;
    };
    expect(await state(handler, there.clock)).toBe("primary");
    expect(there.alerts).toEqual([]);
    there.meddle = undefined;
    await there.clock.advance(10_000);
    expect(await state(there.environment(2), there.clock)).toBe("evacuated"); // a heartbeat of another environment
    expect([await state(handler, there.clock), await state(handler, there.clock)]).toEqual(["evacuated", "evacuated"]);
    expect(there.alerts).toEqual(["latch.evacuated"]);
  });

  test("announce nothing where the write never took effect", async () => {
    const there = world(PRIMARY);
    there.dns = "secondary";
    const handler = there.environment();
    there.meddle = (operation, pass) => (operation === "PutItem" ? timeout() : pass());
    expect(await state(handler, there.clock)).toBe("primary");
    there.meddle = undefined;
    there.dns = "primary";
    expect(await state(handler, there.clock)).toBe("primary");
    expect(there.alerts).toEqual([]);
  });
});

test.each([
  ["d-one.test", "primary"],
  ["D-ONE.Test.", "primary"],
  ["d-two.test", "secondary"],
  ["d-two.test.evil.test", "unknown"],
  ["", "unknown"],
])("a DNS answer of %j leads to %s", (answer, expected) => {
  expect(whichTarget(answer, { primary: "d-one.test.", secondary: "D-two.test" })).toBe(expected);
});

test("an alert is a structured line of log, and a figure that wakes people", async () => {
  const { table, items } = memoryTable(CONTROL.hashKey);
  items.set(CONTROL.latchId, toLatchItem(PRIMARY));
  const { runtime, lines } = fakeRuntime({ env: ENV, table: (operation, input, budget) => (input["TableName"] === ENV.CONTROL_TABLE_NAME ? table(operation, input, budget) : {}), dns: async () => ENV.SECONDARY_TARGET });
  await createHandler(runtime)({});
  expect(lines).toContainEqual(expect.objectContaining({ level: "warn", alert: "latch.evacuated", from: "primary", to: "evacuated", at: "2026-11-21T06:50:00.000Z" }));
  expect(lines).toContainEqual(expect.objectContaining({ FunctionName: "pay", LatchAlerts: 1 }));
});

test("the latch is read consistently: an old copy could undo an operator's failback", async () => {
  const { runtime, calls } = fakeRuntime({ env: ENV, table: () => ({}), dns: async () => "elsewhere.test" });
  await createHandler(runtime)({});
  expect(calls).toEqual([
    {
      operation: "GetItem",
      input: { TableName: ENV.CONTROL_TABLE_NAME, Key: { id: { S: "latch" } }, ConsistentRead: true },
      budget: expect.objectContaining({ attempts: 1, requestMs: 500 }),
    },
  ]);
});

test.each(["0", "-1", "soon"])("a deployment with LAPSE_AFTER_MS %s is refused: the latch would never or always lapse", (value) => {
  expect(() => createHandler(fakeRuntime({ env: { ...ENV, LAPSE_AFTER_MS: value } }).runtime)).toThrow(/LAPSE_AFTER_MS: got/);
});
