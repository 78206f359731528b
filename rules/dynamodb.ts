import { attributeObjections, indexObjections, named, when, type TableObjection, type TableRules, type WarmThroughput } from "./dynamodb-keys";

export type { TableObjection, TableRules } from "./dynamodb-keys";

/** AWS's rules for DynamoDB tables, as pure functions. Each objection says what was given, what is allowed, how to fix it. */

/**
 * The region sets of multi-Region strong consistency: replicas and witness come from one of them.
 * Source: API reference, "CreateGlobalTableWitnessGroupMemberAction" (RegionName).
 */
export const REGION_SETS: readonly (readonly string[])[] = [
  ["us-east-1", "us-east-2", "us-west-2"],
  ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"],
  ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
];

/** The regions that may hold the witness of a table in two regions; none when the two are not of one region set. */
export function witnessChoices(primary: string, secondary: string): readonly string[] {
  if (primary === secondary) return [];
  const set = REGION_SETS.find((regions) => regions.includes(primary) && regions.includes(secondary)) ?? [];
  return set.filter((region) => region !== primary && region !== secondary);
}

/** Are these three different members of one region set? */
export const formStrongTable = (regions: readonly string[]): boolean =>
  regions.length === 3 &&
  new Set(regions).size === 3 &&
  REGION_SETS.some((set) => regions.every((region) => set.includes(region)));

/** Every objection to a table in `region`. */
export function tableObjections(table: TableRules, region: string): readonly TableObjection[] {
  return [
    ...nameObjections(table),
    ...capacityObjections(table),
    ...indexObjections(table),
    ...attributeObjections(table),
    ...streamObjections(table),
    ...(isStrong(table) ? strongObjections(table, region) : eventualObjections(table, region)),
  ];
}

const isStrong = (table: TableRules): boolean =>
  table.globalTableWitness !== undefined || (table.replicas ?? []).some(({ consistencyMode }) => consistencyMode === "STRONG");

const nameObjections = ({ name, hashKey }: TableRules): TableObjection[] => [
  ...named("table-name", "name", name),
  ...when(!hashKey, "hash-key", "hashKey", "got none; a table needs a partition key"),
];

/** Least warm throughput of an on-demand table. Source: "Understanding DynamoDB warm throughput". */
export const WARM_MINIMUM = { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 } as const;

function capacityObjections(table: TableRules): TableObjection[] {
  const mode = table.billingMode ?? "PROVISIONED";
  const onDemand = mode === "PAY_PER_REQUEST";
  const { recoveryPeriodInDays: days } = table.pointInTimeRecovery ?? {};
  const indexes = (table.globalSecondaryIndexes ?? []).map((index) => [`globalSecondaryIndexes.${index.name}.warmThroughput`, index.warmThroughput] as const);
  return [
    ...when(!onDemand && mode !== "PROVISIONED", "billing-mode", "billingMode", `got ${mode}; allowed: PAY_PER_REQUEST, PROVISIONED`),
    ...when(
      mode === "PROVISIONED" && (table.readCapacity === undefined || table.writeCapacity === undefined),
      "billing-mode",
      "billingMode",
      `got ${table.billingMode ?? "none (PROVISIONED)"} without readCapacity and writeCapacity; state both, or PAY_PER_REQUEST`,
    ),
    ...when(
      onDemand && (table.readCapacity !== undefined || table.writeCapacity !== undefined),
      "billing-mode",
      "readCapacity",
      "got a capacity with PAY_PER_REQUEST; leave readCapacity and writeCapacity out",
    ),
    ...[["warmThroughput", table.warmThroughput] as const, ...indexes].flatMap(([property, warm]) => warmObjections(property, warm)),
    ...when(
      days !== undefined && (days < 1 || days > 35),
      "recovery-period",
      "pointInTimeRecovery",
      `recoveryPeriodInDays: got ${days}; allowed 1-35 (days)`,
    ),
  ];
}

const warmObjections = (property: string, warm: WarmThroughput = {}): TableObjection[] =>
  (["readUnitsPerSecond", "writeUnitsPerSecond"] as const).flatMap((unit) => {
    const given = warm[unit];
    return when(given !== undefined && given < WARM_MINIMUM[unit], "warm-throughput", property, `${unit}: got ${given}; allowed from ${WARM_MINIMUM[unit]}`);
  });

/** Source: API reference, "StreamSpecification". */
export const STREAM_VIEWS = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] as const;

