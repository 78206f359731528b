/** AWS's rules for the keys, attributes and indexes of DynamoDB tables, and what all rules for tables share. */
import { nameObjection } from "./names";

/** What is wrong with one property of a table, and the stable code of the rule. */
export interface TableObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

/** The parts of a table's declaration that AWS's rules speak of; names as in the Pulumi provider. */
export interface TableRules {
  readonly name?: string | undefined;
  readonly hashKey?: string | undefined;
  readonly rangeKey?: string | undefined;
  readonly billingMode?: string | undefined;
  readonly readCapacity?: number | undefined;
  readonly writeCapacity?: number | undefined;
  readonly attributes?: readonly { readonly name: string; readonly type: string }[] | undefined;
  readonly globalSecondaryIndexes?: readonly IndexRules[] | undefined;
  readonly localSecondaryIndexes?: readonly { readonly name: string; readonly rangeKey: string }[] | undefined;
  readonly streamEnabled?: boolean | undefined;
  readonly streamViewType?: string | undefined;
  readonly ttl?: { readonly enabled?: boolean | undefined; readonly attributeName?: string | undefined } | undefined;
  readonly replicas?: readonly { readonly regionName: string; readonly consistencyMode?: string | undefined }[] | undefined;
  readonly globalTableWitness?: { readonly regionName?: string | undefined } | undefined;
  readonly warmThroughput?: WarmThroughput | undefined;
  readonly pointInTimeRecovery?: { readonly enabled: boolean; readonly recoveryPeriodInDays?: number | undefined } | undefined;
}

export interface IndexRules {
  readonly name: string;
  readonly hashKey?: string | undefined;
  readonly rangeKey?: string | undefined;
  readonly keySchemas?: readonly { readonly attributeName: string; readonly keyType: string }[] | undefined;
  readonly projectionType: string;
  readonly nonKeyAttributes?: readonly string[] | undefined;
  readonly warmThroughput?: WarmThroughput | undefined;
}

export interface WarmThroughput {
  readonly readUnitsPerSecond?: number | undefined;
  readonly writeUnitsPerSecond?: number | undefined;
}

const objection = (code: string, property: string, message: string): TableObjection => ({ code: `dynamodb.${code}`, property, message });

export const when = (wrong: boolean, code: string, property: string, message: string): TableObjection[] =>
  wrong ? [objection(code, property, message)] : [];

/** Indexes are named by the same rule as tables. */
export function named(code: string, property: string, name: string | undefined): TableObjection[] {
  const problem = name === undefined ? undefined : nameObjection("table", name);
  return problem === undefined ? [] : [objection(code, property, problem)];
}

/** Source: API reference, "Projection". */
const PROJECTIONS = ["ALL", "KEYS_ONLY", "INCLUDE"];
/** Source: "Quotas in Amazon DynamoDB" (secondary indexes). */
const MAX_INDEXES = 20;

export function indexObjections({ globalSecondaryIndexes = [], localSecondaryIndexes = [] }: TableRules): TableObjection[] {
  const property = "globalSecondaryIndexes";
  const names = globalSecondaryIndexes.map(({ name }) => name);
  return [
    ...when(new Set(names).size !== names.length, "index-name", property, `got ${names.join(", ")}; each index needs its own name`),
    ...[...globalSecondaryIndexes, ...localSecondaryIndexes].flatMap(({ name }) => named("index-name", property, name)),
    ...when(names.length > MAX_INDEXES, "index-count", property, `got ${names.length}; allowed up to ${MAX_INDEXES}`),
    ...globalSecondaryIndexes.flatMap((index) => {
      const { name, hashKey, rangeKey, keySchemas = [], projectionType, nonKeyAttributes = [] } = index;
      const types = keySchemas.map(({ keyType }) => keyType).join(",");
      return [
        ...when(
          hashKey !== undefined || rangeKey !== undefined,
          "index-keys",
          property,
          `${name}: got hashKey or rangeKey, deprecated by the provider; state keySchemas: [{attributeName, keyType: "HASH"}, …]`,
        ),
        ...when(
          hashKey === undefined && types !== "HASH" && types !== "HASH,RANGE",
          "index-keys",
          property,
          `${name}: got keySchemas of ${types || "nothing"}; allowed: one HASH, then at most one RANGE`,
        ),
        ...when(!PROJECTIONS.includes(projectionType), "index-projection", property, `${name}: got ${projectionType}; allowed: ${PROJECTIONS.join(", ")}`),
        ...when(
          (projectionType === "INCLUDE") !== nonKeyAttributes.length > 0,
          "index-projection",
          property,
          `${name}: got ${projectionType} with ${nonKeyAttributes.length} nonKeyAttributes; they go with INCLUDE, and only with it`,
        ),
      ];
    }),
  ];
}

/** `attributes` must be exactly the keys of the table and its indexes. Source: API reference, "CreateTable" (AttributeDefinitions). */
export function attributeObjections(table: TableRules): TableObjection[] {
  const attributes = table.attributes ?? [];
  const declared = attributes.map(({ name }) => name);
  const used = new Set(keysOf(table));
  const missing = [...used].filter((name) => !declared.includes(name));
  const unused = declared.filter((name) => !used.has(name));
  return [
    ...when(missing.length > 0, "attributes", "attributes", `keys without a type: ${missing.join(", ")}; declare each with its type`),
    ...when(unused.length > 0, "attributes", "attributes", `got ${unused.join(", ")}, which no key uses; declare only the keys of table and indexes`),
    ...when(new Set(declared).size !== declared.length, "attributes", "attributes", `got ${declared.join(", ")}; declare each once`),
    ...attributes.flatMap(({ name, type }) => when(!["S", "N", "B"].includes(type), "attributes", "attributes", `${name}: got type ${type}; allowed: S, N, B`)),
  ];
}

const keysOf = ({ hashKey, rangeKey, globalSecondaryIndexes = [], localSecondaryIndexes = [] }: TableRules): string[] =>
  [
    hashKey,
    rangeKey,
    ...globalSecondaryIndexes.flatMap((index) => [index.hashKey, index.rangeKey, ...(index.keySchemas ?? []).map((key) => key.attributeName)]),
    ...localSecondaryIndexes.map((index) => index.rangeKey),
  ].filter((name) => name !== undefined && name !== "") as string[]; // the filter leaves texts only
