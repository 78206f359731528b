import { keyPolicy } from "../../../lib/policies/keys";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { dynamodb } from "../../../twin/models/dynamodb";

const ACCOUNT = "123456789012";
const HOME = "us-east-1";
const PEER = "us-east-2";
const keyArn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/k`;

const resource = (type: string, urn: string, region: string, inputs: Readonly<Record<string, unknown>>, more: Partial<GraphResource> = {}): GraphResource => ({
  urn, type, name: urn, id: urn, region, inputs, outputs: {}, dependsOn: [], propertyDependencies: {},
  options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true }, ...more,
});
const refusals = (...resources: readonly GraphResource[]): readonly string[] =>
  (dynamodb.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code, resource: urn }) => `${code} ${urn}`);

const key = (region: string, policy: unknown = keyPolicy(region, ACCOUNT)): GraphResource =>
  resource("aws:kms/key:Key", `key-${region}`, region, { policy: JSON.stringify(policy) }, { outputs: { arn: keyArn(region) } });
const table = (replicas: readonly unknown[]): GraphResource =>
  resource("aws:dynamodb/table:Table", "orders", HOME, { serverSideEncryption: { enabled: true, kmsKeyArn: keyArn(HOME) }, replicas });
const REPLICA = { regionName: PEER, kmsKeyArn: keyArn(PEER) };

/** A key that its account uses through DynamoDB, of some regions. */
const through = (...values: readonly string[]): unknown => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*", Condition: { StringLike: { "kms:ViaService": values } } }],
});

describe("the keys of a global table let DynamoDB in from the table's other regions, or no replica can be made", () => {
  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["the platform's keys do", [key(HOME), key(PEER), table([REPLICA])], []],
    ["a key for one region's DynamoDB does not", [key(HOME), key(PEER, through(`dynamodb.${PEER}.amazonaws.com`)), table([REPLICA])], ["dynamodb.global-key key-us-east-2"]],
    ["nor does the home's", [key(HOME, through(`dynamodb.${HOME}.amazonaws.com`)), key(PEER), table([REPLICA])], ["dynamodb.global-key key-us-east-1"]],
    ["a key for both does", [key(HOME), key(PEER, through(`dynamodb.${HOME}.amazonaws.com`, `dynamodb.${PEER}.amazonaws.com`)), table([REPLICA])], []],
    ["a table of one region needs its own alone", [key(HOME, through(`dynamodb.${HOME}.amazonaws.com`)), table([])], []],
    ["a key of another program is not judged", [table([REPLICA])], []],
  ])("%s", (_, resources, expected) => expect(refusals(...resources)).toEqual(expected));
});

describe("tags of one table are changed one after the other, or DynamoDB refuses some of them", () => {
  const tag = (urn: string, dependsOn: readonly string[] = [], of = PEER): GraphResource =>
    resource("aws:dynamodb/tag:Tag", urn, of, { resourceArn: `arn:aws:dynamodb:${of}:${ACCOUNT}:table/orders`, key: urn, value: "x" }, { dependsOn });

  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["two at once", [tag("a"), tag("b")], ["dynamodb.tag-order b"]],
    ["one after the other", [tag("a"), tag("b", ["a"]), tag("c", ["b"])], []],
    ["two after one", [tag("a"), tag("b", ["a"]), tag("c", ["a"])], ["dynamodb.tag-order c"]],
    ["two tables'", [tag("a"), tag("b", [], HOME)], []],
  ])("%s", (_, resources, expected) => expect(refusals(...resources)).toEqual(expected));
});