const streamObjections = ({ streamEnabled, streamViewType }: TableRules): TableObjection[] => [
  ...when(
    streamEnabled === true && !STREAM_VIEWS.some((view) => view === streamViewType),
    "stream-view",
    "streamViewType",
    `got ${streamViewType ?? "none"}; allowed: ${STREAM_VIEWS.join(", ")}`,
  ),
  ...when(
    streamEnabled !== true && streamViewType !== undefined && streamViewType !== "",
    "stream-view",
    "streamViewType",
    `got ${streamViewType} without streamEnabled: true; state both or none`,
  ),
];

/** Source: "How DynamoDB global tables work" and "DynamoDB global tables: multi-Region strong consistency". */
function strongObjections(table: TableRules, region: string): TableObjection[] {
  const { replicas = [], globalTableWitness, ttl, localSecondaryIndexes = [] } = table;
  const strong = replicas.filter(({ consistencyMode }) => consistencyMode === "STRONG").map(({ regionName }) => regionName);
  const witness = globalTableWitness?.regionName;
  const members = [region, ...strong, ...(witness ? [witness] : [])];
  return [
    ...when(
      replicas.length !== 1 || strong.length !== 1 || !witness,
      "strong-members",
      "replicas",
      `got ${replicas.length} replicas, ${strong.length} of them STRONG, and ${witness ? "a" : "no"} witness; ` +
        'a strong table is exactly one replica with consistencyMode "STRONG" and a globalTableWitness',
    ),
    ...when(
      strong.length === 1 && witness !== undefined && !formStrongTable(members),
      "strong-regions",
      "globalTableWitness",
      `got ${members.join(", ")}; allowed: three different members of one set: ${REGION_SETS.map((set) => set.join(", ")).join(" | ")}`,
    ),
    ...when(ttl?.enabled === true, "strong-ttl", "ttl", "got a ttl on a strong table; multi-Region strong consistency has none: leave it out"),
    ...when(
      localSecondaryIndexes.length > 0,
      "strong-local-index",
      "localSecondaryIndexes",
      "got local indexes on a strong table; multi-Region strong consistency has none: use global ones",
    ),
  ];
}

/** Source: "How DynamoDB global tables work" (streams); the provider switches an unstated stream off again. */
function eventualObjections({ replicas = [], streamEnabled, streamViewType }: TableRules, region: string): TableObjection[] {
  const regions = [region, ...replicas.map(({ regionName }) => regionName)];
  return [
    ...when(
      replicas.length > 0 && (streamEnabled !== true || streamViewType !== "NEW_AND_OLD_IMAGES"),
      "replica-stream",
      "streamEnabled",
      `got streamEnabled ${streamEnabled}, streamViewType ${streamViewType ?? "none"}; replicas need streamEnabled: true with NEW_AND_OLD_IMAGES`,
    ),
    ...when(new Set(regions).size !== regions.length, "replica-regions", "replicas", `got ${regions.join(", ")}; each region holds one replica`),
    ...replicas.flatMap(({ consistencyMode: mode }) =>
      when(mode !== undefined && mode !== "EVENTUAL" && mode !== "STRONG", "replica-mode", "replicas", `got ${mode}; allowed: EVENTUAL, STRONG`),
    ),
  ];
}

/** Source: API reference, "Tag" and "TagResource". */
export function tagObjections(tag: { readonly resourceArn: string; readonly key: string; readonly value: string }): readonly TableObjection[] {
  return [
    ...when(
      !/^arn:aws[\w-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[^/]+$/.test(tag.resourceArn),
      "tag-resource",
      "resourceArn",
      `got ${tag.resourceArn}; allowed: the ARN of a table or replica, as its resource gives it`,
    ),
    ...when(tag.key.length < 1 || tag.key.length > 128, "tag-key", "key", `got ${tag.key.length} characters; allowed 1-128`),
    ...when(tag.key.startsWith("aws:"), "tag-key", "key", `got ${tag.key}; the prefix aws: is AWS's own`),
    ...when(tag.value.length > 256, "tag-value", "value", `got ${tag.value.length} characters; allowed up to 256`),
  ];
}

/** Source: API reference, "UpdateContributorInsights". */
export const INSIGHTS_MODES = ["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"] as const;

export function insightsObjections(insights: {
  readonly tableName: string;
  readonly indexName?: string | undefined;
  readonly mode?: string | undefined;
}): readonly TableObjection[] {
  const { tableName, indexName, mode } = insights;
  return [
    ...named("table-name", "tableName", tableName),
    ...named("index-name", "indexName", indexName),
    ...when(
      mode !== undefined && !INSIGHTS_MODES.some((allowed) => allowed === mode),
      "insights-mode",
      "mode",
      `got ${mode}; allowed: ${INSIGHTS_MODES.join(", ")}`,
    ),
  ];
}
