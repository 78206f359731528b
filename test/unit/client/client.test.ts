import { createPaymentsClient, TransportError, type ClientOptions, type Request, type Response } from "../../../client/index";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const PAYMENT = { paymentId: "pay_1", customerId: "c1", amount: 1250, currency: "EUR", status: "ACCEPTED", region: "us-east-1", createdAt: "2026-11-21T06:50:00.000Z" };
const ORDER = { customerId: "c1", amount: 1250, currency: "EUR", idempotencyKey: "order-1" };
const CREDENTIALS = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const BOTH = ["one.pay.test", "two.pay.test"];

const answer = (status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Response => ({ status, headers, body: typeof body === "string" ? body : JSON.stringify(body) });
const problem = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Response => answer(status, { error: { code, message: code }, requestId: "r" }, headers);
const created = answer(201, PAYMENT);
const unsent = new TransportError("unsent", "ECONNREFUSED", "refused");
const timeout = new TransportError("timeout", "TIMEOUT", "late");
const lost = new TransportError("lost", "ECONNRESET", "cut");

type Step = Response | Error | ((request: Request, timeoutMs: number) => Promise<Response>);

/** A client in virtual time, its API played by a script: one step for each attempt, the last one for all that follow. */
class Scene {
  readonly kernel = new VirtualKernel(1);
  readonly sent: { readonly request: Request; readonly at: number; readonly timeoutMs: number }[] = [];

  constructor(private readonly steps: readonly Step[]) {}

  client(options: Partial<ClientOptions> = {}) {
    return createPaymentsClient({
      ...(options.hostnames ? {} : { hostname: "pay.test" }),
      credentials: "unsigned",
      clock: this.kernel,
      random: this.kernel.random("client").next,
      transport: { send: (request, timeoutMs) => this.send(request, timeoutMs) },
      ...options,
    });
  }

  async run<T>(story: () => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    this.kernel.spawn(0, async () => {
      result = { value: await story() };
    });
    await this.kernel.run({ done: () => result !== undefined });
    if (!result) throw new Error("the call never ended");
    return result.value;
  }

  private async send(request: Request, timeoutMs: number): Promise<Response> {
    const step = this.steps[Math.min(this.sent.length, this.steps.length - 1)];
    this.sent.push({ request, at: this.kernel.now(), timeoutMs });
    if (step === undefined || step instanceof Error) throw step ?? new Error("no step");
    return typeof step === "function" ? step(request, timeoutMs) : step;
  }
}

describe("how a payment's end is told to its caller", () => {
  it.each([
    ["a new payment", [created], "accepted"],
    ["a repeat", [answer(200, PAYMENT)], "repeated"],
    ["a key of another payment", [problem(409, "IDEMPOTENCY_CONFLICT")], "conflict"],
    ["fields that the API refuses", [problem(400, "INVALID_REQUEST")], "invalid"],
    ["a signature that it refuses", [problem(403, "FORBIDDEN")], "forbidden"],
    ["a refusal after an attempt that may have been let in", [timeout, problem(403, "FORBIDDEN")], "unknown"],
    ["no connection to the end", [unsent], "unavailable"],
    ["UNAVAILABLE to the end", [problem(503, "UNAVAILABLE")], "unavailable"],
    ["one lost answer, no connection afterwards", [lost, unsent], "unknown"],
    ["OUTCOME_UNKNOWN to the end", [problem(503, "OUTCOME_UNKNOWN")], "unknown"],
    ["502 to the end", [answer(502, "bad gateway")], "unknown"],
    ["a success without a payment", [answer(201, "<html>")], "unknown"],
    ["a payment after two failures", [unsent, problem(503, "UNAVAILABLE"), created], "accepted"],
    ["a payment after being slowed down", [problem(429, "THROTTLED"), created], "accepted"],
  ] satisfies [string, readonly Step[], string][])("%s", async (_name, steps: readonly Step[], outcome) => {
    const scene = new Scene(steps);
    expect(await scene.run(() => scene.client().pay(ORDER))).toMatchObject({ outcome, idempotencyKey: "order-1" });
  });

  it("gives the caller the key that it has invented, and uses one key for all attempts", async () => {
    const scene = new Scene([timeout, unsent, created]);
    const { idempotencyKey: _, ...fields } = ORDER;
    const result = await scene.run(() => scene.client().pay(fields));
    expect(result.idempotencyKey).toMatch(/^[0-9a-z]{26}$/);
    expect(new Set(scene.sent.map(({ request }) => request.headers["idempotency-key"]))).toEqual(new Set([result.idempotencyKey]));
    expect(result.attempts).toBe(3);
  });

  it("ends at its deadline although nothing ever answers", async () => {
    const scene: Scene = new Scene([async (_request, timeoutMs) => scene.kernel.sleep(timeoutMs).then(() => Promise.reject(timeout))]);
    const start = scene.kernel.now();
    expect(await scene.run(() => scene.client({ hostnames: BOTH }).pay(ORDER))).toMatchObject({ outcome: "unknown" });
    expect(scene.kernel.now() - start).toBeLessThanOrEqual(5_000);
  });
});

describe("how a client spares the system", () => {
  it("waits as long as Retry-After says, up to 5 s", async () => {
    const scene = new Scene([problem(503, "UNAVAILABLE", { "retry-after": "2" }), problem(503, "UNAVAILABLE", { "retry-after": "60" }), created]);
    await scene.run(() => scene.client().pay(ORDER));
    const [first = 0, second = 0, third = 0] = scene.sent.map(({ at }) => at);
    expect(second - first).toBe(2_000);
    expect(third - second).toBe(5_000);
  });

  it("draws its pauses from a range that doubles up to its cap", async () => {
    const scene = new Scene([unsent]);
    await scene.run(() => scene.client({ random: () => 0.999, budget: { deadlineMs: 8_000 } }).pay(ORDER));
    const at = scene.sent.map((each) => each.at);
    expect(at.slice(1).map((each, index) => Math.round((each - (at[index] ?? 0)) / 100) * 100)).toEqual([200, 400, 800, 1600, 2000, 2000]);
  });
});

describe("a client that knows both hostnames", () => {
  const hosts = (scene: Scene): readonly string[] => scene.sent.map(({ request }) => request.hostname);

  it("asks the second at once when the first fails", async () => {
    const scene = new Scene([unsent, created]);
    expect(await scene.run(() => scene.client({ hostnames: BOTH }).pay(ORDER))).toMatchObject({ outcome: "accepted", hostname: "two.pay.test", attempts: 2 });
    expect(scene.sent.map(({ at }) => at - (scene.sent[0]?.at ?? 0))).toEqual([0, 0]);
  });

  it("asks the second after 400 ms when the first is silent, and takes the first answer", async () => {
    const silent = (_request: Request, timeoutMs: number): Promise<Response> => scene.kernel.sleep(timeoutMs).then(() => Promise.reject(timeout));
    const scene: Scene = new Scene([silent, created]);
    const start = scene.kernel.now();
    expect(await scene.run(() => scene.client({ hostnames: BOTH }).pay(ORDER))).toMatchObject({ outcome: "accepted", hostname: "two.pay.test" });
    expect(scene.kernel.now() - start).toBe(400);
  });

  it("leaves a hostname alone after two failures in a row, and tries it again later", async () => {
    const deadFirst = (request: Request): Promise<Response> => (request.hostname === "one.pay.test" && scene.kernel.now() < end ? Promise.reject(unsent) : Promise.resolve(created));
    const scene: Scene = new Scene([deadFirst]);
    const end = scene.kernel.now() + 20_000;
    await scene.run(async () => {
      const client = scene.client({ hostnames: BOTH });
      for (let n = 0; n < 4; n += 1) await client.pay(ORDER);
      await scene.kernel.sleep(60_000);
      await client.pay(ORDER);
      await client.pay(ORDER);
    });
    expect(hosts(scene).map((host) => host.slice(0, 3))).toEqual(["one", "two", "one", "two", "two", "two", "one", "one"]);
  });
});

describe("signatures", () => {
  it("are made anew for every attempt, for all regions, over the idempotency key", async () => {
    const scene = new Scene([problem(503, "UNAVAILABLE", { "retry-after": "3" }), created]);
    await scene.run(() => scene.client({ credentials: CREDENTIALS, regions: ["us-east-1", "us-east-2"] }).pay(ORDER));
    const headers = scene.sent.map(({ request }) => request.headers);
    expect(new Set(headers.map((each) => each["x-amz-date"])).size).toBe(2);
    for (const each of headers) {
      expect(each).toMatchObject({ host: "pay.test", "x-amz-region-set": "us-east-1,us-east-2", "x-amz-security-token": "token" });
      expect(each["authorization"]).toMatch(/^AWS4-ECDSA-P256-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/execute-api\/aws4_request, SignedHeaders=[^,]*host;idempotency-key;[^,]*x-amz-region-set[^,]*, Signature=[0-9a-f]+$/);
    }
  });

  it("wait for credentials that come late, and nothing has happened where none come", async () => {
    let asked = 0;
    const late = async () => {
      asked += 1;
      if (asked < 3) throw new Error("no role yet");
      return CREDENTIALS;
    };
    const scene = new Scene([created]);
    expect(await scene.run(() => scene.client({ credentials: late, regions: ["*"] }).pay(ORDER))).toMatchObject({ outcome: "accepted" });
    const none = new Scene([created]);
    const refused = () => Promise.reject(new Error("no role"));
    expect(await none.run(() => none.client({ credentials: refused, regions: ["*"] }).pay(ORDER))).toMatchObject({ outcome: "unavailable", problem: { code: "NO_CREDENTIALS" } });
    expect(none.sent).toEqual([]);
  });
});

describe("calls without an effect", () => {
  it.each([
    ["found", answer(200, PAYMENT)],
    ["missing", problem(404, "NOT_FOUND")],
    ["unavailable", lost],
    ["forbidden", problem(403, "FORBIDDEN")],
  ])("a reading is %s", async (outcome, step: Step) => {
    const scene = new Scene([step]);
    expect(await scene.run(() => scene.client().read("pay_1"))).toMatchObject({ outcome });
  });

  it("a list has its page and where to go on", async () => {
    const scene = new Scene([answer(200, { payments: [PAYMENT], next: "abc", consistency: "eventual" })]);
    expect(await scene.run(() => scene.client().list({ customerId: "c1", limit: 1, next: "a/b" }))).toEqual({ outcome: "listed", payments: [PAYMENT], next: "abc", consistency: "eventual", attempts: 1 });
    expect(scene.sent[0]?.request.target).toBe("/payments?customerId=c1&limit=1&next=a%2Fb");
  });

  it("a validation is valid or tells what is wrong", async () => {
    const good = new Scene([answer(200, { valid: true })]);
    expect(await good.run(() => good.client().validate(PAYMENT))).toEqual({ outcome: "valid", attempts: 1 });
    const bad = new Scene([answer(400, { error: { code: "INVALID_REQUEST", message: "no", details: [{ field: "amount" }] } })]);
    expect(await bad.run(() => bad.client().validate(PAYMENT))).toMatchObject({ outcome: "invalid", problem: { details: [{ field: "amount" }] } });
  });
});

it.each([
  ["no hostname", { credentials: "unsigned" }],
  ["both kinds of hostnames", { credentials: "unsigned", hostname: "a", hostnames: BOTH }],
  ["no regions to sign for", { credentials: CREDENTIALS, hostname: "a" }],
] as const)("refuses options with %s", (_name, options) => {
  expect(() => createPaymentsClient(options)).toThrow(expect.objectContaining({ code: "CLIENT_CONFIG" }));
});
