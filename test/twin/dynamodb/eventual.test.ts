import { REPLICATION_DELAY_MS } from "../../../twin/services/dynamodb/eventual";
import { nameOf, orders, PRIMARY, SECONDARY, TABLE, withTable } from "./cloud";

const eventual = (seed = 1) => withTable(orders("eventual", { stream: true }), seed);
const { low, high } = REPLICATION_DELAY_MS;

describe("a write reaches the other region later, and never before the modelled delay", () => {
  it.each([
    [PRIMARY, SECONDARY],
    [SECONDARY, PRIMARY],
  ])("from %s to %s", async (here, there) => {
    const { put, get, run } = eventual();
    await put("a", "1", here);
    expect(await get("a", here)).toBe("1");
    await run(low - 1);
    expect(await get("a", there, true)).toBe("nothing");
    await run(high - low + 1);
    expect(await get("a", there)).toBe("1");
  });

  it("a deletion too", async () => {
    const { call, put, get, run } = eventual();
    await put("a", "1", PRIMARY);
    await run(high);
    await call("DeleteItem", { TableName: TABLE, Key: { id: { S: "a" } } }, SECONDARY);
    await run(high);
    expect(await get("a", PRIMARY)).toBe("nothing");
  });
});

describe("when both regions write one item, the last writer wins in both", () => {
  it.each([1, 2, 3, 4, 5])("whatever order replication takes (seed %i)", async (seed) => {
    const { put, get, run } = eventual(seed);
    await put("a", "first", PRIMARY);
    await run(5);
    await put("a", "second", SECONDARY);
    await run(5);
    await put("a", "third", PRIMARY);
    await run(2 * high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["third", "third"]);
  });

  it("writes of the same millisecond end alike in both regions, by the regions' names", async () => {
    const { put, get, run } = eventual();
    await put("a", "primary's", PRIMARY);
    await put("a", "secondary's", SECONDARY);
    await run(high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["secondary's", "secondary's"]);
  });

  it.each([1, 2, 3, 4, 5])("two writes of one region in one millisecond end with the second in both (seed %i)", async (seed) => {
    const { put, get, run } = eventual(seed);
    await put("a", "1", PRIMARY);
    await put("a", "2", PRIMARY);
    await run(high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["2", "2"]);
  });

  it("a write that changes nothing where it is made is no write: it does not win over the other region's", async () => {
    const { put, get, run } = eventual();
    await put("a", "old", PRIMARY);
    await run(high);
    await put("a", "new", SECONDARY);
    await run(5);
    await put("a", "old", PRIMARY);
    await run(2 * high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["new", "new"]);
  });

  it("both conditional puts of one new key are accepted: the model shows the loss that eventual consistency has", async () => {
    const { call, get, run } = eventual();
    const put = (value: string) => ({ TableName: TABLE, Item: { id: { S: "a" }, value: { S: value } }, ConditionExpression: "attribute_not_exists(id)" });
    expect([nameOf(await call("PutItem", put("1"), PRIMARY)), nameOf(await call("PutItem", put("2"), SECONDARY))]).toEqual(["ok", "ok"]);
    await run(high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["2", "2"]);
  });

  it("an old write that arrives after a newer deletion does not bring the item back", async () => {
    const { cloud, call, put, get, run } = eventual();
    const cut = cloud.faults.add({ kind: "partition", region: PRIMARY });
    await put("a", "old", PRIMARY);
    await run(10);
    await put("a", "newer", SECONDARY);
    await run(10);
    await call("DeleteItem", { TableName: TABLE, Key: { id: { S: "a" } } }, SECONDARY);
    cloud.faults.remove(cut.id);
    await run(2 * high);
    expect([await get("a", PRIMARY), await get("a", SECONDARY)]).toEqual(["nothing", "nothing"]);
  });
});

describe("while regions are cut off from each other", () => {
  it.each([
    ["partition", PRIMARY],
    ["partition", SECONDARY],
    ["outage", PRIMARY],
  ] as const)("a %s of %s keeps the writes on their way back until it is over", async (kind, region) => {
    const { cloud, put, get, run } = eventual();
    await put("a", "1", PRIMARY);
    const fault = cloud.faults.add({ kind, region });
    await run(60_000);
    expect(await get("a", SECONDARY)).toBe("nothing");
    expect(nameOf(await put("b", "1", SECONDARY))).toBe("ok");
    cloud.faults.remove(fault.id);
    expect(await get("a", SECONDARY)).toBe("nothing");
    await run(high);
    expect([await get("a", SECONDARY), await get("b", PRIMARY)]).toEqual(["1", "1"]);
  });

  it("a fault somewhere else delays nothing", async () => {
    const { cloud, put, get, run } = eventual();
    cloud.faults.add({ kind: "partition", region: "us-west-2" });
    await put("a", "1", PRIMARY);
    await run(high);
    expect(await get("a", SECONDARY)).toBe("1");
  });
});

it("the same seed gives the same history", async () => {
  const history = async (seed: number): Promise<readonly string[]> => {
    const { put, get, run } = eventual(seed);
    const seen: string[] = [];
    await put("a", "1", PRIMARY);
    for (let i = 0; i < 50; i += 1) {
      await run(50);
      seen.push(await get("a", SECONDARY));
    }
    return seen;
  };
  const [once, again, other] = [await history(7), await history(7), await history(8)];
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});
