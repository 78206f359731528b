import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { kms } from "../../../twin/services/kms/index";
import { REPLICATION_DELAY_MS, s3 } from "../../../twin/services/s3/index";
import { EAST, keyArn, OHIO, pair, rule, type World } from "./support";

const put = (world: World, region: string, Bucket: string, Key: string, Body: string) => world.client(region).send(new PutObjectCommand({ Bucket, Key, Body }));

/** Runs for so many seconds of virtual time. */
const pass = async ({ kernel }: World, seconds: number): Promise<void> => {
  const untilMs = kernel.now() + seconds * 1000;
  kernel.after(seconds * 1000, () => undefined);
  await kernel.run({ untilMs });
};

const bodies = ({ cloud }: World, region: string, bucket: string): string[] => s3(cloud, region).objects(bucket).map(({ body }) => Buffer.from(body).toString());

describe("a replicated bucket", () => {
  test("shows an object in the other region after seconds, with the same version id, under that region's key", async () => {
    const world = pair();
    const { VersionId } = await put(world, EAST, "east", "a", "hello");
    expect(bodies(world, OHIO, "ohio")).toEqual([]);
    const early = await world.client(EAST).send(new HeadObjectCommand({ Bucket: "east", Key: "a" }));
    expect(early.ReplicationStatus).toBe("PENDING");
    await pass(world, REPLICATION_DELAY_MS.high / 1000);
    const source = await world.client(EAST).send(new HeadObjectCommand({ Bucket: "east", Key: "a" }));
    const replica = await world.client(OHIO).send(new GetObjectCommand({ Bucket: "ohio", Key: "a" }));
    expect(source.ReplicationStatus).toBe("COMPLETED");
    expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", VersionId, SSEKMSKeyId: keyArn(OHIO) });
    expect(await replica.Body?.transformToString()).toBe("hello");
  });

  test("never sends a replica back, so that two rules make no loop", async () => {
    const world = pair();
    await put(world, EAST, "east", "a", "hello");
    await pass(world, 60);
    expect(world.east.versionsOf("a")).toHaveLength(1);
    expect(world.ohio.versionsOf("a")).toHaveLength(1);
    expect(s3(world.cloud, OHIO).replication("ohio")).toMatchObject([{ pendingOperations: 0, failedOperations: 0 }]);
  });

  test("comes to the same newest version in both regions when both wrote at once", async () => {
    const world = pair();
    await Promise.all([put(world, EAST, "east", "a", "from east"), put(world, OHIO, "ohio", "a", "from ohio")]);
    await pass(world, 60);
    expect(bodies(world, EAST, "east")).toEqual(bodies(world, OHIO, "ohio"));
    expect(world.east.versionsOf("a").map(({ versionId }) => versionId)).toEqual(world.ohio.versionsOf("a").map(({ versionId }) => versionId));
    expect(world.east.versionsOf("a")).toHaveLength(2);
  });

  test("carries delete markers, but never the removal of a version", async () => {
    const world = pair();
    const { VersionId } = await put(world, EAST, "east", "a", "hello");
    await pass(world, 60);
    await world.client(EAST).send(new DeleteObjectCommand({ Bucket: "east", Key: "a" }));
    await pass(world, 60);
    expect(world.ohio.current("a")).toBeUndefined();
    await world.client(EAST).send(new DeleteObjectCommand({ Bucket: "east", Key: "a", VersionId }));
    await pass(world, 60);
    expect(world.ohio.versionsOf("a").map(({ deleteMarker }) => deleteMarker)).toEqual([true, false]);
  });

  test.each([
    ["goes back with replica modifications", true, { state: "paid" }],
    ["stays alone without them", false, {}],
  ])("a change of a replica's tags %s", async (_case, replicaModifications, expected) => {
    const world = pair({ replicaModifications });
    await put(world, EAST, "east", "a", "hello");
    await pass(world, 60);
    await world.client(OHIO).send(new PutObjectTaggingCommand({ Bucket: "ohio", Key: "a", Tagging: { TagSet: [{ Key: "state", Value: "paid" }] } }));
    await pass(world, 60);
    expect(world.east.current("a")?.tags).toEqual(expected);
  });

  test("waits while the regions are cut off, tells how much and how long, and catches up by itself", async () => {
    const world = pair();
    const { id } = world.cloud.faults.add({ kind: "partition", region: OHIO });
    await put(world, EAST, "east", "a", "hello");
    await pass(world, 1000);
    expect(bodies(world, OHIO, "ohio")).toEqual([]);
    expect(s3(world.cloud, EAST).replication("east")).toEqual([
      { ruleId: "to-ohio", sourceBucket: "east", destinationBucket: "ohio", pendingOperations: 1, pendingBytes: 5, latencySeconds: 1000, failedOperations: 0, missedThreshold: 1 },
    ]);
    world.cloud.faults.remove(id);
    await pass(world, 60);
    expect(bodies(world, OHIO, "ohio")).toEqual(["hello"]);
    expect(s3(world.cloud, EAST).replication("east")).toMatchObject([{ pendingOperations: 0, latencySeconds: 0, missedThreshold: 1 }]);
  });

  test("keeps figures that were taken as they were then", async () => {
    const world = pair();
    await put(world, EAST, "east", "a", "hello");
    const figures = s3(world.cloud, EAST).replication("east");
    await pass(world, 60);
    await put(world, EAST, "east", "b", "hello again");
    expect(figures).toMatchObject([{ pendingOperations: 1, pendingBytes: 5 }]);
  });

  test("misses no threshold when it is in time", async () => {
    const world = pair();
    await put(world, EAST, "east", "a", "hello");
    await pass(world, 3600);
    expect(s3(world.cloud, EAST).replication("east")).toMatchObject([{ missedThreshold: 0 }]);
  });

  test.each<[string, (world: World) => void]>([
    ["the other region's key is disabled", ({ cloud }) => kms(cloud, OHIO).setState(keyArn(OHIO), "Disabled")],
    ["the own key ends", ({ cloud }) => kms(cloud, EAST).setState(keyArn(EAST), "PendingDeletion")],
    ["the target keeps no versions", ({ ohio }) => void (ohio.versioning = "Suspended")],
    ["the target is gone", ({ east }) => east.replicate([rule("nowhere")])],
  ])("says FAILED and counts it when %s", async (_case, spoil) => {
    const world = pair();
    const sent = put(world, EAST, "east", "a", "hello");
    await sent.catch(() => undefined);
    spoil(world);
    await put(world, EAST, "east", "b", "hello").catch(() => undefined);
    await pass(world, 60);
    const statuses = s3(world.cloud, EAST).objects("east").map(({ replication }) => replication);
    expect(statuses).toContain("FAILED");
    expect(world.ohio.current("b")).toBeUndefined();
  });

  test("leaves encrypted objects alone unless the rule says so, as S3 does without a word", async () => {
    const world = pair({ encrypted: false });
    await put(world, EAST, "east", "a", "hello");
    await pass(world, 60);
    expect(world.ohio.current("a")).toBeUndefined();
    expect(world.east.current("a")?.replication).toBeUndefined();
  });

  test("sends only what the prefix names", async () => {
    const world = pair({ prefix: "receipts/" });
    await put(world, EAST, "east", "receipts/a", "1");
    await put(world, EAST, "east", "other/a", "2");
    await pass(world, 60);
    expect(world.ohio.keys()).toEqual(["receipts/a"]);
  });
});
