import { createHandler } from "../../../lambda/health/handler";
import { afterWrite, createVerdict, isFresh, read, type Verdict, type WriteAnswer } from "../../../lambda/shared/verdict";
import { ask, fakeRuntime, manualClock, sdkError, START } from "../../helpers/runtime";

describe("the verdict", () => {
  const good: Verdict = { good: true, at: 0 };
  const bad: Verdict = { good: false, at: 0 };

  test.each<[string, Verdict | undefined, number, ReturnType<typeof read>, boolean]>([
    ["none yet", undefined, 0, { table: "unknown", ageMs: null }, false],
    ["good and new", good, 0, { table: "ok", ageMs: 0 }, true],
    ["good, just fresh", good, 4_999, { table: "ok", ageMs: 4_999 }, true],
    ["good, no longer fresh", good, 5_000, { table: "ok", ageMs: 5_000 }, false],
    ["good, just standing", good, 9_999, { table: "ok", ageMs: 9_999 }, false],
    ["good, too old", good, 10_000, { table: "unknown", ageMs: 10_000 }, false],
    ["bad and fresh", bad, 4_999, { table: "failed", ageMs: 4_999 }, true],
    ["bad, too old", bad, 10_000, { table: "unknown", ageMs: 10_000 }, false],
  ])("%s", (_name, verdict, now, reading, fresh) => {
    expect(read(verdict, now)).toEqual(reading);
    expect(isFresh(verdict, now)).toBe(fresh);
  });

  test.each<[WriteAnswer, Verdict | undefined, Verdict | undefined]>([
    ["done", bad, { good: true, at: 7_000 }],
    ["failed", good, { good: false, at: 7_000 }],
    ["silent", good, good],
    ["silent", bad, bad],
    ["silent", undefined, undefined],
  ])("after a write that is %s on %j is %j", (answer, before, after) => {
    expect(afterWrite(before, answer, 7_000)).toEqual(after);
  });

  test("asks the table once for all checkers that come while the write is under way", async () => {
    const clock = manualClock();
    let writes = 0;
    const verdict = createVerdict(clock, async () => {
      writes += 1;
      await clock.sleep(500);
      return "done";
    });
    const readings = await clock.settle(Promise.all(Array.from({ length: 16 }, verdict)));
    expect(writes).toBe(1);
    expect(readings).toEqual(Array(16).fill({ table: "ok", ageMs: 0 }));
  });

  test("is asked for again after a write that broke", async () => {
    let writes = 0;
    const verdict = createVerdict(manualClock(), async () => {
      writes += 1;
      if (writes === 1) throw new Error("broken");
      return "done";
    });
    await expect(verdict()).rejects.toThrow("broken");
    expect(await verdict()).toEqual({ table: "ok", ageMs: 0 });
  });
});

const timeout = (): Error => Object.assign(new Error("late"), { name: "TimeoutError", code: "ETIMEDOUT" });
const lost = (code: string): Error => Object.assign(new Error(code), { code });

describe("GET /health", () => {
  test("writes the region's own item, without index keys, in one attempt of 800 ms", async () => {
    const { runtime, calls } = fakeRuntime({ table: () => ({}) });
    const answer = await ask(createHandler(runtime), { resource: "/health" });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: "ok", region: "us-east-1", checks: { table: "ok" }, verdictAgeMs: 0, version: "0123456789ab" },
    });
    expect(Object.keys(answer.body)).toEqual(["status", "region", "checks", "verdictAgeMs", "version"]);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "x-served-by-region": "us-east-1" });
    expect(calls).toEqual([
      {
        operation: "PutItem",
        input: {
          TableName: "payments-table-global-test",
          Item: { paymentId: { S: "health#us-east-1" }, writtenAt: { S: "2026-11-21T06:50:00.000Z" } },
        },
        budget: { connectMs: 300, requestMs: 800, attempts: 1, baseMs: 0, capMs: 0 },
      },
    ]);
  });

  test.each([
    ["throttles", sdkError("ThrottlingException")],
    ["has no quorum", sdkError("InternalServerError", 500)],
    ["denies", sdkError("AccessDeniedException")],
    ["refuses connections", lost("ECONNREFUSED")],
    ["is not in DNS", lost("ENOTFOUND")],
  ])("of a region whose table %s is 503 at once, and tells nothing of the cause", async (_name, error) => {
    let failing = false;
    const { runtime, clock } = fakeRuntime({ table: () => (failing ? Promise.reject(error) : {}) });
    const handler = createHandler(runtime);
    expect(await ask(handler, {})).toMatchObject({ status: 200 });
    failing = true;
    await clock.advance(5_000);
    const answer = await ask(handler, {});
    expect(answer).toMatchObject({ status: 503, body: { status: "unavailable", checks: { table: "failed" }, verdictAgeMs: 0 } });
    expect(JSON.stringify(answer.body)).not.toContain(error.name === "Error" ? error.message : error.name);
  });

  test.each([
    ["times out", timeout],
    ["resets connections", () => lost("ECONNRESET")],
  ])("of a region whose table %s keeps its verdict until it is 10 s old, then 503", async (_name, error) => {
    let silent = false;
    const { runtime, clock } = fakeRuntime({ table: () => (silent ? Promise.reject(error()) : {}) });
    const handler = createHandler(runtime);
    await ask(handler, {});
    silent = true;
    const seen: [number, number, unknown][] = [];
    for (const age of [4_999, 5_000, 9_999, 10_000, 60_000]) {
      await clock.advance(START + age - clock.now());
      const { status, body } = await ask(handler, {});
      seen.push([age, status, (body["checks"] as { table: string }).table]);
    }
    expect(seen).toEqual([
      [4_999, 200, "ok"],
      [5_000, 200, "ok"],
      [9_999, 200, "ok"],
      [10_000, 503, "unknown"],
      [60_000, 503, "unknown"],
    ]);
    silent = false;
    expect(await ask(handler, {})).toMatchObject({ status: 200, body: { verdictAgeMs: 0 } });
  });

  test("of a new environment whose table never answers is 503 within 1.5 s", async () => {
    const { runtime, clock } = fakeRuntime({ table: () => new Promise(() => undefined) });
    const answer = await ask(createHandler(runtime), {}, clock);
    expect(answer).toMatchObject({ status: 503, body: { checks: { table: "unknown" }, verdictAgeMs: null } });
    expect(clock.now() - START).toBeLessThanOrEqual(1_500);
  });

  test("answers a flood of checkers from memory: one write in 5 s", async () => {
    const { runtime, clock, calls } = fakeRuntime({ table: () => ({}) });
    const handler = createHandler(runtime);
    for (let i = 0; i < 100; i += 1) {
      await ask(handler, {});
      await clock.advance(100);
    }
    expect(calls).toHaveLength(2);
  });
});
