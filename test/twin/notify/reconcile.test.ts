import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { createDeriver } from "../../../lambda/notify/derive";
import { isReconciled, reconcile, type ReconcileOptions } from "../../../ops/reconcile";
import type { DeployedStack } from "../../../platform/stack";
import { sdkClient } from "../../../twin/runtime";
import { s3 } from "../../../twin/services/s3/index";
import { sns } from "../../../twin/services/sns/index";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, type World } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";

let stack: DeployedStack;
beforeAll(async () => {
  const deployed = await deployedStack();
  // Without the mappings nothing is derived; without replication nothing comes from the other region.
  stack = operated(deployed, (resource) => (/EventSourceMapping|BucketReplicationConfig/.test(resource.type) ? undefined : resource));
});

function options({ cloud, kernel }: World, apply: boolean): ReconcileOptions {
  const { outputs } = stack;
  const region = (name: string) => {
    const [bucket, topicArn] = [outputs.bucketNames[name]?.receipts ?? "", outputs.eventTopicArns[name] ?? ""];
    const client = sdkClient(cloud, name, S3Client);
    const deriver = createDeriver({ s3: client, sns: sdkClient(cloud, name, SNSClient), clock: kernel, random: () => 0 }, { region: name, bucket, topicArn });
    return { region: name, bucket, s3: client, deriver };
  };
  return {
    table: { name: outputs.tableName, client: sdkClient(cloud, EAST, DynamoDBClient) },
    regions: [EAST, OHIO].map(region),
    dates: ["2025-12-31", "2026-01-01"],
    apply,
    allEvents: false,
  };
}

const receipts = ({ cloud }: World, region: string): readonly string[] => s3(cloud, region).objects(stack.outputs.bucketNames[region]?.receipts ?? "").map(({ key }) => key);
const events = ({ cloud }: World, region: string): number => sns(cloud, region).messages(stack.outputs.eventTopicArns[region] ?? "").length;

test("what notify never derived is told, then derived in both regions, and once is enough", async () => {
  const world = virtualWorld(stack);
  await world.tell(async () => {
    for (let n = 0; n < 12; n += 1) expect((await world.pay(`k${n}`, { host: stack.outputs.hostnames.primary })).status).toBe(201);

    const told = await reconcile(options(world, false));
    expect(told.rows.map(({ region, payments, missing }) => [region, payments, missing.length])).toEqual([[EAST, 12, 12], [OHIO, 12, 12]]);
    expect(isReconciled(told, false)).toBe(false);
    expect([receipts(world, EAST), receipts(world, OHIO)]).toEqual([[], []]);

    const done = await reconcile(options(world, true));
    expect(done.rows.map((row) => [row.receiptsWritten, row.eventsTold, row.failed])).toEqual([[12, 12, []], [12, 12, []]]);
    expect(receipts(world, EAST)).toHaveLength(12);
    expect(receipts(world, OHIO)).toEqual(receipts(world, EAST));
    expect([events(world, EAST), events(world, OHIO)]).toEqual([12, 12]);

    const again = await reconcile(options(world, true));
    expect(again.rows.map((row) => [row.receiptsWritten, row.eventsTold])).toEqual([[0, 0], [0, 0]]);
    expect(isReconciled(again, true)).toBe(true);
  });
});

test("a region that does not answer is told as failed and stops no other", async () => {
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await world.pay("k", { host: stack.outputs.hostnames.primary });
    world.cloud.faults.add({ kind: "service", service: "s3", region: OHIO, mode: "error" });
    const result = await reconcile(options(world, true));
    expect(result.rows.map((row) => [row.receiptsWritten, row.failed.length])).toEqual([[1, 0], [0, 1]]);
    expect(isReconciled(result, true)).toBe(false);
  });
});

test("a receipt that is not what its item gives is told and left as it is", async () => {
  const world = virtualWorld(stack);
  await world.tell(async () => {
    await world.pay("k", { host: stack.outputs.hostnames.primary });
    await reconcile(options(world, true));
    const [key = ""] = receipts(world, EAST);
    const bucket = stack.outputs.bucketNames[EAST]?.receipts ?? "";
    await world.cloud.call({ region: EAST, service: "s3", operation: "PutObject" }, { Bucket: bucket, Key: key, Body: "forged" }, {});
    const result = await reconcile(options(world, true));
    expect(result.rows.map(({ different }) => different.length)).toEqual([1, 0]);
    expect(Buffer.from(s3(world.cloud, EAST).bucket(bucket).current(key)?.body ?? []).toString()).toBe("forged");
    expect(isReconciled(result, true)).toBe(false);
  });
});
