import { createHandler } from "../../../lambda/read/handler";
import { PAYMENTS } from "../../../lambda/shared/constants";
import { paymentIdOf } from "../../../lambda/shared/id";
import type { Payment } from "../../../lambda/shared/payment";
import { toItem } from "../../../lambda/shared/table";
import { memoryTable } from "../../helpers/memory-table";
import { ask, fakeRuntime, sdkError, type Answered } from "../../helpers/runtime";

const ID = "pay_xgpzneri3jdw6yy4yvu677aknhy5v7x5veaxx67rbcngwmpym7ca";
const payment = (customerId: string, key: string, createdAt: string): Payment => ({
  paymentId: paymentIdOf(customerId, key), customerId, amount: 5, currency: "USD", status: "ACCEPTED", region: "us-east-1", createdAt,
});
const byId = (paymentId: string) => ({ resource: "/payments/{paymentId}", pathParameters: { paymentId } });
const list = (query: Record<string, string>) => ({
  resource: "/payments",
  queryStringParameters: query,
  multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
});

function stocked(payments: readonly Payment[], env: Record<string, string> = {}) {
  const { table, items } = memoryTable(PAYMENTS.hashKey);
  for (const one of payments) items.set(one.paymentId, toItem(one));
  const fake = fakeRuntime({ table, env });
  return { ...fake, items, handler: createHandler(fake.runtime) };
}

describe("GET /payments/{paymentId}", () => {
  test("answers the payment as it was accepted", async () => {
    const stored = { ...payment("c1", "k1", "2026-11-21T06:50:00.000Z"), reference: "invoice 7" };
    const { handler } = stocked([stored]);
    expect(await ask(handler, byId(ID))).toMatchObject({ status: 200, body: stored, headers: { "cache-control": "no-store" } });
  });

  test.each([
    ["strong", true],
    ["eventual", false],
  ])("in %s mode asks for a consistent read: %s", async (mode, consistent) => {
    const { handler, calls } = stocked([], { TABLE_CONSISTENCY: mode });
    await ask(handler, byId(ID));
    expect(calls).toEqual([expect.objectContaining({ operation: "GetItem", input: expect.objectContaining({ ConsistentRead: consistent }) })]);
  });

  test("of a payment that does not exist is 404", async () => {
    expect(await ask(stocked([]).handler, byId(ID))).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
  });

  test.each(["", "pay_", "health#us-east-1", "canary#1", ID.toUpperCase(), `${ID}a`, ID.slice(0, -1), `${ID}\n`, "pay_" + "1".repeat(52), "../switch"])(
    "of %j, which is no id, is 404 and asks the table nothing",
    async (id) => {
      const { handler, calls } = stocked([]);
      expect(await ask(handler, byId(id))).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
      expect(calls).toEqual([]);
    },
  );

  test.each([
    ["the quorum is gone", sdkError("InternalServerError", 500)],
    ["the table throttles", sdkError("ThrottlingException")],
    ["the permission is missing", sdkError("AccessDeniedException")],
    ["the connection is lost", Object.assign(new Error("reset"), { code: "ECONNRESET" })],
  ])("when %s is 503 with Retry-After, logged without a word of it to the caller", async (_name, error) => {
    const { runtime, lines } = fakeRuntime({ table: () => Promise.reject(error) });
    const answer = await ask(createHandler(runtime), byId(ID));
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" }, body: { error: { code: "UNAVAILABLE" } } });
    expect(lines).toEqual([expect.objectContaining({ level: "error", error: error.name })]);
  });

  test("that is never answered ends before the function's 6 s", async () => {
    const { runtime, clock } = fakeRuntime({ table: () => new Promise(() => undefined) });
    const started = clock.now();
    expect(await ask(createHandler(runtime), byId(ID), clock)).toMatchObject({ status: 503, body: { error: { code: "UNAVAILABLE" } } });
    expect(clock.now() - started).toBeLessThan(6000);
  });
});

/** Every page of a list, following `next`. */
async function allPages(handler: ReturnType<typeof createHandler>, query: Record<string, string>): Promise<Payment[][]> {
  const pages: Payment[][] = [];
  let next: string | undefined;
  do {
    const { body }: Answered = await ask(handler, list({ ...query, ...(next === undefined ? {} : { next }) }));
    expect(body).toMatchObject({ consistency: "eventual" });
    pages.push(body["payments"] as Payment[]);
    next = body["next"] as string | undefined;
  } while (next !== undefined && pages.length < 100);
  return pages;
}

