import { formStrongTable, insightsObjections, tableObjections, tagObjections, witnessChoices, type TableRules } from "../../../rules/dynamodb";

const HASH = { name: "id", type: "S" };
const PLAIN: TableRules = { name: "orders", hashKey: "id", billingMode: "PAY_PER_REQUEST", attributes: [HASH] };
const STREAM = { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" };
const STRONG: TableRules = {
  ...PLAIN,
  ...STREAM,
  replicas: [{ regionName: "us-east-2", consistencyMode: "STRONG" }],
  globalTableWitness: { regionName: "us-west-2" },
};
const EVENTUAL: TableRules = { ...PLAIN, ...STREAM, replicas: [{ regionName: "us-east-2" }] };
const INDEX = { name: "ByOwner", keySchemas: [{ attributeName: "owner", keyType: "HASH" }], projectionType: "ALL" };
const INDEXED: TableRules = { ...PLAIN, attributes: [HASH, { name: "owner", type: "S" }], globalSecondaryIndexes: [INDEX] };

const codes = (table: TableRules): string[] => tableObjections(table, "us-east-1").map(({ code }) => code);

describe("a table that AWS accepts is not held back", () => {
  it.each<[string, TableRules]>([
    ["on demand", PLAIN],
    ["provisioned", { ...PLAIN, billingMode: "PROVISIONED", readCapacity: 5, writeCapacity: 5 }],
    ["with an index", INDEXED],
    ["global, eventually consistent", EVENTUAL],
    ["global, strongly consistent", STRONG],
    ["strong without a stream", { ...STRONG, streamEnabled: false, streamViewType: undefined }],
    ["warm", { ...PLAIN, warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 } }],
    ["with a time to live", { ...PLAIN, ttl: { enabled: true, attributeName: "expires" } }],
  ])("%s", (_, table) => expect(codes(table)).toEqual([]));
});

describe("a table that AWS would refuse is refused before deployment", () => {
  it.each<[string, TableRules]>([
    ["dynamodb.table-name", { ...PLAIN, name: "ab" }],
    ["dynamodb.table-name", { ...PLAIN, name: "with space" }],
    ["dynamodb.table-name", { ...PLAIN, name: "x".repeat(256) }],
    ["dynamodb.hash-key", { ...PLAIN, hashKey: undefined, attributes: [] }],
    ["dynamodb.billing-mode", { ...PLAIN, billingMode: "FREE" }],
    ["dynamodb.billing-mode", { ...PLAIN, billingMode: undefined }],
    ["dynamodb.billing-mode", { ...PLAIN, readCapacity: 5 }],
    ["dynamodb.warm-throughput", { ...PLAIN, warmThroughput: { readUnitsPerSecond: 11_999 } }],
    ["dynamodb.warm-throughput", { ...PLAIN, warmThroughput: { writeUnitsPerSecond: 3_999 } }],
    ["dynamodb.warm-throughput", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, warmThroughput: { writeUnitsPerSecond: 1 } }] }],
    ["dynamodb.recovery-period", { ...PLAIN, pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 36 } }],
    ["dynamodb.attributes", { ...PLAIN, attributes: [] }],
    ["dynamodb.attributes", { ...PLAIN, attributes: [HASH, { name: "unused", type: "S" }] }],
    ["dynamodb.attributes", { ...PLAIN, attributes: [HASH, HASH] }],
    ["dynamodb.attributes", { ...PLAIN, attributes: [{ name: "id", type: "BOOL" }] }],
    ["dynamodb.index-keys", { ...INDEXED, globalSecondaryIndexes: [{ name: "ByOwner", hashKey: "owner", projectionType: "ALL" }] }],
    ["dynamodb.index-keys", { ...PLAIN, globalSecondaryIndexes: [{ ...INDEX, keySchemas: [] }] }],
    ["dynamodb.index-keys", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, keySchemas: [{ attributeName: "owner", keyType: "RANGE" }] }] }],
    ["dynamodb.index-name", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, name: "x" }] }],
    ["dynamodb.index-name", { ...INDEXED, globalSecondaryIndexes: [INDEX, INDEX] }],
    ["dynamodb.index-count", { ...INDEXED, globalSecondaryIndexes: Array.from({ length: 21 }, (_, i) => ({ ...INDEX, name: `Index${i}` })) }],
    ["dynamodb.index-projection", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, projectionType: "SOME" }] }],
    ["dynamodb.index-projection", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, projectionType: "INCLUDE" }] }],
    ["dynamodb.index-projection", { ...INDEXED, globalSecondaryIndexes: [{ ...INDEX, nonKeyAttributes: ["a"] }] }],
    ["dynamodb.stream-view", { ...PLAIN, streamEnabled: true }],
    ["dynamodb.stream-view", { ...PLAIN, streamViewType: "NEW_IMAGE" }],
    ["dynamodb.replica-stream", { ...EVENTUAL, streamEnabled: undefined, streamViewType: undefined }],
    ["dynamodb.replica-stream", { ...EVENTUAL, streamViewType: "NEW_IMAGE" }],
    ["dynamodb.replica-regions", { ...EVENTUAL, replicas: [{ regionName: "us-east-1" }] }],
    ["dynamodb.replica-mode", { ...EVENTUAL, replicas: [{ regionName: "us-east-2", consistencyMode: "LINEAR" }] }],
    ["dynamodb.strong-members", { ...STRONG, globalTableWitness: undefined }],
    ["dynamodb.strong-members", { ...STRONG, replicas: [] }],
    ["dynamodb.strong-members", { ...STRONG, replicas: [{ regionName: "us-east-2" }] }],
    ["dynamodb.strong-members", { ...STRONG, replicas: [...(STRONG.replicas ?? []), { regionName: "us-west-2", consistencyMode: "STRONG" }] }],
    ["dynamodb.strong-regions", { ...STRONG, globalTableWitness: { regionName: "us-east-2" } }],
    ["dynamodb.strong-regions", { ...STRONG, globalTableWitness: { regionName: "eu-west-1" } }],
    ["dynamodb.strong-regions", { ...STRONG, replicas: [{ regionName: "us-west-1", consistencyMode: "STRONG" }] }],
    ["dynamodb.strong-ttl", { ...STRONG, ttl: { enabled: true, attributeName: "expires" } }],
    ["dynamodb.strong-local-index", { ...STRONG, rangeKey: "owner", attributes: [HASH, { name: "owner", type: "S" }], localSecondaryIndexes: [{ name: "Local", rangeKey: "owner" }] }],
  ])("%s", (code, table) => expect(codes(table)).toEqual([code]));
});

