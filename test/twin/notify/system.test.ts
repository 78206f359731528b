import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DeployedStack } from "../../../platform/stack";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { eventSources } from "../../../twin/services/lambda/event-source";
import { lambda } from "../../../twin/services/lambda/index";
import { s3 } from "../../../twin/services/s3/index";
import { sns } from "../../../twin/services/sns/index";
import { sdkClient } from "../../../twin/runtime";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, withInputs, type World } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";

const deployed: Partial<Record<"strong" | "eventual", DeployedStack>> = {};
beforeAll(async () => {
  for (const consistency of ["strong", "eventual"] as const) {
    deployed[consistency] = await deployedStack({ overrides: { "tap:consistency": consistency } });
  }
});

function stackOf(consistency: "strong" | "eventual"): DeployedStack {
  const stack = deployed[consistency];
  if (!stack) throw new Error("not deployed");
  return stack;
}

/** What a region has derived. */
function derived({ cloud }: World, { outputs }: DeployedStack, region: string) {
  const { receipts = "" } = outputs.bucketNames[region] ?? {};
  const objects = s3(cloud, region).objects(receipts);
  const keys = (prefix: string): readonly string[] => objects.map(({ key }) => key).filter((key) => key.startsWith(prefix));
  return {
    receipts: keys("receipts/"),
    discarded: keys("aws/lambda/"),
    text: (key: string) => Buffer.from(s3(cloud, region).bucket(receipts).current(key)?.body ?? new Uint8Array()).toString("utf8"),
    events: sns(cloud, region)
      .messages(outputs.eventTopicArns[region] ?? "")
      .map(({ message, attributes }) => ({ ...(JSON.parse(message) as { eventId: string }), region: attributes["region"]?.StringValue })), // notify's own messages
  };
}

const idOf = (answer: { readonly body: Readonly<Record<string, unknown>> }): string => String(answer.body["paymentId"]);

/** Every stream is on: the peer's is switched on as soon as the twin lives. */
const ready = (world: World, { outputs }: DeployedStack): Promise<boolean> =>
  world.until(10, () => [EAST, OHIO].every((region) => dynamodb(world.cloud, region).table(outputs.tableName)?.stream !== undefined));

describe.each(["strong", "eventual"] as const)("in %s mode", (consistency) => {
  test("a payment has the same receipt in both regions and an event of each within five seconds", async () => {
    const stack = stackOf(consistency);
    const world = virtualWorld(stack);
    await world.tell(async () => {
      expect(await ready(world, stack)).toBe(true);
      const paid = await world.pay("k1", { host: stack.outputs.hostnames.primary });
      expect(paid.status).toBe(201);
      await world.kernel.sleep(5000);

      const [east, ohio] = [derived(world, stack, EAST), derived(world, stack, OHIO)];
      expect(east.receipts).toEqual([expect.stringContaining(`/${idOf(paid)}.json`)]);
      expect(ohio.receipts).toEqual(east.receipts);
      const [key = ""] = east.receipts;
      expect(JSON.parse(east.text(key))).toMatchObject({ paymentId: idOf(paid), customerId: "c1", amount: 1250, currency: "EUR", acceptedIn: EAST });
      expect(ohio.text(key)).toBe(east.text(key));
      expect([...east.events, ...ohio.events]).toEqual([EAST, OHIO].map((region) => expect.objectContaining({ eventId: idOf(paid), region })));
    });
  });

  test("a region that was lost derives what it missed when it is back", async () => {
    const stack = stackOf(consistency);
    const world = virtualWorld(stack);
    await world.tell(async () => {
      await ready(world, stack);
      const { id } = world.cloud.faults.add({ kind: "outage", region: EAST, mode: "vanish" });
      const paid = [];
      for (let n = 0; n < 5; n += 1) paid.push(await world.pay(`lost-${n}`, { host: stack.outputs.hostnames.secondary }));
      await world.kernel.sleep(120_000);
      expect(derived(world, stack, OHIO).receipts).toHaveLength(5);
      expect(derived(world, stack, EAST)).toMatchObject({ receipts: [], events: [] });
      world.cloud.faults.remove(id);

      const ids = paid.map(idOf).sort();
      expect(await world.until(60, () => derived(world, stack, EAST).events.length === 5)).toBe(true);
      expect(derived(world, stack, EAST).events.map(({ eventId }) => eventId).sort()).toEqual(ids);
      expect(derived(world, stack, EAST).receipts).toEqual(derived(world, stack, OHIO).receipts);
    });
  });
});

