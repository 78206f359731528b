import type { StreamRecord } from "../../../twin/services/dynamodb";
import { REPLICATION_DELAY_MS } from "../../../twin/services/dynamodb/eventual";
import { caller, orders, PRIMARY, SECONDARY, TABLE, testCloud, withTable } from "./cloud";
import { createTable, dynamodb } from "../../../twin/services/dynamodb";

const short = (records: readonly StreamRecord[] = []) => records.map(({ eventName, keys }) => `${eventName} ${keys["id"]?.S}`);
const all = (stream: { read(after: undefined, limit: number): readonly StreamRecord[] } | undefined) => stream?.read(undefined, 100) ?? [];

describe("a consumer of a stream gets each change once, in order, with both images", () => {
  it("and none for a write that changes nothing", async () => {
    const { call, put, replica, kernel } = withTable(orders("regional", { stream: true }));
    await put("a", "1");
    await put("a", "1");
    await put("a", "2");
    await call("UpdateItem", { TableName: TABLE, Key: { id: { S: "a" } }, UpdateExpression: "SET #v = :v", ExpressionAttributeNames: { "#v": "value" }, ExpressionAttributeValues: { ":v": { S: "2" } } });
    await call("DeleteItem", { TableName: TABLE, Key: { id: { S: "a" } } });
    await call("DeleteItem", { TableName: TABLE, Key: { id: { S: "a" } } });
    const item = (value: string) => ({ id: { S: "a" }, value: { S: value } });
    const keys = { id: { S: "a" } };
    const sequenceNumber = expect.any(String) as string; // Jest's matcher stands for the text
    const approximateCreation = kernel.now();
    expect(all(replica().stream)).toEqual([
      { eventName: "INSERT", keys, newImage: item("1"), sequenceNumber, approximateCreation },
      { eventName: "MODIFY", keys, newImage: item("2"), oldImage: item("1"), sequenceNumber, approximateCreation },
      { eventName: "REMOVE", keys, oldImage: item("2"), sequenceNumber, approximateCreation },
    ]);
  });

  it("goes on where it stopped, and is told of new records", async () => {
    const { put, replica } = withTable(orders("regional", { stream: true }));
    const stream = replica().stream;
    const heard: StreamRecord[] = [];
    const stop = stream?.listen((record) => heard.push(record));
    for (const id of ["a", "b", "c", "d"]) await put(id, "1");
    const first = stream?.read(undefined, 2) ?? [];
    expect(short(first)).toEqual(["INSERT a", "INSERT b"]);
    expect(short(stream?.read(first.at(-1)?.sequenceNumber, 10))).toEqual(["INSERT c", "INSERT d"]);
    expect(stream?.read(stream.latest, 10)).toEqual([]);
    stop?.();
    await put("e", "1");
    expect(short(heard)).toEqual(["INSERT a", "INSERT b", "INSERT c", "INSERT d"]);
  });

  it("loses records after a day, never the place where it stopped", async () => {
    const { put, replica, run } = withTable(orders("regional", { stream: true }));
    for (let i = 0; i < 2000; i += 1) await put(`old-${i}`, "1");
    const stream = replica().stream;
    const place = stream?.latest;
    await run(25 * 3_600_000);
    for (const id of ["a", "b"]) await put(id, "1");
    expect(short(stream?.read(place, 10))).toEqual(["INSERT a", "INSERT b"]);
    expect(stream?.read(undefined, 10_000).length).toBeLessThan(2000);
  });

  it.each([
    ["KEYS_ONLY", []],
    ["NEW_IMAGE", ["newImage"]],
    ["OLD_IMAGE", ["oldImage"]],
    ["NEW_AND_OLD_IMAGES", ["newImage", "oldImage"]],
  ] as const)("a %s stream has the images %j", async (viewType, images) => {
    const { cloud } = testCloud();
    createTable(cloud, { ...orders("regional"), stream: { viewType, label: "l" } });
    const put = (value: string) => caller(cloud)("PutItem", { TableName: TABLE, Item: { id: { S: "a" }, value: { S: value } } });
    await put("1");
    await put("2");
    const record = dynamodb(cloud, PRIMARY).table(TABLE)?.stream?.read(undefined, 10).at(-1);
    expect(Object.keys(record ?? {}).filter((name) => name.endsWith("Image")).sort()).toEqual([...images].sort());
  });
});

describe("which replicas have a stream", () => {
  it("an eventual table has one in both regions, and the peer's shows the replicated writes", async () => {
    const { put, replica, run } = withTable(orders("eventual", { stream: true }));
    await put("a", "1", PRIMARY);
    expect([all(replica(PRIMARY).stream).length, all(replica(SECONDARY).stream).length]).toEqual([1, 0]);
    await run(REPLICATION_DELAY_MS.high);
    expect(short(all(replica(SECONDARY).stream))).toEqual(["INSERT a"]);
  });

  it("a strong table has one in the home region only, until UpdateTable switches the peer's on", async () => {
    const { call, put, replica, run } = withTable(orders("strong", { stream: true }));
    expect(replica(PRIMARY).stream).toBeDefined();
    expect(replica(SECONDARY).stream).toBeUndefined();
    const switchOn = { TableName: TABLE, StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } };
    expect(await call("UpdateTable", switchOn, SECONDARY)).toMatchObject({
      ok: { TableDescription: { LatestStreamArn: "arn:aws:dynamodb:us-east-2:123456789012:table/orders/stream/2026-01-01T00:00:00.000" } },
    });
    expect(await call("UpdateTable", switchOn, SECONDARY)).toMatchObject({ error: "ValidationException" });
    await put("a", "1", PRIMARY);
    await run(1000);
    expect(short(all(replica(SECONDARY).stream))).toEqual(["INSERT a"]);
  });

  it("a strong table made with deletion protection has it in the home region only, until UpdateTable protects the peer", async () => {
    const spec = orders("strong", { stream: true });
    const { call } = withTable({ ...spec, definition: { ...spec.definition, deletionProtection: true } });
    const isProtected = async (region: string) => ((await call("DescribeTable", { TableName: TABLE }, region)) as { ok: { Table: object } }).ok.Table;
    expect(await isProtected(PRIMARY)).toMatchObject({ DeletionProtectionEnabled: true });
    expect(await isProtected(SECONDARY)).toMatchObject({ DeletionProtectionEnabled: false });
    await call("UpdateTable", { TableName: TABLE, DeletionProtectionEnabled: true }, SECONDARY);
    expect(await isProtected(SECONDARY)).toMatchObject({ DeletionProtectionEnabled: true });
  });

  it("ListStreams and DescribeStream find it by table and ARN", async () => {
    const { cloud } = withTable(orders("regional", { stream: true }));
    const call = (operation: string, input: object) => cloud.call({ region: PRIMARY, service: "dynamodbstreams", operation }, input, {});
    const StreamArn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";
    expect(await call("ListStreams", { TableName: TABLE })).toEqual({ Streams: [{ StreamArn, TableName: TABLE, StreamLabel: "2026-01-01T00:00:00.000" }] });
    expect(await call("DescribeStream", { StreamArn })).toMatchObject({ StreamDescription: { StreamStatus: "ENABLED", TableName: TABLE } });
    await expect(call("DescribeStream", { StreamArn: `${StreamArn}x` })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
