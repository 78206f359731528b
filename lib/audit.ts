import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { AUDIT } from "../lambda/shared/constants";
import type { Config } from "./config";
import { replicaArn, tagReplica } from "./dynamo";
import { GLOBAL, namer } from "./naming";
import type { RegionContext } from "./regions";

/** Who failed over, failed back, or saw it happen. */
export interface AuditTable {
  /** The same in both regions. */
  readonly name: pulumi.Output<string>;
  /** The ARN of a region's own replica. */
  readonly arns: Readonly<Record<RegionContext["role"], pulumi.Output<string>>>;
}

/**
 * The audit trail: made in the secondary, which writes it, with a replica in the primary, so that it can be read in
 * either region when the other is gone. Eventual, whatever the payments' mode: a trail must take a line while the peer
 * is lost, and no step ever waits for it. Entries do not expire: a failover leaves a few dozen, and auditors ask late.
 */
export function createAuditTable(primary: RegionContext, secondary: RegionContext, { environment, protect }: Pick<Config, "environment" | "protect">): AuditTable {
  const name = namer(GLOBAL, environment)("payments-audit", "table");
  const table = new aws.dynamodb.Table(
    name,
    {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: AUDIT.hashKey,
      rangeKey: AUDIT.rangeKey,
      attributes: [AUDIT.hashKey, AUDIT.rangeKey].map((attribute) => ({ name: attribute, type: "S" })),
      // Nobody reads the stream: replicas need it.
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      serverSideEncryption: { enabled: true, kmsKeyArn: secondary.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protect,
      replicas: [{ regionName: primary.region, kmsKeyArn: primary.key.arn, pointInTimeRecovery: true, deletionProtectionEnabled: protect, propagateTags: false }],
    },
    { ...secondary.options, protect },
  );
  const arns = { secondary: table.arn, primary: replicaArn(table, primary.region) };
  tagReplica(name, arns.primary, primary);
  return { name: table.name, arns };
}