it.each<[string, string, string[]]>([
  ["us-east-1", "us-east-2", ["us-west-2"]],
  ["us-west-2", "us-east-1", ["us-east-2"]],
  ["eu-west-1", "eu-central-1", ["eu-west-2", "eu-west-3"]],
  ["ap-northeast-1", "ap-northeast-3", ["ap-northeast-2"]],
  ["us-east-1", "us-east-1", []],
  ["us-east-1", "eu-west-1", []],
  ["us-east-1", "us-west-1", []],
])("a config with %s and %s is offered the witnesses %j", (primary, secondary, choices) => expect(witnessChoices(primary, secondary)).toEqual(choices));

it("three regions are a strong table only as three different members of one set", () => {
  expect(formStrongTable(["eu-west-1", "eu-west-2", "eu-central-1"])).toBe(true);
  expect(formStrongTable(["us-east-1", "us-east-2"])).toBe(false);
  expect(formStrongTable(["us-east-1", "us-east-2", "us-east-2"])).toBe(false);
  expect(formStrongTable(["us-east-1", "us-east-2", "eu-west-1"])).toBe(false);
});

const ARN = "arn:aws:dynamodb:us-east-2:123456789012:table/orders";

it.each([
  [[], { resourceArn: ARN, key: "Region", value: "us-east-2" }],
  [["dynamodb.tag-resource"], { resourceArn: "orders", key: "Region", value: "us-east-2" }],
  [["dynamodb.tag-resource"], { resourceArn: `${ARN}/index/ByOwner`, key: "Region", value: "us-east-2" }],
  [["dynamodb.tag-key"], { resourceArn: ARN, key: "", value: "x" }],
  [["dynamodb.tag-key"], { resourceArn: ARN, key: "aws:region", value: "x" }],
  [["dynamodb.tag-value"], { resourceArn: ARN, key: "Region", value: "x".repeat(257) }],
])("a replica's tag meets %j", (expected, tag) => expect(tagObjections(tag).map(({ code }) => code)).toEqual(expected));

it.each([
  [[], { tableName: "orders", mode: "THROTTLED_KEYS" }],
  [["dynamodb.table-name"], { tableName: "a" }],
  [["dynamodb.index-name"], { tableName: "orders", indexName: "a" }],
  [["dynamodb.insights-mode"], { tableName: "orders", mode: "ALL" }],
])("contributor insights meet %j", (expected, insights) => expect(insightsObjections(insights).map(({ code }) => code)).toEqual(expected));