test("an item that nobody can read is kept in the bucket of its region, and the payments around it are derived", async () => {
  const stack = stackOf("strong");
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await ready(world, stack);
    const client = sdkClient(world.cloud, EAST, DynamoDBClient);
    const before = await world.pay("before", { host: stack.outputs.hostnames.primary });
    await client.send(new PutItemCommand({ TableName: stack.outputs.tableName, Item: { paymentId: { S: "pay_poison" }, amount: { N: "1" } } }));
    const after = await world.pay("after", { host: stack.outputs.hostnames.primary });
    expect(await world.until(900, () => [EAST, OHIO].every((region) => derived(world, stack, region).discarded.length > 0))).toBe(true);
    await world.kernel.sleep(1000);
    for (const region of [EAST, OHIO]) {
      expect(derived(world, stack, region).receipts.map((key) => key.slice(-61, -5)).sort()).toEqual([idOf(before), idOf(after)].sort());
    }
    const east = derived(world, stack, EAST);
    const kept = JSON.parse(east.text(east.discarded[0] ?? "")) as { payload: string }; // Lambda's own object
    expect(kept).toMatchObject({ requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { batchSize: 1 } });
    expect(JSON.parse(kept.payload)).toMatchObject({ Records: [{ dynamodb: { NewImage: { paymentId: { S: "pay_poison" } } } }] });
  });
});

test("where notify dies between receipt and event the event comes with a repetition", async () => {
  const stack = stackOf("strong");
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await ready(world, stack);
    world.cloud.faults.add({ kind: "service", service: "sns", operation: "Publish", region: EAST, mode: "error", forSeconds: 12 });
    const paid = await world.pay("k1", { host: stack.outputs.hostnames.primary });
    await world.kernel.sleep(8000);
    expect(derived(world, stack, EAST)).toMatchObject({ receipts: [expect.stringContaining(idOf(paid))], events: [] });
    expect(await world.until(60, () => derived(world, stack, EAST).events.length > 0)).toBe(true);
    expect(derived(world, stack, EAST).events.map(({ eventId }) => eventId)).toEqual([idOf(paid)]);
  });
});

test("health writes and repeats of a payment wake no function", async () => {
  const stack = stackOf("strong");
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await ready(world, stack);
    for (let n = 0; n < 3; n += 1) await world.pay("same", { host: stack.outputs.hostnames.primary });
    await world.kernel.sleep(30_000);
    const health = dynamodb(world.cloud, EAST).table(stack.outputs.tableName)?.stream?.read(undefined, 1000) ?? [];
    expect(health.length).toBeGreaterThan(1);
    const lines = lambda(world.cloud, EAST).logs("payments-notify-us-east-1-local").filter(({ line }) => line.includes("payment notified"));
    expect(lines).toHaveLength(1);
    expect(eventSources(world.cloud, EAST).list().map((source) => source.iteratorAgeMs() < 1000)).toEqual([true]);
  });
});

test("a role without the stream's permission derives nothing, and the mapping says which is missing", async () => {
  const stack = operated(stackOf("strong"), (resource) =>
    resource.type === "aws:iam/rolePolicy:RolePolicy" && resource.name === "payments-notify-us-east-1-local"
      ? withInputs(resource, { policy: String(resource.inputs["policy"]).replace("dynamodb:GetRecords", "dynamodb:DescribeTable") })
      : resource,
  );
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await ready(world, stack);
    await world.pay("k1", { host: stack.outputs.hostnames.primary });
    await world.kernel.sleep(5000);
    expect(derived(world, stack, EAST).receipts).toEqual([]);
    expect(derived(world, stack, OHIO).receipts).toHaveLength(1);
    expect(eventSources(world.cloud, EAST).list()[0]?.trouble).toContain("dynamodb:GetRecords");
  });
});
