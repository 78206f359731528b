import { sdkError, type FakeInput, type FakeTable } from "./runtime";

export type StoredItem = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

export interface MemoryTable {
  readonly items: Map<string, StoredItem>;
  readonly table: FakeTable;
}

const text = (item: StoredItem | undefined, attribute: string): string => item?.[attribute]?.S ?? item?.[attribute]?.N ?? "";

/**
 * As much of a table as the functions' own tests need: the two conditions that they use, and queries of an index whose
 * order is that of its range key.
 */
export function memoryTable(hashKey: string): MemoryTable {
  const items = new Map<string, StoredItem>();

  const put = (input: FakeInput): object => {
    const item = input["Item"] as StoredItem; // what PutItemCommand was given
    const stored = items.get(text(item, hashKey));
    const condition = input["ConditionExpression"];
    const seen = (input["ExpressionAttributeValues"] as StoredItem | undefined)?.[":seen"]?.N;
    const holds =
      condition === undefined ||
      (condition === `attribute_not_exists(${hashKey})` && !stored) ||
      (condition === "#version = :seen" && stored?.["version"]?.N === seen);
    if (!holds) {
      const old = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD" ? { Item: stored } : {};
      throw sdkError("ConditionalCheckFailedException", 400, old);
    }
    items.set(text(item, hashKey), item);
    return {};
  };

  const query = (input: FakeInput): object => {
    const { "#hash": hash = "" } = input["ExpressionAttributeNames"] as Record<string, string>; // as the read function queries
    const value = text(input["ExpressionAttributeValues"] as StoredItem, ":value");
    const start = input["ExclusiveStartKey"] as StoredItem | undefined;
    const limit = Number(input["Limit"]);
    const order = (item: StoredItem): string => text(item, "createdAt") + text(item, hashKey);
    const matching = [...items.values()]
      .filter((item) => text(item, hash) === value)
      .sort((a, b) => (order(a) < order(b) ? 1 : -1))
      .filter((item) => !start || order(item) < order(start));
    const page = matching.slice(0, limit);
    return { Items: page, ...(page.length < limit ? {} : { LastEvaluatedKey: page.at(-1) }) };
  };

  return {
    items,
    table: (operation, input) => {
      if (operation === "PutItem") return put(input);
      if (operation === "GetItem") return { Item: items.get(text(input["Key"] as StoredItem, hashKey)) };
      if (operation === "Query") return query(input);
      throw new Error(`memoryTable: ${operation} is not among PutItem, GetItem, Query`);
    },
  };
}
