import type {
  DescribeTableInput,
  DescribeTableOutput,
  KeySchemaElement,
  ListTablesInput,
  ListTablesOutput,
  TableDescription,
  UpdateTableInput,
  UpdateTableOutput,
} from "@aws-sdk/client-dynamodb";
import { isoTime } from "../../../lambda/shared/clock";
import { stableId } from "../../models/ids";
import { notFound, oneOf, positive, required } from "./input";
import { validation } from "./intake";
import type { Replica } from "./replica";
import { keyList, STREAM_VIEW_TYPES, type Keys } from "./schema";
import type { FindTable } from "./writes";

const keySchema = (keys: Keys): KeySchemaElement[] =>
  keyList(keys).map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" }));

/** What the table is and holds now. */
function description(table: Replica): TableDescription {
  const { definition, store, stream } = table;
  const attributes = new Map([definition.keys, ...definition.indexes].flatMap(keyList).map(({ name, type }) => [name, type]));
  return {
    TableName: definition.name,
    TableStatus: "ACTIVE",
    TableArn: table.arn,
    TableId: stableId(32, table.arn),
    ItemCount: store.itemCount,
    TableSizeBytes: store.sizeBytes,
    KeySchema: keySchema(definition.keys),
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    BillingModeSummary: { BillingMode: definition.billingMode },
    DeletionProtectionEnabled: table.deletionProtection,
    ...(definition.indexes.length > 0 ? { GlobalSecondaryIndexes: indexDescriptions(table) } : {}),
    ...(stream
      ? {
          StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
          LatestStreamArn: stream.arn,
          LatestStreamLabel: stream.label,
        }
      : {}),
    ...memberDescriptions(table),
  };
}

const indexDescriptions = ({ definition, store, arn }: Replica): NonNullable<TableDescription["GlobalSecondaryIndexes"]> =>
  definition.indexes.map(({ name, projection, nonKeyAttributes, ...keys }) => ({
    IndexName: name,
    IndexStatus: "ACTIVE",
    IndexArn: `${arn}/index/${name}`,
    ItemCount: store.indexes.get(name)?.entries.size ?? 0,
    KeySchema: keySchema(keys),
    Projection: { ProjectionType: projection, ...(projection === "INCLUDE" ? { NonKeyAttributes: [...nonKeyAttributes] } : {}) },
  }));

function memberDescriptions({ membership, region }: Replica): Partial<TableDescription> {
  const { mode, regions, witness } = membership;
  if (mode === "regional") return {};
  return {
    GlobalTableVersion: "2019.11.21",
    MultiRegionConsistency: mode === "strong" ? "STRONG" : "EVENTUAL",
    Replicas: regions.filter((other) => other !== region).map((RegionName) => ({ RegionName, ReplicaStatus: "ACTIVE" })),
    ...(witness === undefined ? {} : { GlobalTableWitnesses: [{ RegionName: witness, WitnessStatus: "ACTIVE" }] }),
  };
}

export const describeTable = (input: DescribeTableInput, find: FindTable): DescribeTableOutput => ({
  Table: description(find(input.TableName)),
});

const MAX_TABLES = 100;

export function listTables(input: ListTablesInput, names: readonly string[]): ListTablesOutput {
  const limit = positive(input.Limit, "Limit") ?? MAX_TABLES;
  const { ExclusiveStartTableName: start } = input;
  const rest = [...names].sort().filter((name) => start === undefined || name > start);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { TableNames: page, ...(last !== undefined && rest.length > page.length ? { LastEvaluatedTableName: last } : {}) };
}

const CHANGEABLE = ["StreamSpecification", "DeletionProtectionEnabled"] as const;

/** Changes a replica's own settings, one in a call as DynamoDB asks; the twin models no other change of a living table. */
export function updateTable(input: UpdateTableInput, find: FindTable, now: number): UpdateTableOutput {
  const table = find(input.TableName);
  const asked = Object.keys(input).filter((name) => name !== "TableName");
  const others = asked.filter((name) => !CHANGEABLE.some((known) => known === name));
  if (others.length > 0) throw validation(`UpdateTable with ${others.join(", ")} is not modelled by this twin; it changes ${CHANGEABLE.join(" and ")} only`);
  if (input.StreamSpecification) switchStream(table, input.StreamSpecification, now);
  if (input.DeletionProtectionEnabled !== undefined) table.deletionProtection = input.DeletionProtectionEnabled;
  if (asked.length === 0) throw validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
  return { TableDescription: description(table) };
}

function switchStream(table: Replica, { StreamEnabled, StreamViewType }: NonNullable<UpdateTableInput["StreamSpecification"]>, now: number): void {
  if (!StreamEnabled) {
    if (!table.stream) throw validation(`Table is already disabled for streams: TableName: ${table.definition.name}`);
    if (table.membership.mode === "eventual") throw validation("Streams cannot be disabled on a table with eventually consistent replicas");
    table.store.stream = undefined;
  } else {
    if (table.stream) throw validation(`Table already has an enabled stream: TableName: ${table.definition.name}`);
    table.enableStream(oneOf(required(StreamViewType, "StreamSpecification.StreamViewType"), "streamViewType", STREAM_VIEW_TYPES), isoTime(now).slice(0, -1));
  }
}

export const tableNotFound = (name: string): Error => notFound(`Requested resource not found: Table: ${name} not found`);
