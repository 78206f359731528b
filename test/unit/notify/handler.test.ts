import { CONFLICT_ATTEMPTS, RECORD_LIMIT_MS } from "../../../lambda/notify/budgets";
import { createHandler } from "../../../lambda/notify/handler";
import type { StreamRecord } from "../../../lambda/notify/logic";
import { toItem } from "../../../lambda/shared/table";
import { fakeRuntime, sdkError, type FakeTable } from "../../helpers/runtime";

const env = { RECEIPTS_BUCKET: "receipts-bucket", EVENTS_TOPIC_ARN: "arn:aws:sns:us-east-1:1:events" };
const ids = ["a", "b", "c"].map((letter) => `pay_${letter.repeat(52)}`);
const [A = "", B = "", C = ""] = ids;

const insert = (paymentId: string, more: Partial<StreamRecord> = {}): StreamRecord => ({
  eventName: "INSERT",
  dynamodb: {
    Keys: { paymentId: { S: paymentId } },
    NewImage: toItem({ paymentId, customerId: "c", amount: 1, currency: "EUR", status: "ACCEPTED", region: "us-east-2", createdAt: "2026-11-21T06:50:00.000Z" }),
    SequenceNumber: `n-${paymentId.slice(4, 5)}`,
  },
  ...more,
});

async function notify(records: readonly StreamRecord[], table: FakeTable, remaining = 60_000) {
  const fake = fakeRuntime({ env, table });
  const answer = createHandler(fake.runtime)({ Records: records }, { getRemainingTimeInMillis: () => remaining });
  const { batchItemFailures } = await fake.clock.settle(answer);
  const made = fake.calls.map(({ operation, input }) => `${operation} ${String(input["Key"] ?? input["Message"]).match(/pay_[a-z2-7]{52}/)?.[0] ?? ""}`);
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), made, calls: fake.calls, lines: fake.lines };
}

const put = (id: string): string => `PutObject ${id}`;
const told = (id: string): string => `Publish ${id}`;

test("a new payment gets its receipt, guarded against a second one, then its event", async () => {
  const { failed, calls } = await notify([insert(A)], () => ({}));
  expect(failed).toEqual([]);
  expect(calls.map(({ operation, input }) => [operation, input])).toEqual([
    ["PutObject", expect.objectContaining({ Bucket: "receipts-bucket", Key: `receipts/2026/11/21/${A}.json`, IfNoneMatch: "*", ContentType: "application/json" })],
    ["Publish", expect.objectContaining({ TopicArn: env.EVENTS_TOPIC_ARN, MessageAttributes: expect.objectContaining({ region: { DataType: "String", StringValue: "us-east-1" } }) })],
  ]);
});

test.each<[string, string, Error, readonly string[], readonly string[]]>([
  ["S3: the receipt is there already", "PutObject", sdkError("PreconditionFailed", 412), [], [put(A), told(A)]],
  ["S3: another write is under way, for good", "PutObject", sdkError("ConditionalRequestConflict", 409), ["n-a"], Array<string>(CONFLICT_ATTEMPTS).fill(put(A))],
  ["S3: denied", "PutObject", sdkError("AccessDenied", 403), ["n-a"], [put(A)]],
  ["S3: no such bucket", "PutObject", sdkError("NoSuchBucket", 404), ["n-a"], [put(A)]],
  ["S3: internal error", "PutObject", sdkError("InternalError", 500), ["n-a"], [put(A)]],
  ["S3: slow down", "PutObject", sdkError("SlowDown", 503), ["n-a"], [put(A)]],
  ["S3: no answer", "PutObject", Object.assign(new Error("late"), { name: "TimeoutError" }), ["n-a"], [put(A)]],
  ["SNS: throttled", "Publish", sdkError("ThrottledException", 429), ["n-a"], [put(A), told(A)]],
  ["SNS: denied", "Publish", sdkError("AuthorizationError", 403), ["n-a"], [put(A), told(A)]],
  ["SNS: no such topic", "Publish", sdkError("NotFoundException", 404), ["n-a"], [put(A), told(A)]],
])("%s", async (_what, operation, error, failed, made) => {
  const outcome = await notify([insert(A)], (called) => {
    if (called === operation) throw error;
    return {};
  });
  expect(outcome).toMatchObject({ failed, made });
});

test("a conflict that ends is a written receipt", async () => {
  let conflicts = 2;
  const { failed, made } = await notify([insert(A)], (operation) => {
    if (operation === "PutObject" && conflicts-- > 0) throw sdkError("ConditionalRequestConflict", 409);
    return {};
  });
  expect(failed).toEqual([]);
  expect(made).toEqual([put(A), put(A), put(A), told(A)]);
});

test("one record that fails is reported alone, and the others of its batch are derived", async () => {
  const { failed, made } = await notify([insert(A), insert(B), insert(C)], (operation, input) => {
    if (operation === "PutObject" && String(input["Key"]).includes(B)) throw sdkError("InternalError", 500);
    return {};
  });
  expect(failed).toEqual(["n-b"]);
  expect(made).toEqual(expect.arrayContaining([told(A), told(C)]));
});

test("a record that nobody can read is reported and logged without its contents, never thrown", async () => {
  const poison = insert(B, { dynamodb: { Keys: { paymentId: { S: B } }, NewImage: { paymentId: { S: B }, reference: { S: "secret" } }, SequenceNumber: "n-b" } });
  const { failed, made, lines } = await notify([poison, insert(A)], () => ({}));
  expect(failed).toEqual(["n-b"]);
  expect(made).toEqual([put(A), told(A)]);
  expect(lines).toContainEqual(expect.objectContaining({ level: "error", message: "record not readable", sequenceNumber: "n-b" }));
  expect(JSON.stringify(lines)).not.toContain("secret");
});

test.each<[string, StreamRecord]>([
  ["a change of a payment", insert(A, { eventName: "MODIFY" })],
  ["a deletion", { eventName: "REMOVE", dynamodb: { Keys: { paymentId: { S: A } }, SequenceNumber: "n" } }],
  ["a health write", { eventName: "INSERT", dynamodb: { Keys: { paymentId: { S: "health#us-east-1" } }, NewImage: {}, SequenceNumber: "n" } }],
  ["a canary", { eventName: "INSERT", dynamodb: { Keys: { paymentId: { S: "canary#1" } }, NewImage: {}, SequenceNumber: "n" } }],
])("%s derives nothing, whatever the mapping's filter says", async (_what, record) => {
  expect(await notify([record], () => ({}))).toMatchObject({ failed: [], made: [] });
});

test("records for which there is no time are not begun but reported, so none is lost with the time limit", async () => {
  expect(await notify([insert(A), insert(B)], () => ({}), RECORD_LIMIT_MS - 1)).toMatchObject({ failed: ["n-a", "n-b"], made: [] });
});

test.each(["RECEIPTS_BUCKET", "EVENTS_TOPIC_ARN"])("without %s the function does not start", (name) => {
  expect(() => createHandler(fakeRuntime({ env: { ...env, [name]: "" } }).runtime)).toThrow(name);
});
