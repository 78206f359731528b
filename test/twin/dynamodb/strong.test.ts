import { CATCH_UP_MS, CONFLICT_WINDOW_MS } from "../../../twin/services/dynamodb/strong";
import { dynamodb } from "../../../twin/services/dynamodb";
import { nameOf, orders, PRIMARY, SECONDARY, TABLE, WITNESS, withTable } from "./cloud";

const strong = (seed = 1) => withTable(orders("strong", { stream: true }), seed);
const after = CONFLICT_WINDOW_MS.high + 1;
const SERVER = "InternalServerError";

describe("a strong table loses no acknowledged write", () => {
  it.each([
    [PRIMARY, SECONDARY],
    [SECONDARY, PRIMARY],
  ])("a write acknowledged in %s is read strongly in %s at once", async (here, there) => {
    const { put, get } = strong();
    expect(nameOf(await put("a", "1", here))).toBe("ok");
    expect(await get("a", there, true)).toBe("1");
  });

  it.each([
    [PRIMARY, SECONDARY],
    [SECONDARY, PRIMARY],
  ])("when %s dies right after its acknowledgement, %s has the write and goes on", async (dead, alive) => {
    const { cloud, put, get, run } = strong();
    await put("a", "1", dead);
    cloud.faults.add({ kind: "outage", region: dead });
    expect(await get("a", alive, true)).toBe("1");
    await run(after);
    expect(nameOf(await put("a", "2", alive))).toBe("ok");
    expect(await get("a", alive, true)).toBe("2");
  });

  it("a reader without ConsistentRead sees the other region's write some milliseconds later", async () => {
    const { put, get, run } = strong();
    await put("a", "1", PRIMARY);
    expect(await get("a", SECONDARY)).toBe("nothing");
    await run(after);
    expect(await get("a", SECONDARY)).toBe("1");
  });

  it("a conditional put in the other region meets the first one's item", async () => {
    const { call, put, run } = strong();
    await put("a", "1", PRIMARY);
    await run(after);
    const again = { TableName: TABLE, Item: { id: { S: "a" } }, ConditionExpression: "attribute_not_exists(id)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    expect(await call("PutItem", again, SECONDARY)).toMatchObject({ error: "ConditionalCheckFailedException", item: { value: { S: "1" } } });
  });
});

describe("who serves what while members are lost", () => {
  const serves = async (faults: readonly string[], region: string) => {
    const { cloud, put, get, run } = strong();
    await put("a", "old", PRIMARY);
    await run(after);
    for (const cut of faults) cloud.faults.add({ kind: "partition", region: cut });
    return { write: nameOf(await put("b", "1", region)), strong: await get("a", region, true), eventual: await get("a", region) };
  };
  const ALL = { write: "ok", strong: "old", eventual: "old" };
  const OLD_STATE = { write: SERVER, strong: SERVER, eventual: "old" };
  const rows: readonly (readonly [readonly string[], string, typeof ALL])[] = [
    [[], PRIMARY, ALL],
    [[WITNESS], PRIMARY, ALL],
    [[WITNESS], SECONDARY, ALL],
    [[PRIMARY], SECONDARY, ALL],
    [[PRIMARY], PRIMARY, OLD_STATE],
    [[SECONDARY], PRIMARY, ALL],
    [[SECONDARY], SECONDARY, OLD_STATE],
    [[PRIMARY, SECONDARY], PRIMARY, OLD_STATE],
    [[PRIMARY, SECONDARY], SECONDARY, OLD_STATE],
    [[SECONDARY, WITNESS], PRIMARY, OLD_STATE],
  ];
  it.each(rows)("with %j cut off, %s serves %j", async (faults, region, expected) => expect(await serves(faults, region)).toEqual(expected));

  it("an error of a lost quorum is an HTTP 500, which clients retry", async () => {
    const { cloud } = strong();
    cloud.faults.add({ kind: "partition", region: PRIMARY });
    const put = cloud.call({ region: PRIMARY, service: "dynamodb", operation: "PutItem" }, { TableName: TABLE, Item: { id: { S: "a" } } }, {});
    await expect(put).rejects.toMatchObject({ name: SERVER, $fault: "server", $metadata: { httpStatusCode: 500 } });
  });

  it("the witness cannot be read: it has no table", () => {
    const { cloud } = strong();
    expect(dynamodb(cloud, WITNESS).table(TABLE)).toBeUndefined();
  });
});

describe("a region that comes back", () => {
  it("shows no old value as the newest: it errors until it has caught up, then it has everything", async () => {
    const { cloud, put, get, run } = strong();
    await put("a", "1", PRIMARY);
    await run(after);
    const outage = cloud.faults.add({ kind: "outage", region: PRIMARY });
    await put("a", "2", SECONDARY);
    await run(10_000);
    cloud.faults.remove(outage.id);

    expect(nameOf(await put("b", "1", PRIMARY))).toBe(SERVER);
    expect(await get("a", PRIMARY, true)).toBe(SERVER);
    expect(await get("a", PRIMARY)).toBe("1");
    expect(nameOf(await put("c", "1", SECONDARY))).toBe("ok");

    await run(CATCH_UP_MS.low - 1);
    expect(await get("a", PRIMARY, true)).toBe(SERVER);
    await run(CATCH_UP_MS.high - CATCH_UP_MS.low + 1);
    expect([await get("a", PRIMARY, true), await get("c", PRIMARY)]).toEqual(["2", "1"]);
    expect(nameOf(await put("b", "1", PRIMARY))).toBe("ok");
  });

  it("starts over when it is cut off again while it catches up", async () => {
    const { cloud, get, run } = strong();
    const first = cloud.faults.add({ kind: "partition", region: PRIMARY });
    cloud.faults.remove(first.id);
    await run(CATCH_UP_MS.low - 1);
    const second = cloud.faults.add({ kind: "partition", region: PRIMARY });
    await run(CATCH_UP_MS.high * 2);
    expect(await get("a", PRIMARY, true)).toBe(SERVER);
    cloud.faults.remove(second.id);
    expect(await get("a", PRIMARY, true)).toBe(SERVER);
    await run(CATCH_UP_MS.high + 1);
    expect(await get("a", PRIMARY, true)).toBe("nothing");
  });

  it("a region that was never cut off serves on when the others come back", async () => {
    const { cloud, put } = strong();
    const lost = cloud.faults.add({ kind: "partition", region: WITNESS });
    cloud.faults.remove(lost.id);
    expect(nameOf(await put("a", "1", PRIMARY))).toBe("ok");
  });
});

describe("two regions write one item at the same time", () => {
  it("the second is told ReplicatedWriteConflictException and changes nothing; later it may", async () => {
    const { put, get, run } = strong();
    await put("a", "1", PRIMARY);
    expect(nameOf(await put("a", "2", SECONDARY))).toBe("ReplicatedWriteConflictException");
    expect(await get("a", PRIMARY, true)).toBe("1");
    expect(nameOf(await put("b", "2", SECONDARY))).toBe("ok");
    expect(nameOf(await put("a", "3", PRIMARY))).toBe("ok");
    await run(after);
    expect(nameOf(await put("a", "4", SECONDARY))).toBe("ok");
  });
});

it("a transaction on a strong table is refused with the reason", async () => {
  const { call } = strong();
  const outcome = await call("TransactWriteItems", { TransactItems: [{ Put: { TableName: TABLE, Item: { id: { S: "a" } } } }] });
  expect(outcome).toMatchObject({ error: "ValidationException", message: expect.stringContaining("multi-Region strong consistency") });
});

it("a checker's dump has every acknowledged write of a reachable replica at once, and the old state of one that is cut off", async () => {
  const { cloud, put, replica, run } = strong();
  await put("a", "1", PRIMARY);
  expect(replica(SECONDARY).dump()).toEqual([{ id: { S: "a" }, value: { S: "1" } }]);
  expect(replica(SECONDARY).store.itemCount).toBe(0);
  await run(after);
  cloud.faults.add({ kind: "partition", region: SECONDARY });
  await put("b", "1", PRIMARY);
  expect([replica(SECONDARY).dump().length, replica(PRIMARY).dump().length]).toEqual([1, 2]);
});

it("thousands of writes are kept though one replica was away for them all", async () => {
  const { cloud, put, replica, run } = strong();
  const outage = cloud.faults.add({ kind: "partition", region: SECONDARY });
  for (let i = 0; i < 3000; i += 1) await put(`id-${i}`, "1", PRIMARY);
  cloud.faults.remove(outage.id);
  await run(CATCH_UP_MS.high + 1);
  expect(replica(SECONDARY).store.itemCount).toBe(3000);
});
