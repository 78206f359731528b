import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { createTable, dynamodb, type IndexDefinition, type TableSpec } from "../../../twin/services/dynamodb";

export const PRIMARY = "us-east-1";
export const SECONDARY = "us-east-2";
export const WITNESS = "us-west-2";
export const TABLE = "orders";

/** A cloud in virtual time without functions. */
export function testCloud(seed = 1): { readonly cloud: Cloud; readonly kernel: VirtualKernel } {
  const kernel = new VirtualKernel(seed);
  const functions = {
    environment: () => {
      throw new Error("this cloud runs no functions");
    },
  };
  return { cloud: new Cloud({ kernel, latency: noLatency, functions, accountId: "123456789012" }), kernel };
}

export const BY_OWNER: IndexDefinition = {
  name: "ByOwner",
  hash: { name: "owner_id", type: "S" },
  range: { name: "created", type: "N" },
  projection: "ALL",
  nonKeyAttributes: [],
};

const MEMBERSHIPS = {
  regional: { mode: "regional", regions: [PRIMARY] },
  eventual: { mode: "eventual", regions: [PRIMARY, SECONDARY] },
  strong: { mode: "strong", regions: [PRIMARY, SECONDARY], witness: WITNESS },
} as const satisfies Record<string, TableSpec["membership"]>;

/** A table `orders` with the key `id` and, unless told otherwise, the index ByOwner. */
export function orders(mode: keyof typeof MEMBERSHIPS, spec: { readonly stream?: boolean; readonly indexes?: readonly IndexDefinition[] } = {}): TableSpec {
  return {
    definition: {
      name: TABLE,
      keys: { hash: { name: "id", type: "S" } },
      indexes: spec.indexes ?? [BY_OWNER],
      billingMode: "PAY_PER_REQUEST",
      deletionProtection: false,
    },
    membership: MEMBERSHIPS[mode],
    ...(spec.stream ? { stream: { viewType: "NEW_AND_OLD_IMAGES", label: "2026-01-01T00:00:00.000" } } : {}),
  };
}

/** How an operation ended: its output, or the error's name. */
export type Outcome = { readonly ok: Record<string, unknown> } | { readonly error: string; readonly message: string; readonly item?: unknown };

export type Call = (operation: string, input: object, region?: string) => Promise<Outcome>;

/** Calls an operation of the twin as an SDK would, and tells how it ended. */
export const caller =
  (cloud: Cloud): Call =>
  async (operation, input, region = PRIMARY) => {
    try {
      const output = await cloud.call({ region, service: "dynamodb", operation }, input, {});
      return { ok: output as Record<string, unknown> }; // every operation answers an object
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { error: error.name, message: error.message, ...("Item" in error ? { item: error.Item } : {}) };
    }
  };

/** A cloud with one table and ways to write and read it by id. */
export function withTable(spec: TableSpec, seed = 1) {
  const { cloud, kernel } = testCloud(seed);
  createTable(cloud, spec);
  const call = caller(cloud);
  return {
    cloud,
    kernel,
    call,
    put: (id: string, value: string, region = PRIMARY) => call("PutItem", { TableName: TABLE, Item: { id: { S: id }, value: { S: value } } }, region),
    /** The item's value, `nothing`, or the error's name. */
    get: async (id: string, region = PRIMARY, ConsistentRead = false): Promise<string> => {
      const outcome = await call("GetItem", { TableName: TABLE, Key: { id: { S: id } }, ConsistentRead }, region);
      if ("error" in outcome) return outcome.error;
      const { Item } = outcome.ok as { Item?: { value?: { S: string } } }; // the shape of GetItem's output
      return Item?.value?.S ?? "nothing";
    },
    replica: (region = PRIMARY) => {
      const table = dynamodb(cloud, region).table(TABLE);
      if (!table) throw new Error(`no replica in ${region}`);
      return table;
    },
    run: (ms: number) => {
      // Time goes on though nothing may be pending.
      kernel.after(ms, () => undefined);
      return kernel.run({ untilMs: kernel.now() + ms });
    },
  };
}

/** The outcome's name: `ok` or the error's. */
export const nameOf = (outcome: Outcome): string => ("error" in outcome ? outcome.error : "ok");
