import type { Cloud, Meter } from "../../cloud";
import { resourceOf } from "../../kernel/resource";
import type { Series } from "../cloudwatch/series";

const NAMESPACE = "AWS/DynamoDB";

/** Exceptions of a table that is throttled. DynamoDB developer guide, "Error handling with DynamoDB". */
const THROTTLES = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];
const READS = ["GetItem", "Query", "Scan", "BatchGetItem"];

interface ErrorShape {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly throttlingReasons?: readonly { readonly resource: string }[];
  readonly ThrottlingReasons?: readonly { readonly resource: string }[];
}

/** The index that a throttled request met its limit at; undefined = the table itself. */
const indexOf = ({ throttlingReasons, ThrottlingReasons }: ErrorShape): string | undefined =>
  (throttlingReasons ?? ThrottlingReasons)?.[0]?.resource.split("/index/")[1];

/**
 * What DynamoDB publishes of each call in its region. DynamoDB developer guide, "DynamoDB metrics and dimensions":
 * SystemErrors and SuccessfulRequestLatency by TableName and Operation; UserErrors has no dimension at all. Only what
 * was answered counts: of a call that the network swallowed DynamoDB knows nothing.
 */
export function tableMeter(cloud: Cloud, region: string): Meter {
  const known = new Map<string, Series>();
  const series = (name: string, table?: string, operation?: string, index?: string): Series => {
    const key = `${name}/${table ?? ""}/${operation ?? ""}/${index ?? ""}`;
    let found = known.get(key);
    if (!found) {
      const dimensions = { ...(table === undefined ? {} : { TableName: table }), ...(operation === undefined ? {} : { Operation: operation }), ...(index === undefined ? {} : { GlobalSecondaryIndexName: index }) };
      found = cloud.metrics.series(region, NAMESPACE, name, dimensions);
      known.set(key, found);
    }
    return found;
  };
  /** By table, then operation: what nearly every call ends in. */
  const latencies = new Map<string, Map<string, Series>>();
  const latency = (table: string, operation: string): Series => {
    let ofTable = latencies.get(table);
    if (!ofTable) latencies.set(table, (ofTable = new Map()));
    let found = ofTable.get(operation);
    if (!found) ofTable.set(operation, (found = series("SuccessfulRequestLatency", table, operation)));
    return found;
  };
  return ({ operation }, input, ms, error) => {
    const table = resourceOf(input);
    if (table === undefined) return;
    if (error === undefined) {
      latency(table, operation).add(ms);
      return;
    }
    const shape = error as ErrorShape; // AwsError, or what the door threw
    const { name = "", $metadata } = shape;
    const status = $metadata?.httpStatusCode ?? 0;
    if (status >= 500) series("SystemErrors", table, operation).add(1);
    else if (name === "ConditionalCheckFailedException") series("ConditionalCheckFailedRequests", table).add(1);
    else if (THROTTLES.includes(name)) {
      series("ThrottledRequests", table, operation).add(1);
      series(READS.includes(operation) ? "ReadThrottleEvents" : "WriteThrottleEvents", table, undefined, indexOf(shape)).add(1);
    } else if (status >= 400) series("UserErrors").add(1);
  };
}