const minute = (n: number): string => `2026-11-21T06:${String(n).padStart(2, "0")}:00.000Z`;

describe("GET /payments?customerId=", () => {
  const mine = Array.from({ length: 7 }, (_, n) => payment("c1", `k${n}`, minute(n)));
  const theirs = [payment("c2", "k1", minute(3))];

  test("shows the customer's payments and no one else's, newest first", async () => {
    const { handler } = stocked([...mine, ...theirs]);
    const { status, body } = await ask(handler, list({ customerId: "c1" }));
    expect({ status, body }).toEqual({ status: 200, body: { payments: [...mine].reverse(), consistency: "eventual" } });
  });

  test.each([
    { limit: "1", sizes: [1, 1, 1, 1, 1, 1, 1] },
    { limit: "3", sizes: [3, 3, 1] },
    { limit: "7", sizes: [7] },
    { limit: "100", sizes: [7] },
  ])("pages by $limit without gap, repeat or empty last page", async ({ limit, sizes }) => {
    const pages = await allPages(stocked([...mine, ...theirs]).handler, { customerId: "c1", limit });
    expect(pages.map((page) => page.length)).toEqual(sizes);
    expect(pages.flat()).toEqual([...mine].reverse());
  });

  test("shows 20 unless told otherwise", async () => {
    const many = Array.from({ length: 30 }, (_, n) => payment("c1", `k${n}`, minute(n)));
    const { body } = await ask(stocked(many).handler, list({ customerId: "c1" }));
    expect(body["payments"]).toHaveLength(20);
  });

  test("of a customer without payments is an empty list", async () => {
    expect(await ask(stocked([]).handler, list({ customerId: "c9" }))).toMatchObject({ status: 200, body: { payments: [] } });
  });
});

