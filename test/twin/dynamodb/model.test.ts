import type { GraphResource } from "../../../twin/deploy/graph";
import { dynamodb as models } from "../../../twin/models/dynamodb";
import type { AnyModel, Place } from "../../../twin/models/model";
import { dynamodb } from "../../../twin/services/dynamodb";
import { caller, nameOf, PRIMARY, SECONDARY, testCloud, WITNESS } from "./cloud";

const PLACE: Place = { accountId: "123456789012", region: PRIMARY, name: "orders-logical" };

function model(type: string): AnyModel {
  const found = models.resources.find((candidate) => candidate.type === type);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
}

const TABLE = model("aws:dynamodb/table:Table");

const PLAIN = { name: "orders", billingMode: "PAY_PER_REQUEST", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
const STREAM = { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" };
const STRONG = {
  ...PLAIN,
  ...STREAM,
  attributes: [...PLAIN.attributes, { name: "owner_id", type: "S" }, { name: "created", type: "N" }],
  globalSecondaryIndexes: [
    {
      name: "ByOwner",
      keySchemas: [
        { attributeName: "owner_id", keyType: "HASH" },
        { attributeName: "created", keyType: "RANGE" },
      ],
      projectionType: "ALL",
    },
  ],
  replicas: [{ regionName: SECONDARY, consistencyMode: "STRONG", pointInTimeRecovery: true }],
  globalTableWitness: { regionName: WITNESS },
};
const EVENTUAL = { ...PLAIN, ...STREAM, replicas: [{ regionName: SECONDARY }] };

function bringToLife(inputs: Record<string, unknown>) {
  const { cloud, kernel } = testCloud();
  const { id, outputs } = TABLE.outputs(inputs, PLACE);
  const resource: GraphResource = {
    urn: "urn:pulumi:test::test::aws:dynamodb/table:Table::orders",
    type: TABLE.type,
    name: PLACE.name,
    id,
    region: PRIMARY,
    inputs,
    outputs,
    dependsOn: [],
    propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  };
  TABLE.live?.({ inputs, outputs, resource, blobs: new Map() }, cloud);
  return { cloud, kernel, call: caller(cloud), outputs };
}

const HOME_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
const PEER_ARN = "arn:aws:dynamodb:us-east-2:123456789012:table/orders";
const LABEL = "2026-01-01T00:00:00.000";

describe("what a program gets back for its table", () => {
  const rows: readonly (readonly [string, Record<string, unknown>, object])[] = [
    ["a regional table", PLAIN, { name: "orders", arn: HOME_ARN, streamArn: "", streamLabel: "", replicas: [] }],
    [
      "an eventual table: a stream in both regions",
      EVENTUAL,
      { streamArn: `${HOME_ARN}/stream/${LABEL}`, streamLabel: LABEL, replicas: [{ regionName: SECONDARY, arn: PEER_ARN, streamArn: `${PEER_ARN}/stream/${LABEL}` }] },
    ],
    [
      "a strong table: the provider leaves the replica's stream empty",
      STRONG,
      { streamArn: `${HOME_ARN}/stream/${LABEL}`, replicas: [{ regionName: SECONDARY, consistencyMode: "STRONG", arn: PEER_ARN, streamArn: "", streamLabel: "" }] },
    ],
  ];
  it.each(rows)("%s", (_, inputs, outputs) => {
    expect(TABLE.check(inputs, PLACE)).toEqual([]);
    expect(TABLE.outputs(inputs, PLACE)).toMatchObject({ id: "orders", outputs });
  });

  it("a table without a name gets the logical one and a suffix that is the same in every deployment", () => {
    const { name: _, ...nameless } = PLAIN;
    const [once, again] = [TABLE.outputs(nameless, PLACE), TABLE.outputs(nameless, PLACE)];
    expect(once.outputs["name"]).toMatch(/^orders-logical-[0-9a-f]{7}$/);
    expect(again).toEqual(once);
  });
});

describe("a table that comes to life", () => {
  it.each([
    ["regional", PLAIN, [true, false, false]],
    ["eventual", EVENTUAL, [true, true, false]],
    ["strong", STRONG, [true, true, false]],
  ])("a %s one has its items in its regions, never in the witness's", (mode, inputs, regions) => {
    const { cloud } = bringToLife(inputs);
    expect([PRIMARY, SECONDARY, WITNESS].map((region) => dynamodb(cloud, region).table("orders") !== undefined)).toEqual(regions);
    expect(dynamodb(cloud, PRIMARY).table("orders")?.membership.mode).toBe(mode);
  });

  it("has the stream whose ARN the program was given, and only there", () => {
    const strong = bringToLife(STRONG);
    expect(dynamodb(strong.cloud, PRIMARY).table("orders")?.stream?.arn).toBe(strong.outputs["streamArn"]);
    expect(dynamodb(strong.cloud, SECONDARY).table("orders")?.stream).toBeUndefined();
    const eventual = bringToLife(EVENTUAL);
    expect(dynamodb(eventual.cloud, SECONDARY).table("orders")?.stream?.arn).toBe(`${PEER_ARN}/stream/${LABEL}`);
  });

  it("has the keys and indexes of the program", async () => {
    const { call, kernel } = bringToLife(STRONG);
    const item = { id: { S: "a" }, owner_id: { S: "o" }, created: { N: "1" } };
    await call("PutItem", { TableName: "orders", Item: item });
    await kernel.run();
    const query = { IndexName: "ByOwner", KeyConditionExpression: "owner_id = :o", ExpressionAttributeValues: { ":o": { S: "o" } } };
    expect(await call("Query", { TableName: "orders", ...query }, SECONDARY)).toMatchObject({ ok: { Items: [item] } });
    expect(nameOf(await call("PutItem", { TableName: "orders", Item: { ...item, created: { S: "1" } } }))).toBe("ValidationException");
  });
});

describe("what the twin does not model is refused by name, not ignored", () => {
  const local = { name: "Local", rangeKey: "created", projectionType: "ALL" };
  const attributes = [...PLAIN.attributes, { name: "sort", type: "S" }, { name: "created", type: "N" }];
  it.each([
    ["localSecondaryIndexes", { ...PLAIN, rangeKey: "sort", attributes, localSecondaryIndexes: [local] }],
    ["restoreSourceName", { ...PLAIN, restoreSourceName: "before" }],
    ["restoreSourceTableArn", { ...PLAIN, restoreSourceTableArn: HOME_ARN }],
    ["restoreBackupArn", { ...PLAIN, restoreBackupArn: HOME_ARN }],
    ["importTable", { ...PLAIN, importTable: { inputFormat: "CSV", s3BucketSource: { bucket: "b" } } }],
  ])("%s", (property, inputs) => {
    expect(TABLE.check(inputs, PLACE)).toEqual([expect.objectContaining({ code: "dynamodb.not-modelled", property })]);
  });
});

it("a table, a tag and contributor insights refuse what their rules refuse", () => {
  const refusal = (type: string, inputs: Record<string, unknown>) => model(type).check(inputs, PLACE).map(({ code }) => code);
  expect(refusal(TABLE.type, { ...STRONG, globalTableWitness: { regionName: "eu-west-1" } })).toEqual(["dynamodb.strong-regions"]);
  expect(refusal("aws:dynamodb/tag:Tag", { resourceArn: "orders", key: "Region", value: SECONDARY })).toEqual(["dynamodb.tag-resource"]);
  expect(refusal("aws:dynamodb/contributorInsights:ContributorInsights", { tableName: "orders", mode: "ALL" })).toEqual(["dynamodb.insights-mode"]);
});

it("a replica's tag and contributor insights have the ids by which they are imported", () => {
  expect(model("aws:dynamodb/tag:Tag").outputs({ resourceArn: PEER_ARN, key: "Region", value: SECONDARY }, PLACE).id).toBe(`${PEER_ARN},Region`);
  expect(model("aws:dynamodb/contributorInsights:ContributorInsights").outputs({ tableName: "orders" }, PLACE).id).toBe("name:orders/index:/123456789012");
});

it.each(["name", "hashKey", "rangeKey", "region"])("changing a table's %s replaces it, which a plan must show", (property) => {
  expect(TABLE.replaceOn).toContain(property);
});
