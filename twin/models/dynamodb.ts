import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { insightsObjections, tableObjections, tagObjections, WARM_MINIMUM } from "../../rules/dynamodb";
import { createTable, STREAM_VIEW_TYPES, type IndexDefinition, type TableDefinition, type TableSpec } from "../services/dynamodb";
import { tableArn } from "../services/dynamodb/create";
import { dynamodbGraph } from "./dynamodb-graph";
import { stableId } from "./ids";
import { defineModel, type LiveResource, type Objection, type Place, type ServiceModels } from "./model";

type Args = aws.dynamodb.TableArgs;
type Inputs = pulumi.Unwrap<Args>;

/** When the streams of a deployment were switched on: a fixed instant, since outputs are the same in every deployment. */
const STREAM_LABEL = "2026-01-01T00:00:00.000";

/** The provider's automatic name: the logical one and seven characters. */
const nameOf = (given: string | undefined, place: Pick<Place, "name" | "region">): string =>
  given ?? `${place.name}-${stableId(7, place.name, place.region)}`;

/** What AWS has and this twin has not: refused, so that nobody relies on it. */
function beyondTheTwin(inputs: Inputs): readonly Objection[] {
  const absent = (["localSecondaryIndexes", "importTable", "restoreBackupArn", "restoreSourceName", "restoreSourceTableArn"] as const).filter((name) => {
    const value = inputs[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  return absent.map((property) => ({
    code: "dynamodb.not-modelled",
    property,
    message: `got ${property}, which this twin does not model; leave it out`,
  }));
}

const isStrong = ({ globalTableWitness, replicas = [] }: Inputs): boolean =>
  globalTableWitness !== undefined || replicas.some(({ consistencyMode }) => consistencyMode === "STRONG");

function tableOutputs(inputs: Inputs, place: Place): { readonly id: string; readonly outputs: Readonly<Record<string, unknown>> } {
  const name = nameOf(inputs.name, place);
  const strong = isStrong(inputs);
  const streamed = inputs.streamEnabled === true;
  const stream = (arn: string, on: boolean) => ({ streamArn: on ? `${arn}/stream/${STREAM_LABEL}` : "", streamLabel: on ? STREAM_LABEL : "" });
  const arn = tableArn(place.region, place.accountId, name);
  return {
    id: name,
    outputs: {
      name,
      arn,
      ...stream(arn, streamed),
      streamViewType: inputs.streamViewType ?? "",
      billingMode: inputs.billingMode ?? "PROVISIONED",
      readCapacity: inputs.readCapacity ?? 0,
      writeCapacity: inputs.writeCapacity ?? 0,
      tableClass: inputs.tableClass ?? "STANDARD",
      pointInTimeRecovery: { recoveryPeriodInDays: 35, ...(inputs.pointInTimeRecovery ?? { enabled: false }) },
      serverSideEncryption: inputs.serverSideEncryption ?? { enabled: false },
      ttl: inputs.ttl ?? { enabled: false },
      warmThroughput: inputs.warmThroughput ?? WARM_MINIMUM,
      // The provider switches on the home region's stream only: in strong mode a replica's stays empty.
      replicas: (inputs.replicas ?? []).map((replica) => {
        const replicaArn = tableArn(replica.regionName, place.accountId, name);
        return { consistencyMode: "EVENTUAL", ...replica, arn: replicaArn, ...stream(replicaArn, streamed && !strong) };
      }),
    },
  };
}

type KeyTypes = ReadonlyMap<string, string>;

/** The checks have made sure of the types: these are the guards that the compiler sees. */
function keyAttribute(name: string, types: KeyTypes): TableDefinition["keys"]["hash"] {
  const type = types.get(name);
  if (type !== "S" && type !== "N" && type !== "B") throw new Error(`key ${name}: got type ${type}; allowed S, N, B`);
  return { name, type };
}

const keysOf = (hash: string, range: string | undefined, types: KeyTypes): TableDefinition["keys"] => ({
  hash: keyAttribute(hash, types),
  ...(range ? { range: keyAttribute(range, types) } : {}),
});

type IndexInputs = NonNullable<Inputs["globalSecondaryIndexes"]>[number];

function indexDefinition(index: IndexInputs, types: KeyTypes): IndexDefinition {
  const { projectionType } = index;
  if (projectionType !== "ALL" && projectionType !== "KEYS_ONLY" && projectionType !== "INCLUDE") {
    throw new Error(`index ${index.name}: got projection ${projectionType}; allowed ALL, KEYS_ONLY, INCLUDE`);
  }
  const [hash, range] = index.keySchemas ?? [];
  return {
    name: index.name,
    ...keysOf(hash?.attributeName ?? "", range?.attributeName, types),
    projection: projectionType,
    nonKeyAttributes: index.nonKeyAttributes ?? [],
  };
}

function definitionOf(inputs: Inputs, name: string): TableDefinition {
  const types = new Map((inputs.attributes ?? []).map((attribute) => [attribute.name, attribute.type]));
  return {
    name,
    keys: keysOf(inputs.hashKey ?? "", inputs.rangeKey, types),
    indexes: (inputs.globalSecondaryIndexes ?? []).map((index) => indexDefinition(index, types)),
    billingMode: inputs.billingMode === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED",
    deletionProtection: inputs.deletionProtectionEnabled ?? false,
  };
}

/** Each region's replica is under a key of its own region. */
function keysOfRegions({ serverSideEncryption, replicas = [] }: Inputs, home: string): Readonly<Record<string, string>> {
  const own = serverSideEncryption?.enabled === true ? serverSideEncryption.kmsKeyArn : undefined;
  const all = [{ regionName: home, kmsKeyArn: own }, ...replicas];
  return Object.fromEntries(all.flatMap(({ regionName, kmsKeyArn }) => (kmsKeyArn === undefined ? [] : [[regionName, kmsKeyArn]])));
}

function specOf({ inputs, outputs, resource }: LiveResource<Args>): TableSpec {
  if (resource.region === undefined) throw new Error(`${resource.urn}: a table without a region`);
  const replicas = inputs.replicas ?? [];
  const witness = inputs.globalTableWitness?.regionName;
  const viewType = STREAM_VIEW_TYPES.find((type) => inputs.streamEnabled === true && type === inputs.streamViewType);
  return {
    definition: definitionOf(inputs, String(outputs["name"])),
    membership: {
      mode: isStrong(inputs) ? "strong" : replicas.length > 0 ? "eventual" : "regional",
      regions: [resource.region, ...replicas.map(({ regionName }) => regionName)],
      ...(witness === undefined ? {} : { witness }),
    },
    ...(viewType ? { stream: { viewType, label: STREAM_LABEL } } : {}),
    keys: keysOfRegions(inputs, resource.region),
  };
}

const table = defineModel<Args>({
  type: "aws:dynamodb/table:Table",
  check: (inputs, place) => [...tableObjections(inputs, place.region), ...beyondTheTwin(inputs)],
  outputs: tableOutputs,
  replaceOn: [
    "name",
    "hashKey",
    "rangeKey",
    "localSecondaryIndexes",
    "importTable",
    "restoreBackupArn",
    "restoreDateTime",
    "restoreSourceName",
    "restoreSourceTableArn",
    "restoreToLatestTime",
    "region",
  ],
  live: (live, cloud) => createTable(cloud, specOf(live)),
});

const tag = defineModel<aws.dynamodb.TagArgs>({
  type: "aws:dynamodb/tag:Tag",
  check: (inputs) => tagObjections(inputs),
  outputs: ({ resourceArn, key }) => ({ id: `${resourceArn},${key}`, outputs: {} }),
  replaceOn: ["key", "resourceArn", "region"],
});

const contributorInsights = defineModel<aws.dynamodb.ContributorInsightsArgs>({
  type: "aws:dynamodb/contributorInsights:ContributorInsights",
  check: (inputs) => insightsObjections(inputs),
  outputs: ({ tableName, indexName, mode }, { accountId }) => ({
    id: `name:${tableName}/index:${indexName ?? ""}/${accountId}`,
    outputs: { mode: mode ?? "ACCESSED_AND_THROTTLED_KEYS" },
  }),
  replaceOn: ["indexName", "tableName", "region"],
});

export const dynamodb: ServiceModels = { resources: [table, tag, contributorInsights], graph: dynamodbGraph };
