import { createHandler } from "../../../lambda/process/handler";
import { PAYMENTS } from "../../../lambda/shared/constants";
import { memoryTable } from "../../helpers/memory-table";
import { ask, fakeRuntime, sdkError, type Wire } from "../../helpers/runtime";

const ID = "pay_xgpzneri3jdw6yy4yvu677aknhy5v7x5veaxx67rbcngwmpym7ca"; // of c1 and k1, see id.test.ts
const BODY = { customerId: "c1", amount: 1200, currency: "EUR", reference: "invoice 7" };
const pay = (body: object = BODY, key = "k1") => ({
  resource: "/payments",
  headers: { "content-type": "application/json", "idempotency-key": key },
  body: JSON.stringify(body),
});

describe("a payment", () => {
  test("is one item with the attributes that both indexes need, and one answer that says where it is", async () => {
    const { table, items } = memoryTable(PAYMENTS.hashKey);
    const { runtime, calls } = fakeRuntime({ table });
    const answer = await ask(createHandler(runtime), pay());
    expect(answer).toEqual({
      status: 201,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-served-by-region": "us-east-1",
        location: `/payments/${ID}`,
      },
      body: { paymentId: ID, ...BODY, status: "ACCEPTED", region: "us-east-1", createdAt: "2026-11-21T06:50:00.000Z" },
    });
    expect([...items.values()]).toEqual([
      {
        paymentId: { S: ID },
        customerId: { S: "c1" },
        amount: { N: "1200" },
        currency: { S: "EUR" },
        reference: { S: "invoice 7" },
        status: { S: "ACCEPTED" },
        region: { S: "us-east-1" },
        createdAt: { S: "2026-11-21T06:50:00.000Z" },
        statusShard: { S: "ACCEPTED#2026-11-21#b" },
      },
    ]);
    expect(calls.map(({ operation }) => operation)).toEqual(["PutItem"]);
  });

  test("repeated in the other region later is the same payment, first answer and all", async () => {
    const { table, items } = memoryTable(PAYMENTS.hashKey);
    const first = fakeRuntime({ table });
    const accepted = await ask(createHandler(first.runtime), pay());
    const other = fakeRuntime({ table, env: { AWS_REGION: "us-east-2" } });
    await other.clock.advance(3_600_000);
    const repeat = await ask(createHandler(other.runtime), pay());
    expect(repeat.status).toBe(200);
    expect(repeat.body).toEqual(accepted.body);
    expect(repeat.headers).toMatchObject({ "x-served-by-region": "us-east-2" });
    expect(repeat.headers).not.toHaveProperty("location");
    expect(items.size).toBe(1);
  });

  test("that has moved on answers its repeat with the status it has now", async () => {
    const { table, items } = memoryTable(PAYMENTS.hashKey);
    const { runtime } = fakeRuntime({ table });
    const handler = createHandler(runtime);
    await ask(handler, pay());
    items.set(ID, { ...items.get(ID), status: { S: "SETTLED" } });
    expect(await ask(handler, pay())).toMatchObject({ status: 200, body: { status: "SETTLED" } });
  });

  test.each([
    ["amount", { ...BODY, amount: 1201 }],
    ["currency", { ...BODY, currency: "USD" }],
    ["reference", { ...BODY, reference: "invoice 8" }],
    ["reference", { customerId: "c1", amount: 1200, currency: "EUR" }],
  ])("with the same key and another %s is a conflict that changes nothing", async (field, changed) => {
    const { table, items } = memoryTable(PAYMENTS.hashKey);
    const { runtime } = fakeRuntime({ table });
    const handler = createHandler(runtime);
    await ask(handler, pay());
    const before = JSON.stringify([...items.values()]);
    const answer = await ask(handler, pay(changed));
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT", details: [{ field }] } } });
    expect(JSON.stringify([...items.values()])).toBe(before);
  });

  test("of another customer with the same key is another payment", async () => {
    const { table, items } = memoryTable(PAYMENTS.hashKey);
    const { runtime } = fakeRuntime({ table });
    const handler = createHandler(runtime);
    await ask(handler, pay());
    expect(await ask(handler, pay({ ...BODY, customerId: "c2" }))).toMatchObject({ status: 201 });
    expect(items.size).toBe(2);
  });
});