describe("GET /payments?status=&date=", () => {
  const day = Array.from({ length: 45 }, (_, n) => payment(`c${n}`, "k", minute(n)));
  const sameMoment = Array.from({ length: 30 }, (_, n) => payment(`d${n}`, "k", minute(50)));
  const otherDay = [payment("c1", "other day", "2026-11-20T06:00:00.000Z")];
  const query = { status: "ACCEPTED", date: "2026-11-21" };

  test("merges all shards, newest first, and no other day", async () => {
    const { body } = await ask(stocked([...day, ...otherDay]).handler, list({ ...query, limit: "100" }));
    expect(body["payments"]).toEqual([...day].reverse());
  });

  test.each(["1", "4", "7", "50", "100"])("pages by %s without gap or repeat, payments of one millisecond too", async (limit) => {
    const pages = await allPages(stocked([...day, ...sameMoment]).handler, { ...query, limit });
    const ids = pages.flat().map(({ paymentId }) => paymentId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual([...day, ...sameMoment].map(({ paymentId }) => paymentId).sort());
    const times = pages.flat().map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});

describe("a list's query", () => {
  const cursorOf = async (query: Record<string, string>, payments: readonly Payment[]): Promise<string> => {
    const { body } = await ask(stocked(payments).handler, list({ ...query, limit: "1" }));
    return String(body["next"]);
  };
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  test.each<[string, Record<string, string>, readonly string[]]>([
    ["nothing", {}, ["customerId"]],
    ["an unknown parameter", { customerId: "c1", sort: "asc" }, ["sort"]],
    ["a parameter in the wrong case", { CustomerId: "c1" }, ["CustomerId", "customerId"]],
    ["both kinds of list", { customerId: "c1", status: "ACCEPTED", date: "2026-11-21" }, ["customerId"]],
    ["a status without its date", { status: "ACCEPTED" }, ["date"]],
    ["a date without its status", { date: "2026-11-21" }, ["status"]],
    ["an unknown status", { status: "accepted", date: "2026-11-21" }, ["status"]],
    ["a shard smuggled into the status", { status: "ACCEPTED#2026-11-21#a", date: "2026-11-21" }, ["status"]],
    ["a date that does not exist", { status: "ACCEPTED", date: "2026-02-29" }, ["date"]],
    ["a month that does not exist", { status: "ACCEPTED", date: "2026-13-01" }, ["date"]],
    ["a date with a time", { status: "ACCEPTED", date: "2026-11-21T00:00" }, ["date"]],
    ["an empty customer", { customerId: "" }, ["customerId"]],
    ["a customer with a quote", { customerId: "c'1" }, ["customerId"]],
    ["limit 0", { customerId: "c1", limit: "0" }, ["limit"]],
    ["limit 101", { customerId: "c1", limit: "101" }, ["limit"]],
    ["a negative limit", { customerId: "c1", limit: "-1" }, ["limit"]],
    ["a fractional limit", { customerId: "c1", limit: "1.5" }, ["limit"]],
    ["an empty limit", { customerId: "c1", limit: "" }, ["limit"]],
    ["a limit and a customer that are both wrong", { customerId: "c 1", limit: "x" }, ["customerId", "limit"]],
    ["an empty cursor", { customerId: "c1", next: "" }, ["next"]],
    ["a cursor that is no base64url", { customerId: "c1", next: "ab+/=" }, ["next"]],
    ["a cursor that is no JSON", { customerId: "c1", next: "abcd" }, ["next"]],
    ["a cursor that is null", { customerId: "c1", next: encoded(null) }, ["next"]],
    ["a cursor without positions", { customerId: "c1", next: encoded([["c", "c1"], []]) }, ["next"]],
    ["a cursor with a forged id", { customerId: "c1", next: encoded([["c", "c1"], [["2026-11-21T06:00:00.000Z", "health#us-east-1"]]]) }, ["next"]],
    ["a cursor with a forged time", { customerId: "c1", next: encoded([["c", "c1"], [["now", ID]]]) }, ["next"]],
    ["a cursor with one shard twice", { customerId: "c1", next: encoded([["c", "c1"], [["2026-11-21T06:00:00.000Z", ID], ["2026-11-21T06:00:00.000Z", ID]]]) }, ["next"]],
    ["a cursor of another day's list", { status: "ACCEPTED", date: "2026-11-21", next: encoded([["s", "ACCEPTED", "2026-11-21"], [["2026-11-20T06:00:00.000Z", ID]]]) }, ["next"]],
  ])("with %s is 400, names the parameter and asks the table nothing", async (_name, query, fields) => {
    const { handler, calls } = stocked([]);
    const answer = await ask(handler, list(query));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "INVALID_REQUEST" } } });
    const { details } = answer.body["error"] as { details: { field: string }[] };
    expect(details.map(({ field }) => field)).toEqual(fields);
    expect(calls).toEqual([]);
  });

  test("with a parameter given twice is 400", async () => {
    const { handler } = stocked([]);
    const event = { resource: "/payments", queryStringParameters: { customerId: "c2" }, multiValueQueryStringParameters: { customerId: ["c1", "c2"] } };
    expect(await ask(handler, event)).toMatchObject({ status: 400, body: { error: { code: "INVALID_REQUEST" } } });
  });

  test("refuses the cursor of another customer and takes the customer's own", async () => {
    const payments = ["c1", "c2"].flatMap((customer) => [1, 2].map((n) => payment(customer, `k${n}`, minute(n))));
    const next = await cursorOf({ customerId: "c1" }, payments);
    const { handler } = stocked(payments);
    expect(await ask(handler, list({ customerId: "c2", next }))).toMatchObject({ status: 400, body: { error: { code: "INVALID_REQUEST" } } });
    expect(await ask(handler, list({ customerId: "c1", next }))).toMatchObject({ status: 200, body: { payments: [payments[0]] } });
  });

  test("that fails in one of the shards is 503, never a list with a hole", async () => {
    const { table } = memoryTable(PAYMENTS.hashKey);
    const { runtime } = fakeRuntime({
      table: (operation, input, budget) => {
        if (JSON.stringify(input["ExpressionAttributeValues"]).includes("#7")) throw sdkError("InternalServerError", 500);
        return table(operation, input, budget);
      },
    });
    const answer = await ask(createHandler(runtime), list({ status: "ACCEPTED", date: "2026-11-21" }));
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "UNAVAILABLE" } } });
  });
});

test.each(["/payments/validate", "/", undefined])("a route that is not this function's (%s) is 404", async (resource) => {
  const event = resource === undefined ? {} : { resource };
  expect(await ask(stocked([]).handler, event)).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
});

test("a deployment with a third consistency is refused with what is allowed", () => {
  expect(() => createHandler(fakeRuntime({ env: { TABLE_CONSISTENCY: "maybe" } }).runtime)).toThrow(/got maybe; allowed strong, eventual/);
});
