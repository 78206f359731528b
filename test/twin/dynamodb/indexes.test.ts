import { INDEX_DELAY_MS } from "../../../twin/services/dynamodb/secondary-index";
import { BY_OWNER, orders, PRIMARY, SECONDARY, TABLE, withTable } from "./cloud";

type Setup = ReturnType<typeof withTable>;
const item = (id: string, owner: string, created: string, more: object = {}) => ({ id: { S: id }, owner_id: { S: owner }, created: { N: created }, ...more });
const put = ({ call }: Setup, Item: object, region = PRIMARY) => call("PutItem", { TableName: TABLE, Item }, region);

/** The ids that a query of the index gives, in order. */
async function owned({ call }: Setup, input: object = {}, region = PRIMARY): Promise<readonly string[]> {
  const query = { TableName: TABLE, IndexName: "ByOwner", KeyConditionExpression: "owner_id = :o", ExpressionAttributeValues: { ":o": { S: "o" } }, ...input };
  const outcome = await call("Query", query, region);
  if ("error" in outcome) throw new Error(outcome.message);
  return (outcome.ok as unknown as { Items: { id: { S: string } }[] }).Items.map(({ id }) => id.S); // Query's shape
}

describe("an index follows its table", () => {
  it("later than the write was acknowledged, within some milliseconds", async () => {
    const setup = withTable(orders("regional"));
    await put(setup, item("a", "o", "1"));
    expect(await owned(setup)).toEqual([]);
    await setup.run(INDEX_DELAY_MS.high);
    expect(await owned(setup)).toEqual(["a"]);
  });

  it("in the order of the writes, however their delays fall", async () => {
    const setup = withTable(orders("regional"));
    for (let i = 0; i < 50; i += 1) await put(setup, item("a", i % 2 ? "o" : "other", String(i)));
    await setup.run(50 * INDEX_DELAY_MS.high);
    expect(await owned(setup)).toEqual(["a"]);
    await put(setup, item("a", "other", "1"));
    await setup.run(INDEX_DELAY_MS.high);
    expect(await owned(setup)).toEqual([]);
  });

  it("sorts numbers as numbers, both ways, and takes ranges", async () => {
    const setup = withTable(orders("regional"));
    for (const [id, created] of [["a", "10"], ["b", "9"], ["c", "-1"], ["d", "9.5"], ["e", "100"]] as const) await put(setup, item(id, "o", created));
    await setup.run(100);
    const range = (condition: string, low: string, high?: string) => ({
      KeyConditionExpression: `owner_id = :o AND created ${condition}`,
      ExpressionAttributeValues: { ":o": { S: "o" }, ":a": { N: low }, ...(high ? { ":b": { N: high } } : {}) },
    });
    expect(await owned(setup)).toEqual(["c", "b", "d", "a", "e"]);
    expect(await owned(setup, { ScanIndexForward: false })).toEqual(["e", "a", "d", "b", "c"]);
    expect(await owned(setup, range("BETWEEN :a AND :b", "9", "10"))).toEqual(["b", "d", "a"]);
    expect(await owned(setup, range("< :a", "9"))).toEqual(["c"]);
    expect(await owned(setup, range(">= :a", "10"))).toEqual(["a", "e"]);
  });

  it("holds only items with all its keys, and drops one that loses a key", async () => {
    const setup = withTable(orders("regional"));
    await put(setup, { id: { S: "bare" } });
    await put(setup, { id: { S: "half" }, owner_id: { S: "o" } });
    await put(setup, item("whole", "o", "1"));
    await setup.run(100);
    expect(await owned(setup)).toEqual(["whole"]);
    await setup.call("UpdateItem", { TableName: TABLE, Key: { id: { S: "whole" } }, UpdateExpression: "REMOVE created" });
    await setup.run(100);
    expect(await owned(setup)).toEqual([]);
  });

  it.each([
    ["ALL", [], { id: { S: "a" }, owner_id: { S: "o" }, created: { N: "1" }, note: { S: "n" }, extra: { S: "e" } }],
    ["KEYS_ONLY", [], { id: { S: "a" }, owner_id: { S: "o" }, created: { N: "1" } }],
    ["INCLUDE", ["note"], { id: { S: "a" }, owner_id: { S: "o" }, created: { N: "1" }, note: { S: "n" } }],
  ] as const)("with the projection %s %j", async (projection, nonKeyAttributes, expected) => {
    const setup = withTable(orders("regional", { indexes: [{ ...BY_OWNER, projection, nonKeyAttributes }] }));
    await put(setup, item("a", "o", "1", { note: { S: "n" }, extra: { S: "e" } }));
    await setup.run(100);
    const query = { TableName: TABLE, IndexName: "ByOwner", KeyConditionExpression: "owner_id = :o", ExpressionAttributeValues: { ":o": { S: "o" } } };
    expect(await setup.call("Query", query)).toMatchObject({ ok: { Items: [expected], Count: 1 } });
    const whole = await setup.call("Query", { ...query, Select: "ALL_ATTRIBUTES" });
    const extra = await setup.call("Query", { ...query, ProjectionExpression: "extra" });
    const refused = projection === "ALL" ? { ok: expect.anything() } : { error: "ValidationException" };
    expect([whole, extra]).toMatchObject([refused, refused]);
  });

  it.each(["eventual", "strong"] as const)("in each replica of an %s table", async (mode) => {
    const setup = withTable(orders(mode));
    await put(setup, item("a", "o", "1"), SECONDARY);
    await setup.run(INDEX_DELAY_MS.high);
    expect(await owned(setup, {}, SECONDARY)).toEqual(["a"]);
    await setup.run(5000);
    expect(await owned(setup, {}, PRIMARY)).toEqual(["a"]);
  });
});
