import { compileFilter } from "../../../rules/lambda-filter";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { createTable, dynamodb } from "../../../twin/services/dynamodb/index";
import { BACKOFF_MS } from "../../../twin/services/lambda/event-source-lane";
import { eventSources, POLL_MS, type EventSource, type EventSourceSpec } from "../../../twin/services/lambda/event-source";
import type { FunctionHost } from "../../../twin/services/lambda/host";
import { lambda } from "../../../twin/services/lambda/index";
import { s3 } from "../../../twin/services/s3/index";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const BUCKET = "kept";
const FUNCTION = "consumer";
const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`;

interface Handed {
  readonly at: number;
  /** The ids of the batch, in its order. */
  readonly ids: readonly string[];
}

/** What the function does with a batch: the ids that it reports, or an error that it throws. */
type Consumer = (ids: readonly string[], handed: readonly Handed[]) => readonly string[] | Error;

interface Bench {
  readonly kernel: VirtualKernel;
  readonly cloud: Cloud;
  readonly source: EventSource;
  readonly handed: Handed[];
  insert(...ids: readonly string[]): Promise<void>;
  /** Lets seconds pass. */
  pass(seconds: number): Promise<void>;
  /** The discarded records' ids, by object, and why. */
  discarded(): readonly { readonly condition: string; readonly ids: readonly string[] }[];
}

interface Records {
  readonly Records: readonly { readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: { readonly id: { readonly S: string } } } }[];
}

const idsOf = ({ Records }: Records): readonly string[] => Records.map(({ dynamodb: { Keys } }) => Keys.id.S);

function bench(consumer: Consumer, more: Partial<EventSourceSpec> = {}): Bench {
  const kernel = new VirtualKernel(1);
  const start = kernel.now();
  const handed: Handed[] = [];
  const functions: FunctionHost = {
    environment: () => ({
      init: async () => undefined,
      invoke: async ({ event }) => {
        const records = event as Records; // the mapping's own event
        const ids = idsOf(records);
        handed.push({ at: kernel.now() - start, ids });
        const failed = consumer(ids, handed);
        if (failed instanceof Error) throw failed;
        return { batchItemFailures: failed.map((id) => ({ itemIdentifier: records.Records[ids.indexOf(id)]?.dynamodb.SequenceNumber })) };
      },
      stop: () => undefined,
    }),
  };
  const cloud = new Cloud({ kernel, latency: noLatency, functions, accountId: ACCOUNT });
  createTable(cloud, {
    definition: { name: "items", keys: { hash: { name: "id", type: "S" } }, indexes: [], billingMode: "PAY_PER_REQUEST", deletionProtection: false },
    membership: { mode: "regional", regions: [REGION] },
    stream: { viewType: "NEW_AND_OLD_IMAGES", label: "one" },
  });
  s3(cloud, REGION).createBucket(BUCKET);
  lambda(cloud, REGION).deploy({
    name: FUNCTION, arn: ARN, role: "", handler: "index.handler", runtime: "nodejs24.x", files: {}, memoryMb: 128, timeoutSeconds: 60, variables: {}, version: "$LATEST", logGroup: "/g",
  });
  const source = eventSources(cloud, REGION).add({
    uuid: "u", region: REGION, functionName: FUNCTION, functionArn: ARN, role: "", tableName: "items", streamArn: "stream", startingPosition: "TRIM_HORIZON",
    batchSize: 10, windowMs: 0, lanes: 1, bisect: false, partial: true, filters: [], failureBucket: BUCKET, ...more,
  });
  return {
    kernel,
    cloud,
    source,
    handed,
    insert: async (...ids) => {
      for (const id of ids) await cloud.call({ region: REGION, service: "dynamodb", operation: "PutItem" }, { TableName: "items", Item: { id: { S: id } } }, {});
    },
    pass: (seconds) => kernel.run({ untilMs: kernel.now() + seconds * 1000 }),
    discarded: () =>
      s3(cloud, REGION).objects(BUCKET).map(({ key }) => {
        const body = Buffer.from(s3(cloud, REGION).bucket(BUCKET).current(key)?.body ?? new Uint8Array()).toString("utf8");
        const { requestContext, payload } = JSON.parse(body) as { requestContext: { condition: string }; payload: string }; // Lambda's own object
        return { condition: requestContext.condition, ids: idsOf(JSON.parse(payload) as Records) };
      }).sort((a, b) => (String(a.ids) < String(b.ids) ? -1 : 1)),
  };
}

const batches = ({ handed }: Bench): readonly (readonly string[])[] => handed.map(({ ids }) => ids);

test("records come in their order, at most a batch at a time, and once where all is well", async () => {
  const it = bench(() => [], { batchSize: 2 });
  await it.insert("a", "b", "c");
  await it.pass(5);
  expect(batches(it)).toEqual([["a", "b"], ["c"]]);
  expect(it.source.iteratorAgeMs()).toBe(0);
});

test("a record after a quiet hour is taken at the next of the polls, four to a second since the mapping was made", async () => {
  const it = bench(() => []);
  await it.insert("a");
  await it.pass(3600.1);
  await it.insert("b");
  await it.pass(1);
  await it.insert("c");
  await it.pass(1);
  expect(batches(it)).toEqual([["a"], ["b"], ["c"]]);
  const [first = 0, ...later] = it.handed.map(({ at }) => at);
  expect(later.map((at) => (at - first) % POLL_MS)).toEqual([0, 0]);
  expect((later[0] ?? 0) - 3_600_100).toBeLessThanOrEqual(POLL_MS);
});

test("only what a filter lets pass wakes the function", async () => {
  const filters = ['{"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":[{"prefix":"pay_"}]}}}}'].map(compileFilter);
  const it = bench(() => [], { filters });
  await it.insert("health#1", "pay_1");
  await it.insert("pay_1");
  await it.pass(5);
  expect(batches(it)).toEqual([["pay_1"]]);
});

test("a report is taken up at its lowest number: what came before is done, what comes after is repeated", async () => {
  const it = bench((_ids, handed) => (handed.length === 1 ? ["d", "b"] : []));
  await it.insert("a", "b", "c", "d");
  await it.pass(10);
  expect(batches(it)).toEqual([["a", "b", "c", "d"], ["b", "c", "d"]]);
});

test("an error repeats the whole batch, later each time", async () => {
  const it = bench((_ids, handed) => (handed.length < 4 ? new Error("no") : []));
  await it.insert("a", "b");
  await it.pass(60);
  expect(batches(it)).toEqual([["a", "b"], ["a", "b"], ["a", "b"], ["a", "b"]]);
  const pauses = it.handed.slice(1).map(({ at }, index) => at - (it.handed[index]?.at ?? 0));
  expect(pauses).toEqual([1, 2, 4].map((factor) => factor * BACKOFF_MS.first));
});

test("bisect parts the record that always fails from the others, which go on", async () => {
  const it = bench((ids) => (ids.includes("c") ? new Error("c") : []), { bisect: true, retries: 2 });
  await it.insert("a", "b", "c", "d");
  await it.pass(120);
  expect(it.discarded()).toEqual([{ condition: "RetryAttemptsExhausted", ids: ["c"] }]);
  expect(batches(it).filter((ids) => !ids.includes("c"))).toEqual([["a", "b"], ["d"]]);
  expect(it.source.iteratorAgeMs()).toBe(0);
});

test("a batch that fails too often is kept whole, and the next one is tried", async () => {
  const it = bench((ids) => (ids.includes("a") ? new Error("a") : []), { batchSize: 2, retries: 1 });
  await it.insert("a", "b", "c");
  await it.pass(60);
  expect(batches(it)).toEqual([["a", "b"], ["a", "b"], ["c"]]);
  expect(it.discarded()).toEqual([{ condition: "RetryAttemptsExhausted", ids: ["a", "b"] }]);
});

test("without a bound one bad record holds its shard up", async () => {
  const it = bench(() => new Error("always"));
  await it.insert("a");
  await it.pass(1);
  await it.insert("b");
  await it.pass(3600);
  expect(batches(it).flat()).not.toContain("b");
  expect(it.discarded()).toEqual([]);
  expect(it.source.iteratorAgeMs()).toBeGreaterThan(3_600_000);
});

test("records that are too old are kept instead of tried", async () => {
  const it = bench((ids) => (ids.includes("a") ? new Error("a") : []), { batchSize: 1, maxAgeMs: 60_000 });
  await it.insert("a", "b");
  await it.pass(300);
  expect(it.discarded()).toEqual([
    { condition: "RecordAgeExceeded", ids: ["a"] },
    { condition: "RecordAgeExceeded", ids: ["b"] },
  ]);
});

test("a failure destination that cannot be written shows as a metric: its records are gone", async () => {
  const it = bench(() => new Error("always"), { retries: 0, failureBucket: "absent" });
  await it.insert("a");
  await it.pass(10);
  const failures = it.cloud.metrics.series(REGION, "AWS/Lambda", "DestinationDeliveryFailures", { FunctionName: FUNCTION });
  expect(failures.at(Math.floor(it.kernel.now() / 60_000))?.sum).toBe(1);
});

test.each(["refuse", "vanish"] as const)("a lost region (%s) stops the mapping, and its return goes on where it was", async (mode) => {
  const it = bench(() => []);
  await it.insert("a");
  await it.pass(5);
  const { id } = it.cloud.faults.add({ kind: "outage", region: REGION, mode });
  // Written by a replica that is elsewhere.
  dynamodb(it.cloud, REGION).table("items")?.stream?.append({ keys: { id: { S: "b" } }, before: undefined, after: { id: { S: "b" } } }, it.kernel.now());
  await it.pass(600);
  expect(batches(it)).toEqual([["a"]]);
  expect(it.source.iteratorAgeMs()).toBe(600_000);
  it.cloud.faults.remove(id);
  await it.pass(5);
  expect(batches(it)).toEqual([["a"], ["b"]]);
});

test("items of different keys are worked on side by side, those of one key in their order", async () => {
  const it = bench((ids) => (ids.includes("bad") ? new Error("bad") : []), { lanes: 10 });
  const others = Array.from({ length: 40 }, (_, n) => `id-${n}`);
  await it.insert("bad", ...others);
  await it.pass(30);
  const done = new Set(batches(it).filter((ids) => !ids.includes("bad")).flat());
  expect(done.size).toBeGreaterThan(25);
});

test("what is polled is a quarter of a second old at most", async () => {
  const it = bench(() => []);
  await it.insert("a");
  await it.pass(2);
  expect(it.handed[0]?.at).toBeLessThanOrEqual(250);
});
