import { DnsOnlyClient, type ClientPlan } from "../../../drill/clients";
import { attemptsOf, logicalPayments, Recorder } from "../../../drill/history";
import { HONEST_RESOLVER } from "../../../drill/resolver";
import { DNS_ONLY_PLAN } from "../../../drill/scenarios/index";
import type { ClientRequest, ClientResponse, Transport } from "../../../drill/transport";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const PLAN: ClientPlan = { ...DNS_ONLY_PLAN, repeatShare: 0, readShare: 0, conflictShare: 0 };
type Answer = (request: ClientRequest, address: string, now: number) => Promise<ClientResponse> | ClientResponse;

const accepted: Answer = ({ body = "{}" }) => ({
  status: 201,
  headers: {},
  body: JSON.stringify({ ...(JSON.parse(body) as object), paymentId: "pay_a", status: "ACCEPTED", region: "us-east-1", createdAt: "now" }), // the client's JSON
});
const refuse: Answer = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
const status = (code: number, headers: Record<string, string> = {}): Answer => () => ({ status: code, headers, body: "{}" });

/** One client in virtual time; DNS says 10.0.0.1 until `flipAt` and 10.0.0.2 from then on, TTL 5 s. Times since the start. */
async function run(answer: Answer, options: { readonly ms: number; readonly plan?: Partial<ClientPlan>; readonly flipAt?: number }) {
  const kernel = new VirtualKernel(1);
  const start = kernel.now();
  const since = (): number => kernel.now() - start;
  const lookups: number[] = [];
  const sent: { readonly at: number; readonly address: string; readonly request: ClientRequest }[] = [];
  const transport: Transport = {
    clock: kernel,
    resolve: async () => {
      lookups.push(since());
      return { address: since() >= (options.flipAt ?? Infinity) ? "10.0.0.2" : "10.0.0.1", ttlSeconds: 5 };
    },
    send: async (address, request) => {
      sent.push({ at: since(), address, request });
      await kernel.sleep(20);
      return answer(request, address, since());
    },
  };
  const recorder = new Recorder(kernel);
  const client = new DnsOnlyClient({ name: "c1", hostname: "pay.test" }, { ...PLAN, ...options.plan }, transport, kernel.random("c1").next, recorder);
  kernel.spawn(0, async () => client.start());
  await kernel.run({ untilMs: start + options.ms });
  client.stopArrivals();
  client.giveUp();
  await kernel.run();
  return { history: recorder.history, lookups, sent, client };
}

