import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { admitsThrough, keyOf } from "./key-use";
import { waitsFor } from "./s3-graph";

const TABLE = "aws:dynamodb/table:Table";
const TAG = "aws:dynamodb/tag:Tag";

const refuse = ({ urn }: GraphResource, code: string, property: string, message: string): Refusal => ({ code: `dynamodb.${code}`, resource: urn, property, message });

/** The parts of aws.dynamodb.TableArgs that are looked at. */
interface Keyed {
  readonly serverSideEncryption?: { readonly kmsKeyArn?: string };
  readonly replicas?: readonly { readonly regionName: string; readonly kmsKeyArn?: string }[];
}

/** What DynamoDB does with a replica's key on behalf of whoever makes the table. "DynamoDB encryption at rest: usage notes". */
const KEY_USES = ["kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKey", "kms:Decrypt"];

/**
 * "DynamoDB encryption at rest: usage notes", "Key policy for a customer managed key": the permission must be independent
 * of any region, since DynamoDB makes cross-region calls for global tables.
 */
function globalKeys(graph: Graph): readonly Refusal[] {
  return ofType(graph, TABLE).flatMap((table) => {
    const { serverSideEncryption, replicas = [] } = table.inputs as Keyed;
    const members = [{ regionName: table.region ?? "", kmsKeyArn: serverSideEncryption?.kmsKeyArn }, ...replicas];
    return members.flatMap(({ regionName, kmsKeyArn = "" }) => {
      const found = keyOf(graph, kmsKeyArn);
      if (!found) return [];
      const others = members.filter((other) => other.regionName !== regionName).map((other) => `dynamodb.${other.regionName}.amazonaws.com`);
      const missing = others.flatMap((service) => KEY_USES.filter((action) => !admitsThrough(found.policy, kmsKeyArn, action, service)));
      if (missing.length === 0) return [];
      const message = `does not let DynamoDB of the table's other regions use the key (${[...new Set(missing)].join(", ")}), so the global table ${table.name} cannot have a replica here; allow kms:ViaService dynamodb.*.amazonaws.com`;
      return [refuse(found.key, "global-key", "policy", message)];
    });
  });
}

/** "TagResource" (DynamoDB API reference) ends later than it answers; another one of the same table is refused until then. */
function tagsOneByOne(graph: Graph): readonly Refusal[] {
  const tags = ofType(graph, TAG);
  const order = new Map(tags.map((tag) => [tag.urn, waitsFor(graph, tag)]));
  const together = (a: GraphResource, b: GraphResource): boolean => a.inputs["resourceArn"] === b.inputs["resourceArn"] && !order.get(a.urn)?.has(b.urn) && !order.get(b.urn)?.has(a.urn);
  return tags.flatMap((tag, index) => {
    const other = tags.slice(0, index).find((before) => together(tag, before));
    return other ? [refuse(tag, "tag-order", "resourceArn", `is made at the same time as ${other.name}; DynamoDB refuses two changes of a table's tags at once: name one in the other's dependsOn`)] : [];
  });
}

/** What only shows across resources. */
export const dynamodbGraph = (graph: Graph): readonly Refusal[] => [...globalKeys(graph), ...tagsOneByOne(graph)];
