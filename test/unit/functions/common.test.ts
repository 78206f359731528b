import { systemClock } from "../../../lambda/shared/clock";
import { CURRENCIES } from "../../../lambda/shared/currency";
import { within } from "../../../lambda/shared/deadline";
import { serve, type ApiEvent } from "../../../lambda/shared/http";
import { repeatedFields } from "../../../lambda/shared/json";
import { attemptsOf, ClockRetryStrategy } from "../../../lambda/shared/retry";
import { createHandler as processHandler } from "../../../lambda/process/handler";
import { createHandler as readHandler } from "../../../lambda/read/handler";
import { createHandler as validateHandler } from "../../../lambda/validate/handler";
import { ask, fakeRuntime, manualClock } from "../../helpers/runtime";

test("what was answered in time holds no process up with its deadline", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  await expect(within(systemClock, 60_000, "an answer", Promise.resolve("here"))).resolves.toBe("here");
  await expect(within(systemClock, 60_000, "an answer", Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(timers()).toBe(before);
});

describe("a function that meets an error nobody foresaw", () => {
  const broken = (unforeseen: "nothing-changed" | "unknown") => {
    const fake = fakeRuntime();
    const handler = serve(fake.runtime, {
      name: "broken", unforeseen, handle: () => Promise.reject(new TypeError("secret.arn is not a function")),
    });
    return { ...fake, handler };
  };

  test.each([
    ["nothing-changed", "UNAVAILABLE"],
    ["unknown", "OUTCOME_UNKNOWN"],
  ] as const)("and where that means %s answers 503 %s without a word of it", async (unforeseen, code) => {
    const { handler, lines } = broken(unforeseen);
    const answer = await ask(handler, { body: "body-in-no-log" });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1", "x-served-by-region": "us-east-1" }, body: { error: { code }, requestId: "api-1" } });
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(lines).toEqual([expect.objectContaining({ level: "error", function: "broken", error: "TypeError", requestId: "lambda-1", apiRequestId: "api-1" })]);
    expect(JSON.stringify(lines)).not.toContain("body-in-no-log");
  });
});

describe.each([
  ["process", processHandler],
  ["validate", validateHandler],
  ["read", readHandler],
])("%s called past API Gateway", (_name, createHandler) => {
  test.each<[string, unknown]>([
    ["no event", null],
    ["an empty event", {}],
    ["nulls throughout", { headers: null, multiValueHeaders: null, body: null, pathParameters: null, queryStringParameters: null, resource: "/payments" }],
    ["a header without values", { headers: { "Content-Type": undefined }, resource: "/payments/{paymentId}" }],
  ])("with %s answers an error in the one shape", async (_case, event) => {
    const { runtime } = fakeRuntime();
    const { statusCode, body } = await createHandler(runtime)(event as ApiEvent);
    expect([400, 404, 415]).toContain(statusCode);
    expect(JSON.parse(body)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) }, requestId: "unknown" });
  });
});

test("the currencies are those that have minor units today", () => {
  for (const code of ["USD", "EUR", "JPY", "KWD", "XOF", "XCG", "ZWG", "SLE", "VED", "CHE", "CLF"]) expect(CURRENCIES).toContain(code);
  for (const code of ["BGN", "HRK", "ANG", "ZWL", "SLL", "CUC", "DEM", "XAU", "XTS", "XXX", "XDR", "BTC", ""]) expect(CURRENCIES).not.toContain(code);
  for (const code of CURRENCIES) expect(code).toMatch(/^[A-Z]{3}$/);
});

test.each([
  ['{"a":1,"b":2}', []],
  ['{"a":1,"a":2,"a":3}', ["a"]],
  ['{"a":{"b":1},"c":{"b":1}}', []],
  ['{"a":[{"a":1}],"b":"\\"a\\":1,{"}', []],
  ['{ "a" : "}" , "\\u0061" : "{" }', ["a"]],
  ['["a","a"]', []],
  ['"a"', []],
])("in %s the fields given more than once are %j", (text, names) => {
  expect(repeatedFields(text)).toEqual(names);
});

describe("retries", () => {
  const failing = (error: unknown) => ({ error, errorType: "THROTTLING" as const });

  test("pause by full jitter on the injected clock, bounded by the cap", async () => {
    const clock = manualClock();
    const strategy = new ClockRetryStrategy({ attempts: 6, baseMs: 50, capMs: 400 }, clock, () => 0.5);
    let token = await strategy.acquireInitialRetryToken();
    const pauses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const before = clock.now();
      token = await clock.settle(strategy.refreshRetryTokenForRetry(token, failing(new Error("busy"))));
      pauses.push(clock.now() - before);
    }
    expect(pauses).toEqual([25, 50, 100, 200, 200]);
  });

  test("leave the history of the call on the error that ends it", async () => {
    const clock = manualClock();
    const strategy = new ClockRetryStrategy({ attempts: 2, baseMs: 50, capMs: 400 }, clock, () => 0);
    const [first, last] = [new Error("first"), new Error("last")];
    const token = await clock.settle(strategy.refreshRetryTokenForRetry(await strategy.acquireInitialRetryToken(), failing(first)));
    await expect(strategy.refreshRetryTokenForRetry(token, failing(last))).rejects.toThrow();
    expect(attemptsOf(last)).toEqual([first, last]);
    expect(attemptsOf(first)).toBeUndefined();
    expect(Object.keys(last)).toEqual([]);
  });

  test("are not made after an answer that would be the same again", async () => {
    const clock = manualClock();
    const strategy = new ClockRetryStrategy({ attempts: 3, baseMs: 50, capMs: 400 }, clock, () => 0);
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    const token = await strategy.acquireInitialRetryToken();
    await expect(strategy.refreshRetryTokenForRetry(token, { error: denied, errorType: "CLIENT_ERROR" })).rejects.toThrow();
    expect(attemptsOf(denied)).toEqual([denied]);
  });
});