describe("a client that only knows DNS", () => {
  test("asks again when the TTL is over and not before, although its connections are refused", async () => {
    const { lookups, sent } = await run(refuse, { ms: 30_000, plan: { meanIntervalMs: 500 } });
    expect(sent.length).toBeGreaterThan(100);
    expect(lookups.length).toBeGreaterThanOrEqual(5);
    expect(lookups.length).toBeLessThanOrEqual(6);
    const gaps = lookups.slice(1).map((at, index) => at - (lookups[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
  });

  test("follows DNS to the other region within the TTL", async () => {
    const { sent } = await run((request, address, now) => (address === "10.0.0.1" ? refuse(request, address, now) : accepted(request, address, now)), {
      ms: 40_000,
      flipAt: 12_000,
    });
    const late = sent.filter(({ at, address }) => address === "10.0.0.1" && at > 12_000 + 5_000);
    expect(late).toEqual([]);
    expect(sent.some(({ address }) => address === "10.0.0.2")).toBe(true);
  });

  test.each([
    ["a resolver that keeps answers 60 s stays with the old address so long", { ...HONEST_RESOLVER, keepAtLeastSeconds: 60 }, accepted, true],
    ["a pinned connection that works is kept, whatever DNS says", { ...HONEST_RESOLVER, connections: "pinned" }, accepted, true],
    ["a pinned connection that breaks makes it look again", { ...HONEST_RESOLVER, connections: "pinned" }, refuse, false],
  ] as const)("%s", async (_name, resolver, answer, stays) => {
    const { sent } = await run(answer, { ms: 30_000, flipAt: 10_000, plan: { resolver } });
    const addresses = new Set(sent.filter(({ at }) => at > 16_000).map(({ address }) => address));
    expect([...addresses]).toEqual([stays ? "10.0.0.1" : "10.0.0.2"]);
  });

  test("repeats a payment with the same key and the same fields until it is acknowledged", async () => {
    const { history, sent } = await run((request, address, now) => (now < 10_000 ? refuse(request, address, now) : accepted(request, address, now)), { ms: 20_000 });
    const [first] = logicalPayments(history);
    expect(first?.attempts.length).toBeGreaterThan(3);
    expect(first?.attempts.at(-1)?.outcome?.type).toBe("ok");
    const ofFirst = sent.filter(({ request }) => request.headers["Idempotency-Key"] === first?.request.key);
    expect(new Set(ofFirst.map(({ request }) => request.body)).size).toBe(1);
    expect(ofFirst.map(({ request }) => [request.method, request.target, request.host])).toContainEqual(["POST", "/payments", "pay.test"]);
    expect(first?.attempts.map(({ request }) => request.attempt)).toEqual(first?.attempts.map((_, index) => index + 1));
  });

  test("new payments arrive although none is answered: slow answers must not hide load", async () => {
    const { history } = await run(() => new Promise<never>(() => undefined), { ms: 60_000, plan: { meanIntervalMs: 1_000 } });
    const arrived = logicalPayments(history).length;
    expect(arrived).toBeGreaterThan(40);
    expect(arrived).toBeLessThan(85);
  });

  test.each([
    ["a conflict", 409, 1],
    ["an invalid request", 400, 1],
  ])("%s is final", async (_name, code, attempts) => {
    const { history } = await run(status(code), { ms: 20_000 });
    expect(logicalPayments(history).map((payment) => payment.attempts.length)).toContain(attempts);
    expect(Math.max(...logicalPayments(history).map((payment) => payment.attempts.length))).toBe(attempts);
  });

  test("waits as long as Retry-After says", async () => {
    const { history } = await run(status(503, { "Retry-After": "4" }), { ms: 20_000 });
    const [first] = logicalPayments(history);
    const times = first?.attempts.map(({ invokedAt }) => invokedAt) ?? [];
    expect(times.length).toBeGreaterThan(2);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual(times.slice(1).map(() => 4_020));
  });

  test("pauses are never longer than the cap", async () => {
    const { history } = await run(refuse, { ms: 60_000 });
    const [first] = logicalPayments(history);
    const times = first?.attempts.map(({ invokedAt }) => invokedAt) ?? [];
    expect(times.length).toBeGreaterThan(20);
    expect(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeLessThanOrEqual(2_020);
  });

  test("a key used by mistake for another amount is a call of its own kind, once, after the payment was acknowledged", async () => {
    const { history, sent } = await run(accepted, { ms: 40_000, plan: { conflictShare: 1 } });
    const payments = logicalPayments(history);
    const conflicts = attemptsOf(history, "conflict");
    expect(conflicts.length).toBe(payments.length);
    for (const { request, invokedAt } of conflicts) {
      const payment = payments.find((each) => each.request.key === request.key);
      expect(request.amount).not.toBe(payment?.request.amount);
      expect(payment?.attempts).toHaveLength(1);
      expect(payment?.attempts[0]?.completedAt).toBeLessThanOrEqual(invokedAt);
    }
    expect(sent.length).toBe(2 * payments.length);
  });

  test("sends acknowledged payments again and reads them back, as asked", async () => {
    const { history } = await run(accepted, { ms: 30_000, plan: { repeatShare: 1, repeatWithinMs: 100, readShare: 1 } });
    const payments = logicalPayments(history);
    expect(payments.length).toBeGreaterThan(5);
    // At once, and again after the repeat: by then another region may answer.
    expect(attemptsOf(history, "read").length).toBeGreaterThanOrEqual(2 * (payments.length - 1));
    expect(payments.filter(({ attempts }) => attempts.length === 2).length).toBeGreaterThanOrEqual(payments.length - 1);
  });

  test("has nothing under way once it has given up", async () => {
    const { client } = await run(refuse, { ms: 10_000 });
    expect(client.outstanding).toBe(0);
    await client.settled();
  });
});
