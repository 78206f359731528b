import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CONTROL, PAYMENTS } from "../lambda/shared/constants";
import type { Config } from "./config";
import { GLOBAL, namer } from "./naming";
import type { RegionContext } from "./regions";

/** The global table. */
export interface PaymentsTable {
  /** The same in both regions. */
  readonly name: pulumi.Output<string>;
  readonly consistency: Config["consistency"];
  /** The ARN of a region's own replica. */
  arnIn(region: string): pulumi.Output<string>;
  /** The ARN of a region's own stream; empty where the provider leaves it off, see lib/streams.ts. */
  streamArnIn(region: string): pulumi.Output<string>;
  /** What must come before other changes of the peer's replica: it is there, and its tags are being changed no more. */
  readonly ready: readonly pulumi.Resource[];
}

export interface ControlTable {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

type TableConfig = Pick<Config, "environment" | "consistency" | "witnessRegion" | "protect" | "tableService" | "warmThroughput">;

const keyed = (warmThroughput: TableConfig["warmThroughput"]) =>
  [PAYMENTS.customerIndex, PAYMENTS.statusIndex].map(({ name, hash, range }) => ({
    name,
    keySchemas: [
      { attributeName: hash, keyType: "HASH" },
      { attributeName: range, keyType: "RANGE" },
    ],
    projectionType: "ALL",
    ...(warmThroughput ? { warmThroughput } : {}),
  }));

const ATTRIBUTES = [...new Set([PAYMENTS.hashKey, ...[PAYMENTS.customerIndex, PAYMENTS.statusIndex].flatMap(({ hash, range }) => [hash, range])])];

/** The payments table with a replica in both regions; `strong` adds the witness that makes the quorum. */
export function createPaymentsTable(primary: RegionContext, secondary: RegionContext, config: TableConfig): PaymentsTable {
  const { consistency, witnessRegion, protect, warmThroughput } = config;
  const name = namer(GLOBAL, config.environment)(config.tableService, "table");
  const table = new aws.dynamodb.Table(
    // The mode is fixed when a table is made. With the mode in the logical name another mode is another resource: its
    // creation fails on the name that is taken (and `protect` refuses the plan) before anything happens to the live table.
    `${name}-${consistency}`,
    {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: PAYMENTS.hashKey,
      attributes: ATTRIBUTES.map((attribute) => ({ name: attribute, type: "S" })),
      globalSecondaryIndexes: keyed(warmThroughput),
      streamEnabled: true,
      streamViewType: PAYMENTS.streamViewType,
      serverSideEncryption: { enabled: true, kmsKeyArn: primary.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protect,
      replicas: [
        {
          regionName: secondary.region,
          // Another key later would remove the replica and make it anew.
          kmsKeyArn: secondary.key.arn,
          ...(consistency === "strong" ? { consistencyMode: "STRONG" } : {}),
          pointInTimeRecovery: true,
          deletionProtectionEnabled: protect,
          // The table's tags name the primary; the replica gets its own below.
          propagateTags: false,
        },
      ],
      ...(witnessRegion === undefined ? {} : { globalTableWitness: { regionName: witnessRegion } }),
      ...(warmThroughput ? { warmThroughput } : {}),
    },
    {
      ...primary.options,
      protect,
      // A restore names another generation: what the old table holds stays, outside the stack.
      retainOnDelete: protect,
      // DynamoDB raises warm throughput by itself and never lowers it.
      ignoreChanges: ["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"],
    },
  );
  const replica = replicaArn(table, secondary.region);
  const arns = { [primary.region]: table.arn, [secondary.region]: replica };
  const streams = { [primary.region]: table.streamArn, [secondary.region]: replicaStream(table, secondary.region) };
  return {
    name: table.name,
    consistency,
    ready: [table, ...tagReplica(name, replica, secondary)],
    arnIn: (region) => {
      const arn = arns[region];
      if (!arn) throw new Error(`${name} has no replica in ${region}`);
      return arn;
    },
    streamArnIn: (region) => {
      const arn = streams[region];
      if (!arn) throw new Error(`${name} has no replica in ${region}`);
      return arn;
    },
  };
}

/** The ARN of a table's replica in a region. Replicas are a set: the order says nothing. */
export function replicaArn(table: aws.dynamodb.Table, region: string): pulumi.Output<string> {
  return pulumi.all([table.name, table.replicas]).apply(([name, replicas = []]) => {
    const arn = replicas.find(({ regionName }) => regionName === region)?.arn;
    if (!arn) throw new Error(`${name} has no replica in ${region}`);
    return arn;
  });
}

const replicaStream = (table: aws.dynamodb.Table, region: string): pulumi.Output<string> =>
  table.replicas.apply((replicas = []) => replicas.find(({ regionName }) => regionName === region)?.streamArn ?? "");

/**
 * The provider's default tags do not reach a replica that the table's resource makes in another region. One after the
 * other: DynamoDB refuses a change of a table's tags while another is under way (hashicorp/terraform-provider-aws#39275, #39361).
 * @returns the tags; the last one waits for all others
 */
export function tagReplica(name: string, replicaArn: pulumi.Input<string>, { region, tags, options }: RegionContext): readonly pulumi.Resource[] {
  return Object.entries(tags).reduce<readonly pulumi.Resource[]>(
    (made, [key, value]) => [...made, new aws.dynamodb.Tag(`${name}-${region}-${key}`, { resourceArn: replicaArn, key, value }, { ...options, dependsOn: made.slice(-1) })],
    [],
  );
}

/** The latch's table, in the secondary only: latching needs no quorum and no answer from the primary. */
export function createControlTable(secondary: RegionContext, { protect }: Pick<Config, "protect">): ControlTable {
  const name = secondary.name("payments-control", "table");
  return new aws.dynamodb.Table(
    name,
    {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: CONTROL.hashKey,
      attributes: [{ name: CONTROL.hashKey, type: "S" }],
      serverSideEncryption: { enabled: true, kmsKeyArn: secondary.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protect,
    },
    { ...secondary.options, protect },
  );
}
