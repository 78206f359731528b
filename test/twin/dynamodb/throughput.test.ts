import { KEY_WRITE_UNITS } from "../../../twin/services/dynamodb/throughput";
import { BY_OWNER, nameOf, orders, TABLE, withTable } from "./cloud";

type Setup = ReturnType<typeof withTable>;
const OTHER = { ...BY_OWNER, name: "ByOther", hash: { name: "other_id", type: "S" } } as const;

const put = ({ call }: Setup, Item: object, more: object = {}) => call("PutItem", { TableName: TABLE, Item, ...more });
const owned = (id: string, owner: string, more: object = {}) => ({ id: { S: id }, owner_id: { S: owner }, created: { N: "1" }, ...more });

/** How many of so many writes at once are taken, and how the others end. */
async function flood(writes: number, write: (n: number) => Promise<Parameters<typeof nameOf>[0]>): Promise<Readonly<Record<string, number>>> {
  const names = (await Promise.all(Array.from({ length: writes }, (_, n) => write(n)))).map(nameOf);
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]));
}

describe("one partition key takes 1,000 write units a second", () => {
  test("more are throttled, and a second later as many are taken again", async () => {
    const setup = withTable(orders("strong", { indexes: [] }));
    const hot = () => flood(KEY_WRITE_UNITS + 5, (n) => setup.put("hot", String(n)));
    expect(await hot()).toEqual({ ThrottlingException: 5, ok: 1000 });
    await setup.run(1000);
    expect(await hot()).toEqual({ ThrottlingException: 5, ok: 1000 });
  });

  test("other keys of the table, and the other region, take theirs meanwhile", async () => {
    const setup = withTable(orders("eventual", { indexes: [] }));
    await flood(KEY_WRITE_UNITS, (n) => setup.put("hot", String(n)));
    expect(nameOf(await setup.put("hot", "x"))).toBe("ThrottlingException");
    expect(nameOf(await setup.put("cold", "x"))).toBe("ok");
    expect(nameOf(await setup.put("hot", "x", "us-east-2"))).toBe("ok");
  });

  test("a unit is a kilobyte, of the larger of both items: large items meet the limit sooner", async () => {
    const setup = withTable(orders("regional", { indexes: [] }));
    const large = "x".repeat(99 * 1024);
    expect(await flood(20, () => setup.put("hot", large))).toEqual({ ThrottlingException: 10, ok: 10 });
    await setup.run(1000);
    expect(await flood(20, () => setup.put("hot", "small"))).toEqual({ ok: 20 });
  });

  test("a write whose condition fails is paid for too: repeats of one payment are no way round the limit", async () => {
    const setup = withTable(orders("regional", { indexes: [] }));
    await setup.put("hot", "first");
    const repeat = () => put(setup, { id: { S: "hot" } }, { ConditionExpression: "attribute_not_exists(id)" });
    expect(await flood(1010, repeat)).toEqual({ ConditionalCheckFailedException: 999, ThrottlingException: 11 });
  });

  test("a provisioned table says it by its own name", async () => {
    const spec = orders("regional", { indexes: [] });
    const setup = withTable({ ...spec, definition: { ...spec.definition, billingMode: "PROVISIONED" } });
    expect(await flood(1001, (n) => setup.put("hot", String(n)))).toEqual({ ProvisionedThroughputExceededException: 1, ok: 1000 });
  });
});

describe("an index that cannot take more holds up its table", () => {
  test("items of one owner are throttled though each has a key of its own; other owners are not", async () => {
    const setup = withTable(orders("strong"));
    expect(await flood(1004, (n) => put(setup, owned(`a${n}`, "crowd")))).toEqual({ ThrottlingException: 4, ok: 1000 });
    expect(nameOf(await put(setup, owned("b", "somebody")))).toBe("ok");
    expect(nameOf(await put(setup, { id: { S: "c" } }))).toBe("ok");
    await setup.run(1000);
    expect(nameOf(await put(setup, owned("d", "crowd")))).toBe("ok");
  });

  test("a refused write leaves nothing behind, in the table or in any index", async () => {
    const setup = withTable(orders("regional", { indexes: [BY_OWNER, OTHER] }));
    await flood(1000, (n) => put(setup, owned(`a${n}`, "crowd")));
    const refused = await put(setup, owned("late", "crowd", { other_id: { S: "o" } }));
    expect(refused).toMatchObject({ error: "ThrottlingException" });
    expect(await setup.get("late")).toBe("nothing");
    expect(setup.replica().store.itemCount).toBe(1000);
  });

  test("moving an item costs both partitions of the index", async () => {
    const setup = withTable(orders("regional"));
    for (let n = 0; n < 600; n += 1) await put(setup, owned(`a${n}`, "from"));
    expect(await flood(600, (n) => put(setup, owned(`a${n}`, "to")))).toEqual({ ThrottlingException: 200, ok: 400 });
  });

  test("says which index it was, to the caller and to CloudWatch", async () => {
    const setup = withTable(orders("regional"));
    await flood(1000, (n) => put(setup, owned(`a${n}`, "crowd")));
    const request = { TableName: TABLE, Item: owned("late", "crowd") };
    const route = { region: "us-east-1", service: "dynamodb", operation: "PutItem" };
    await expect(setup.cloud.call(route, request, {})).rejects.toMatchObject({
      throttlingReasons: [{ reason: "IndexWriteKeyRangeThroughputExceeded", resource: "arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/ByOwner" }],
    });
    const minute = Math.floor(setup.kernel.now() / 60_000);
    const events = (dimensions: Readonly<Record<string, string>>) =>
      setup.cloud.metrics.find("us-east-1", { namespace: "AWS/DynamoDB", name: "WriteThrottleEvents", dimensions })?.at(minute)?.sum;
    expect(events({ TableName: TABLE, GlobalSecondaryIndexName: "ByOwner" })).toBe(1);
    expect(events({ TableName: TABLE })).toBeUndefined();
  });
});
