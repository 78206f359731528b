import { randomUUID } from "node:crypto";
import { IDEMPOTENCY_HEADER } from "../../lambda/shared/constants";
import type { Payment } from "../../lambda/shared/payment";
import { eventually, openTarget, primaryServes, type Answer, type Ask } from "../helpers/target";

const target = openTarget();
const { hostnames, regions } = target.outputs;
/** A witness is there in strong mode only: then a write is in both regions when it is acknowledged. */
const REPLICATION_SECONDS = regions.witness === undefined ? 10 : 0;

/** Both regions, each with its own host name. */
const REGIONS = (["primary", "secondary"] as const).map((role) => ({ role, region: regions[role], host: hostnames[role] }));

const run = randomUUID();
const ORDER = { customerId: `integration-${run}`, amount: 1250, currency: "EUR", reference: "Überweisung 7" };

const post = (path: string, key: string, fields: object): Ask => ({
  method: "POST",
  target: path,
  headers: { "content-type": "application/json", [IDEMPOTENCY_HEADER]: key },
  body: JSON.stringify(fields),
});
const served = ({ status, headers }: Answer) => [status, headers["x-served-by-region"]];

let payment: Payment;

beforeAll(() => primaryServes(target), 90_000);
afterAll(() => target.close());

describe(`a payment to the failover name (${target.kind})`, () => {
  test("is accepted by the primary", async () => {
    const answer = await target.ask(hostnames.failover, post("/payments", run, ORDER));
    expect(served(answer)).toEqual([201, regions.primary]);
    expect(answer.body).toEqual({
      ...ORDER,
      paymentId: expect.stringMatching(/^pay_[a-z2-7]{52}$/),
      status: "ACCEPTED",
      region: regions.primary,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    payment = answer.body as unknown as Payment; // as just looked at
  });

  test.each(REGIONS)("is an item of the table in the $role region", async ({ region }) => {
    const item = await eventually(REPLICATION_SECONDS, () => target.stored(region, payment.paymentId), (found) => found !== undefined);
    expect(item).toEqual(payment);
  });

  test("that is repeated to the other region's own name is the same payment, made once", async () => {
    const repeat = await target.ask(hostnames.secondary, post("/payments", run, ORDER));
    expect(served(repeat)).toEqual([200, regions.secondary]);
    expect(repeat.body).toEqual(payment);
  });

  test.each([
    ["another amount", { amount: 1251 }, "amount"],
    ["another currency", { currency: "USD" }, "currency"],
    ["no reference", { reference: undefined }, "reference"],
  ])("whose key comes to the other region with %s is refused and stays as it was", async (_, change, field) => {
    const conflict = await target.ask(hostnames.secondary, post("/payments", run, { ...ORDER, ...change }));
    expect(served(conflict)).toEqual([409, regions.secondary]);
    expect(conflict.body).toEqual({
      error: { code: "IDEMPOTENCY_CONFLICT", message: expect.any(String), details: [expect.objectContaining({ field })] },
      requestId: expect.any(String),
    });
    expect(await target.stored(regions.secondary, payment.paymentId)).toEqual(payment);
  });

  test.each(REGIONS)("is read by its id in the $role region", async ({ host, region }) => {
    const answer = await target.ask(host, { target: `/payments/${payment.paymentId}` });
    expect(served(answer)).toEqual([200, region]);
    expect(answer.body).toEqual(payment);
  });

  test.each(REGIONS)("is listed once for its customer in the $role region", async ({ host }) => {
    const list = () => target.ask(host, { target: `/payments?customerId=${ORDER.customerId}` });
    const { body } = await eventually(10, list, (answer) => JSON.stringify(answer.body).includes(payment.paymentId));
    expect(body).toEqual({ payments: [payment], consistency: "eventual" });
  });
});

describe("what else the API's users rely on", () => {
  test.each(REGIONS)("a validation in the $role region is answered and stores nothing", async ({ role, host }) => {
    const key = `${run}-${role}-validated`;
    const valid = await target.ask(host, post("/payments/validate", key, ORDER));
    expect([valid.status, valid.body]).toEqual([200, { valid: true }]);
    // Had it stored anything, the key would be taken.
    const first = await target.ask(host, post("/payments", key, { ...ORDER, amount: 1 }));
    expect(first.status).toBe(201);
  });

  test.each(REGIONS)("an unknown payment is 404 in the $role region, in the one error shape", async ({ host }) => {
    const answer = await target.ask(host, { target: `/payments/pay_${"a".repeat(52)}` });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: { code: "NOT_FOUND", message: expect.any(String) }, requestId: expect.any(String) });
  });

  test("both regions run the same release", async () => {
    const versions = await Promise.all(REGIONS.map(async ({ host }) => (await target.ask(host, { target: "/health" })).body["version"]));
    expect(versions[0]).toMatch(/^[0-9a-f]{12,64}$/);
    expect(versions[1]).toBe(versions[0]);
  });
});

describe("what failover relies on", () => {
  test.each(REGIONS)("the $role region says that it can take payments, under its own name", async ({ host, region }) => {
    const { status, headers, body } = await target.ask(host, { target: "/health" });
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(body).toEqual({ status: "ok", region, checks: { table: "ok" }, verdictAgeMs: expect.any(Number), version: expect.any(String) });
    expect(body["verdictAgeMs"]).toBeLessThan(10_000);
  });

  test("DNS leads the failover name to the primary, and each region's name to its region", async () => {
    for (const [host, region] of [[hostnames.failover, regions.primary], ...REGIONS.map((each) => [each.host, each.region])] as const) {
      expect(await target.cname(host ?? "")).toMatch(new RegExp(`\\.execute-api\\.${region}\\.amazonaws\\.com$`));
    }
  });

  test("the switch says that the primary is not evacuated; only the secondary has one", async () => {
    const { status, body } = await target.ask(hostnames.secondary, { target: "/switch" });
    expect(status).toBe(200);
    expect(["initial", "primary"]).toContain(body["state"]);
    expect((await target.ask(hostnames.primary, { target: "/switch" })).status).toBe(404);
  });
});
