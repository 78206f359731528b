import { Door } from "../../../twin/kernel/door";
import { FaultBoard } from "../../../twin/kernel/faults";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { dnsOutcome, errorOutcome, payOutcome, readOutcome } from "../../../drill/outcome";

const PAYMENT = { paymentId: "pay_a", customerId: "c1", amount: 100, currency: "USD", status: "ACCEPTED", region: "us-east-1", createdAt: "2026-01-01T00:00:00.000Z" };
const error = (code: string): string => JSON.stringify({ error: { code, message: "why" }, requestId: "r" });

/** What an answer says about the payment: stored, certainly not stored, unknown. */
const ANSWERS: readonly (readonly [string, number, string, "ok" | "fail" | "info", string | undefined])[] = [
  ["accepted", 201, JSON.stringify(PAYMENT), "ok", undefined],
  ["repeated", 200, JSON.stringify({ ...PAYMENT, reference: "r", more: 1 }), "ok", undefined],
  ["success without a payment", 200, "{}", "info", "UNREADABLE_ANSWER"],
  ["success that is no JSON", 201, "<html>", "info", "UNREADABLE_ANSWER"],
  ["amount as text", 201, JSON.stringify({ ...PAYMENT, amount: "100" }), "info", "UNREADABLE_ANSWER"],
  ["invalid", 400, error("INVALID_REQUEST"), "fail", "INVALID_REQUEST"],
  ["signature refused", 403, error("FORBIDDEN"), "fail", "FORBIDDEN"],
  ["other fields under the key", 409, error("IDEMPOTENCY_CONFLICT"), "fail", "IDEMPOTENCY_CONFLICT"],
  ["throttled", 429, error("THROTTLED"), "fail", "THROTTLED"],
  ["nothing was written", 503, error("UNAVAILABLE"), "fail", "UNAVAILABLE"],
  ["the write's fate is unknown", 503, error("OUTCOME_UNKNOWN"), "info", "OUTCOME_UNKNOWN"],
  ["503 of somebody else", 503, "Service Unavailable", "info", "HTTP_503"],
  ["the function died after the write", 502, error("INTERNAL"), "info", "INTERNAL"],
  ["the gateway's time-out", 504, "", "info", "HTTP_504"],
  ["the function threw", 500, "null", "info", "HTTP_500"],
];

describe("what a client records of an answer", () => {
  test.each(ANSWERS)("%s", (_name, status, body, type, code) => {
    const outcome = payOutcome({ status, headers: {}, body }, "10.0.0.1");
    expect(outcome.type).toBe(type);
    expect(outcome.value.address).toBe("10.0.0.1");
    if (outcome.type !== "ok") expect(outcome.value).toMatchObject({ code, status });
    else expect(outcome.value.payment.paymentId).toBe("pay_a");
  });

  test("Retry-After reaches the client, whatever the header's case", () => {
    const outcome = payOutcome({ status: 503, headers: { "RETRY-AFTER": "2" }, body: error("UNAVAILABLE") }, "10.0.0.1");
    expect(outcome.value).toMatchObject({ retryAfterMs: 2000 });
  });

  test.each([
    [404, error("NOT_FOUND"), "fail"],
    [503, error("OUTCOME_UNKNOWN"), "fail"],
    [200, JSON.stringify(PAYMENT), "ok"],
  ])("a read answered %i leaves no doubt: it has no effect", (status, body, type) => {
    expect(readOutcome({ status, headers: {}, body }, "10.0.0.1").type).toBe(type);
  });
});

describe("what a client records when no answer comes", () => {
  const coded = (code: string): Error => Object.assign(new Error(code), { code });
  test.each([
    ["refused before anything was sent", coded("ECONNREFUSED"), "fail", "CONNECTION_REFUSED"],
    ["refused, as fetch wraps it", new Error("fetch failed", { cause: coded("ECONNREFUSED") }), "fail", "CONNECTION_REFUSED"],
    ["reset: the request may have arrived", coded("ECONNRESET"), "info", "CONNECTION_LOST"],
    ["time-out", Object.assign(new Error("late"), { name: "TimeoutError" }), "info", "TIMEOUT"],
    ["anything else", "odd", "info", "CONNECTION_LOST"],
  ])("%s", (_name, thrown, type, code) => {
    const outcome = errorOutcome(thrown, "10.0.0.1");
    expect(outcome).toMatchObject({ type, value: { code, address: "10.0.0.1" } });
  });

  test.each([
    ["before the request arrived: it certainly did nothing", 5, 0, "fail"],
    ["after it took effect: nobody knows", 15, 1, "info"],
  ])("the region dies %s", async (_name, diesAt, expectedEffects, type) => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    const door = new Door(kernel, board, () => ({ low: 20, high: 20 }));
    let effects = 0;
    const route = { region: "us-east-1", service: "apigateway", operation: "POST /payments" };
    const call = door.call(route, () => (effects += 1)).catch((error: unknown) => errorOutcome(error, "10.0.0.1"));
    kernel.after(diesAt, () => board.add({ kind: "outage", region: "us-east-1" }));
    const [outcome] = await Promise.all([call, kernel.run()]);
    expect(effects).toBe(expectedEffects);
    expect(outcome).toMatchObject({ type });
  });

  test("a name that does not resolve: nothing was sent", () => {
    expect(dnsOutcome(new Error("SERVFAIL"))).toEqual({ type: "fail", value: { code: "DNS_FAILED", message: "SERVFAIL" } });
  });
});