type Step = "ok" | "timeout" | "reset" | "refused" | "500" | "503" | "never" | `${string}Exception` | "RequestLimitExceeded";

const step = async (kind: Step): Promise<{ status: number; body: object }> => {
  const failure = (code: string, name = "Error"): Error => Object.assign(new Error(code), { name, code });
  switch (kind) {
    case "ok":
      return { status: 200, body: {} };
    case "timeout":
      throw failure("ETIMEDOUT", "TimeoutError");
    case "reset":
      throw failure("ECONNRESET");
    case "refused":
      throw failure("ECONNREFUSED");
    case "never":
      return new Promise(() => undefined);
    case "500":
      return { status: 500, body: { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "m" } };
    case "503":
      return { status: 503, body: { message: "unavailable" } };
    default:
      return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${kind}`, message: "arn:aws:secret" } };
  }
};

const THROTTLE = "ProvisionedThroughputExceededException";
const CONFLICT = "ReplicatedWriteConflictException";
const three = (kind: Step): Step[] => [kind, kind, kind];

interface Outcome {
  readonly attempts: readonly Step[];
  readonly status: number;
  readonly code?: string;
}

/** What DynamoDB answers to each attempt, through the real SDK client with the real retry strategy. */
const OUTCOMES: readonly Outcome[] = [
  { attempts: ["ok"], status: 201 },
  { attempts: ["500", "ok"], status: 201 },
  { attempts: ["timeout", "reset", "ok"], status: 201 },
  { attempts: [CONFLICT, "ok"], status: 201 },
  { attempts: [THROTTLE, THROTTLE, "ok"], status: 201 },
  { attempts: three(THROTTLE), status: 503, code: "UNAVAILABLE" },
  { attempts: three("ThrottlingException"), status: 503, code: "UNAVAILABLE" },
  { attempts: three("RequestLimitExceeded"), status: 503, code: "UNAVAILABLE" },
  { attempts: three(CONFLICT), status: 503, code: "UNAVAILABLE" },
  { attempts: three("refused"), status: 503, code: "UNAVAILABLE" },
  { attempts: ["refused", THROTTLE, CONFLICT], status: 503, code: "UNAVAILABLE" },
  { attempts: ["AccessDeniedException"], status: 503, code: "UNAVAILABLE" },
  { attempts: ["ResourceNotFoundException"], status: 503, code: "UNAVAILABLE" },
  { attempts: ["ValidationException"], status: 503, code: "UNAVAILABLE" },
  { attempts: three("timeout"), status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: three("reset"), status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: three("500"), status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: three("503"), status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: ["timeout", THROTTLE, THROTTLE], status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: ["500", "refused", "refused"], status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: ["reset", "AccessDeniedException"], status: 503, code: "OUTCOME_UNKNOWN" },
  { attempts: ["never"], status: 503, code: "OUTCOME_UNKNOWN" },
];

describe("a payment whose write meets trouble", () => {
  test.each(OUTCOMES)("$attempts: $status $code", async ({ attempts, status, code }) => {
    let made = 0;
    const wire: Wire = (attempt) => {
      made = attempt;
      return step(attempts[attempt - 1] ?? "ok");
    };
    const { runtime, clock, lines } = fakeRuntime({ wire });
    const started = clock.now();
    const answer = await ask(createHandler(runtime), pay(), clock);
    expect(answer.status).toBe(status);
    expect(made).toBe(attempts.length);
    expect(clock.now() - started).toBeLessThan(6000);
    if (code === undefined) return;
    expect(answer).toMatchObject({ headers: { "retry-after": "1" }, body: { error: { code }, requestId: "api-1" } });
    expect(JSON.stringify(answer.body)).not.toContain("arn:aws");
    expect(lines).toEqual([expect.objectContaining({ level: "error", paymentId: ID, requestId: "lambda-1", apiRequestId: "api-1" })]);
  });

  test("tells the caller to repeat with the same key when it may have been stored", async () => {
    const { runtime, clock } = fakeRuntime({ wire: () => step("timeout") });
    const { body } = await ask(createHandler(runtime), pay(), clock);
    expect(body).toMatchObject({ error: { message: expect.stringMatching(/[Rr]epeat .* same Idempotency-Key/) } });
  });

  test("three attempts that each use up their second still end within the function's 6 s", async () => {
    const fake: ReturnType<typeof fakeRuntime> = fakeRuntime({
      wire: async (_attempt, budget) => {
        await fake.clock.sleep(budget.requestMs);
        return step("timeout");
      },
    });
    const started = fake.clock.now();
    const answer = await ask(createHandler(fake.runtime), pay(), fake.clock);
    expect(answer).toMatchObject({ body: { error: { code: "OUTCOME_UNKNOWN" } } });
    expect(fake.clock.now() - started).toBeGreaterThanOrEqual(3000);
    expect(fake.clock.now() - started).toBeLessThan(5000);
  });

  test("meets its own first attempt, which was stored but not answered: 200 with the payment", async () => {
    const item = {
      paymentId: { S: ID }, customerId: { S: "c1" }, amount: { N: "1200" }, currency: { S: "EUR" }, reference: { S: "invoice 7" },
      status: { S: "ACCEPTED" }, region: { S: "us-east-1" }, createdAt: { S: "2026-11-21T06:50:00.000Z" },
    };
    const refused = { status: 400, body: { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", Item: item } };
    const { runtime, clock } = fakeRuntime({ wire: async (attempt) => (attempt === 1 ? step("timeout") : refused) });
    expect(await ask(createHandler(runtime), pay(), clock)).toMatchObject({ status: 200, body: { paymentId: ID, ...BODY } });
  });

  test.each([
    ["an error whose attempts nobody counted", () => Object.assign(sdkError("ThrottlingException"), { $metadata: {} })],
    ["a failed condition without the stored item", () => sdkError("ConditionalCheckFailedException")],
    ["a stored item that is no payment", () => sdkError("ConditionalCheckFailedException", 400, { Item: { paymentId: { S: ID } } })],
    ["an error of nobody's", () => new TypeError("x is not a function")],
  ])("is never said to be without effect after %s", async (_name, error) => {
    const { runtime, lines } = fakeRuntime({ table: () => Promise.reject(error()) });
    const answer = await ask(createHandler(runtime), pay());
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "OUTCOME_UNKNOWN" } } });
    expect(JSON.stringify(answer.body)).not.toContain("not a function");
    expect(lines).toHaveLength(1);
  });

  test("is without effect when there were no credentials to send it with", async () => {
    const error = Object.assign(new Error("expired"), { name: "CredentialsProviderError" });
    const { runtime } = fakeRuntime({ table: () => Promise.reject(error) });
    expect(await ask(createHandler(runtime), pay())).toMatchObject({ status: 503, body: { error: { code: "UNAVAILABLE" } } });
  });

  test("leaves no field but its id in the logs", async () => {
    const secret = { customerId: "customer-in-no-log", amount: 987654321, currency: "CHF", reference: "reference-in-no-log" };
    for (const wire of [() => step("ok"), () => step("500")]) {
      const { runtime, clock, lines } = fakeRuntime({ wire });
      await ask(createHandler(runtime), pay(secret, "key-in-no-log"), clock);
      expect(lines).toHaveLength(1);
      expect(JSON.stringify(lines)).not.toMatch(/in-no-log|987654321|CHF/);
    }
  });
});

test("a deployment that forgot the table's name is told which variable is missing", () => {
  expect(() => createHandler(fakeRuntime({ env: { TABLE_NAME: "" } }).runtime)).toThrow(/TABLE_NAME/);
});
