import { nameOf, orders, PRIMARY, TABLE, testCloud, withTable, caller } from "./cloud";
import { createTable, dynamodb } from "../../../twin/services/dynamodb";

const id = (S: string) => ({ id: { S } });

describe("a caller who asks for what DynamoDB refuses gets its error, and nothing is stored", () => {
  const rows: readonly (readonly [string, object, string, string])[] = [
    ["PutItem", { Item: {} }, "ValidationException", "One or more parameter values were invalid: Missing the key id in the item"],
    ["PutItem", { Item: { id: { N: "1" } } }, "ValidationException", "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"],
    ["PutItem", { Item: id("") }, "ValidationException", "The AttributeValue for a key attribute cannot contain an empty string value. Key: id"],
    ["PutItem", { Item: id("x".repeat(2049)) }, "ValidationException", "Size of hashkey has exceeded the maximum size limit of 2048 bytes"],
    ["PutItem", { Item: { ...id("a"), owner_id: { N: "1" } } }, "ValidationException", "Type mismatch for Index Key owner_id Expected: S Actual: N IndexName: ByOwner"],
    ["PutItem", { Item: { ...id("a"), owner_id: { S: "" } } }, "ValidationException", "IndexName: ByOwner, IndexKey: owner_id"],
    ["PutItem", { Item: { ...id("a"), v: {} } }, "ValidationException", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
    ["PutItem", { Item: { ...id("a"), v: { S: "1", N: "1" } } }, "ValidationException", "Supplied AttributeValue has more than one datatypes set"],
    ["PutItem", { Item: { ...id("a"), v: { N: "1e126" } } }, "ValidationException", "Number overflow"],
    ["PutItem", { Item: { ...id("a"), v: { N: "1".repeat(39) } } }, "ValidationException", "Attempting to store more than 38 significant digits in a Number"],
    ["PutItem", { Item: { ...id("a"), v: { SS: [] } } }, "ValidationException", "An string set  may not be empty"],
    ["PutItem", { Item: { ...id("a"), v: { NS: ["1", "1.0"] } } }, "ValidationException", "contains duplicates"],
    ["PutItem", { Item: { ...id("a"), v: { NULL: false } } }, "ValidationException", "Null attribute value types must have the value of true"],
    ["PutItem", { Item: { ...id("a"), v: { S: 5 } } }, "SerializationException", "wrong type"],
    ["PutItem", { Item: { ...id("a"), v: { S: "x".repeat(400 * 1024) } } }, "ValidationException", "Item size has exceeded the maximum allowed size"],
    ["PutItem", { Item: id("a"), ReturnValues: "ALL_NEW" }, "ValidationException", "Return values set to invalid value"],
    ["PutItem", { Item: id("a"), ReturnValues: "SOME" }, "ValidationException", "Member must satisfy enum value set"],
    ["PutItem", { Item: id("a"), Expected: {} }, "ValidationException", "Expected is a legacy parameter"],
    ["PutItem", { Item: id("a"), ReturnConsumedCapacity: "TOTAL" }, "ValidationException", "ReturnConsumedCapacity is not modelled"],
    ["PutItem", {}, "ValidationException", "Value null at 'item'"],
    ["GetItem", { Key: { ...id("a"), more: { S: "b" } } }, "ValidationException", "The provided key element does not match the schema"],
    ["GetItem", { Key: { id: { N: "1" } } }, "ValidationException", "The provided key element does not match the schema"],
    ["UpdateItem", { Key: id("a"), UpdateExpression: "SET id = :v", ExpressionAttributeValues: { ":v": { S: "b" } } }, "ValidationException", "Cannot update attribute id. This attribute is part of the key"],
    ["UpdateItem", { Key: id("a"), UpdateExpression: "SET big = :v", ExpressionAttributeValues: { ":v": { S: "x".repeat(400 * 1024) } } }, "ValidationException", "Item size to update has exceeded the maximum allowed size"],
    ["Query", {}, "ValidationException", "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."],
    ["Query", { KeyConditionExpression: "another = :v", ExpressionAttributeValues: { ":v": { S: "a" } } }, "ValidationException", "Query condition missed key schema element: id"],
    ["Query", { KeyConditionExpression: "id > :v", ExpressionAttributeValues: { ":v": { S: "a" } } }, "ValidationException", "Query key condition not supported"],
    ["Query", { KeyConditionExpression: "id = :v", ExpressionAttributeValues: { ":v": { N: "1" } } }, "ValidationException", "Condition parameter type does not match schema type"],
    ["Query", { KeyConditionExpression: "id = :v", FilterExpression: "id <> :v", ExpressionAttributeValues: { ":v": { S: "1" } } }, "ValidationException", "Filter Expression can only contain non-primary key attributes: Primary key attribute: id"],
    ["Query", { IndexName: "Nope", KeyConditionExpression: "id = :v", ExpressionAttributeValues: { ":v": { S: "1" } } }, "ValidationException", "The table does not have the specified index: Nope"],
    ["Query", { IndexName: "ByOwner", ConsistentRead: true, KeyConditionExpression: "owner_id = :v", ExpressionAttributeValues: { ":v": { S: "1" } } }, "ValidationException", "Consistent reads are not supported on global secondary indexes"],
    ["Scan", { Limit: 0 }, "ValidationException", "Member must have value greater than or equal to 1"],
    ["Scan", { ExclusiveStartKey: { wrong: { S: "a" } } }, "ValidationException", "The provided starting key is invalid"],
    ["Scan", { Segment: 2, TotalSegments: 2 }, "ValidationException", "must be less than parameter TotalSegments"],
    ["Scan", { Select: "SPECIFIC_ATTRIBUTES" }, "ValidationException", "Must specify the AttributesToGet or ProjectionExpression"],
    ["TransactWriteItems", { TransactItems: [{ Put: { TableName: TABLE } }] }, "UnknownOperationException", "transactions are not in this twin"],
    ["BatchWriteItem", {}, "UnknownOperationException", "BatchWriteItem is not in this twin"],
    ["UpdateTable", { BillingMode: "PROVISIONED" }, "ValidationException", "UpdateTable with BillingMode is not modelled"],
  ];
  it.each(rows)("%s %#: %j gives %s", async (operation, input, error, message) => {
    const { call, replica } = withTable(orders("regional"));
    const outcome = await call(operation, { TableName: TABLE, ...input });
    expect(outcome).toMatchObject({ error, message: expect.stringContaining(message) });
    expect(replica().dump()).toEqual([]);
  });

  it.each(["PutItem", "GetItem", "Query", "DescribeTable"])("%s on a table of another name or region is ResourceNotFoundException", async (operation) => {
    const { call } = withTable(orders("regional"));
    const input = { Item: id("a"), Key: id("a"), KeyConditionExpression: "id = :v", ExpressionAttributeValues: { ":v": { S: "a" } } };
    const { Item, Key, ...query } = input;
    const own = operation === "PutItem" ? { Item } : operation === "GetItem" ? { Key } : operation === "Query" ? query : {};
    expect(nameOf(await call(operation, { TableName: "another", ...own }))).toBe("ResourceNotFoundException");
    expect(nameOf(await call(operation, { TableName: TABLE, ...own }, "eu-west-1"))).toBe("UnknownOperationException");
  });

  it("two tables of one name in one region are ResourceInUseException", () => {
    const { cloud } = withTable(orders("regional"));
    expect(() => createTable(cloud, orders("regional"))).toThrow(expect.objectContaining({ name: "ResourceInUseException" }));
  });
});

describe("a payment's conditional put", () => {
  const put = (amount: string) => ({
    TableName: TABLE,
    Item: { ...id("p1"), amount: { N: amount } },
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });

  it("stores once, and a repeat is told what is stored", async () => {
    const { call } = withTable(orders("strong"));
    expect(await call("PutItem", put("100"))).toEqual({ ok: {} });
    expect(await call("PutItem", put("200"))).toEqual({
      error: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      item: { ...id("p1"), amount: { N: "100" } },
    });
  });

  it("does not hand out the table's own objects: a caller who changes what he got changes nothing", async () => {
    const { call, replica } = withTable(orders("regional"));
    const input = put("100");
    await call("PutItem", input);
    input.Item.amount.N = "1";
    const outcome = await call("GetItem", { TableName: TABLE, Key: id("p1") });
    if ("ok" in outcome) (outcome.ok["Item"] as typeof input.Item).amount.N = "2"; // GetItem's shape
    const refused = await call("PutItem", put("3"));
    if ("error" in refused) (refused.item as typeof input.Item).amount.N = "4"; // the stored item, by ALL_OLD
    expect(replica().dump()).toEqual([{ ...id("p1"), amount: { N: "100" } }]);
  });
});

describe("a reader of many items sees each exactly once", () => {
  const many = async () => {
    const setup = withTable(orders("regional"));
    const ids = Array.from({ length: 25 }, (_, i) => `id-${i}`);
    for (const each of ids) await setup.call("PutItem", { TableName: TABLE, Item: { ...id(each), owner_id: { S: "o" }, created: { N: String(each.length) } } });
    await setup.run(1000);
    return { ...setup, ids };
  };
  interface Page { Items: { id: { S: string } }[]; LastEvaluatedKey?: object }

  const reads: readonly (readonly [string, string, object])[] = [
    ["a scan", "Scan", {}],
    ["a scan of an index", "Scan", { IndexName: "ByOwner" }],
    ["a query with equal sort keys", "Query", { IndexName: "ByOwner", KeyConditionExpression: "owner_id = :o", ExpressionAttributeValues: { ":o": { S: "o" } } }],
    ["a query backwards", "Query", { IndexName: "ByOwner", ScanIndexForward: false, KeyConditionExpression: "owner_id = :o", ExpressionAttributeValues: { ":o": { S: "o" } } }],
  ];
  it.each(reads)("%s, page by page", async (_, operation, input) => {
    const { call, ids } = await many();
    const found: string[] = [];
    let start: object | undefined;
    do {
      const outcome = await call(operation, { TableName: TABLE, Limit: 4, ...input, ...(start ? { ExclusiveStartKey: start } : {}) });
      if ("error" in outcome) throw new Error(outcome.message);
      const page = outcome.ok as unknown as Page; // Scan's and Query's shape
      found.push(...page.Items.map((item) => item.id.S));
      start = page.LastEvaluatedKey;
    } while (start);
    expect(found.sort()).toEqual(ids.sort());
  });

  it("the segments of a parallel scan", async () => {
    const { call, ids } = await many();
    const found: string[] = [];
    for (const Segment of [0, 1, 2]) {
      const outcome = await call("Scan", { TableName: TABLE, Segment, TotalSegments: 3 });
      if ("ok" in outcome) found.push(...(outcome.ok as unknown as Page).Items.map((item) => item.id.S)); // Scan's shape
    }
    expect(found.sort()).toEqual(ids.sort());
  });

  it("a page ends at 1 MB", async () => {
    const { call } = withTable(orders("regional"));
    for (const each of ["a", "b", "c", "d"]) await call("PutItem", { TableName: TABLE, Item: { ...id(each), v: { S: "x".repeat(390_000) } } });
    expect(await call("Scan", { TableName: TABLE, Select: "COUNT" })).toEqual({ ok: { Count: 3, ScannedCount: 3, LastEvaluatedKey: expect.anything() } });
  });
});

it("a table is described with its keys, indexes, stream and regions, and listed by name", async () => {
  const { cloud, call } = withTable(orders("strong", { stream: true }));
  expect(await call("DescribeTable", { TableName: TABLE })).toMatchObject({
    ok: {
      Table: {
        TableName: TABLE,
        TableStatus: "ACTIVE",
        TableArn: "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        GlobalSecondaryIndexes: [{ IndexName: "ByOwner", KeySchema: [{ AttributeName: "owner_id" }, { AttributeName: "created", KeyType: "RANGE" }] }],
        MultiRegionConsistency: "STRONG",
        Replicas: [{ RegionName: "us-east-2", ReplicaStatus: "ACTIVE" }],
        GlobalTableWitnesses: [{ RegionName: "us-west-2", WitnessStatus: "ACTIVE" }],
        LatestStreamArn: "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
      },
    },
  });
  expect(await call("ListTables", {})).toEqual({ ok: { TableNames: [TABLE] } });
  expect(dynamodb(cloud, PRIMARY).tableNames()).toEqual([TABLE]);
});

it("an operation before any table exists is refused as unknown, since the region has no DynamoDB yet", async () => {
  expect(nameOf(await caller(testCloud().cloud)("ListTables", {}))).toBe("UnknownOperationException");
});
