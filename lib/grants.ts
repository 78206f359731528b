import * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import type { AuditTable } from "./audit";
import type { ControlTable, PaymentsTable } from "./dynamo";
import type { Key } from "./kms";
import { writeReceipts } from "./policies/buckets";
import { publishEvents } from "./policies/alerts";
import type { Statement } from "./policies/document";
import { readEncryptedTable } from "./policies/keys";
import { keepDiscarded, readStream, switchStream } from "./policies/notify";
import { appendToTrail, watchControl } from "./policies/observer";
import { acceptPayments, moveLatch, proveHealth, readPayments } from "./policies/payments";
import type { RegionContext } from "./regions";
import type { Topic } from "./sns";
import type { Bucket } from "./s3";

/** A permission together with the variables that its user needs: neither can be forgotten. */
export interface Grant {
  readonly statements: pulumi.Input<readonly Statement[]>;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
}

type EnvName = (typeof ENV)[keyof typeof ENV];

const onTable = (table: PaymentsTable, { region, key }: RegionContext, statements: (tableArn: string) => readonly Statement[]): Grant => ({
  statements: pulumi.all([table.arnIn(region), key.arn]).apply(([tableArn, keyArn]) => [...statements(tableArn), ...readEncryptedTable(keyArn, region)]),
  variables: { [ENV.TABLE_NAME]: table.name, [ENV.TABLE_CONSISTENCY]: table.consistency },
});

/** Puts payments through the region's own replica. */
export const acceptsPayments = (table: PaymentsTable, context: RegionContext): Grant => onTable(table, context, acceptPayments);

/** Reads payments from the region's own replica. */
export const readsPayments = (table: PaymentsTable, context: RegionContext): Grant => onTable(table, context, readPayments);

/** Writes the region's health item. */
export const provesHealth = (table: PaymentsTable, context: RegionContext): Grant =>
  onTable(table, context, (tableArn) => proveHealth(tableArn, context.region));

/** Moves the latch in the control table. */
export const movesLatch = (table: ControlTable, { region, key }: RegionContext): Grant => ({
  statements: pulumi.all([table.arn, key.arn]).apply(([tableArn, keyArn]) => [...moveLatch(tableArn), ...readEncryptedTable(keyArn, region)]),
  variables: { [ENV.CONTROL_TABLE_NAME]: table.name },
});

/** Reads the control table and writes the observer's own item. */
export const watchesControl = (table: ControlTable, { region, key }: RegionContext): Grant => ({
  statements: pulumi.all([table.arn, key.arn]).apply(([tableArn, keyArn]) => [...watchControl(tableArn), ...readEncryptedTable(keyArn, region)]),
  variables: { [ENV.CONTROL_TABLE_NAME]: table.name },
});

/** Appends to the audit trail through the region's own replica; its key is the control table's, see {@link watchesControl}. */
export const appendsToTrail = (audit: AuditTable, { role }: RegionContext): Grant => ({
  statements: audit.arns[role].apply(appendToTrail),
  variables: { [ENV.AUDIT_TABLE_NAME]: audit.name },
});

/** Writes receipts into the region's own bucket, and has S3 encrypt them with its key. */
export const writesReceipts = (bucket: Bucket, key: Key, { region }: RegionContext): Grant => ({
  statements: pulumi.all([bucket.arn, key.arn]).apply(([bucketArn, keyArn]) => writeReceipts(bucketArn, keyArn, region)),
  variables: { [ENV.RECEIPTS_BUCKET]: bucket.name },
});

/** Tells a region's event topic what happened to payments. */
export const publishesEvents = (topic: Topic): Grant => ({
  statements: pulumi.all([topic.arn, topic.key.arn]).apply(([arn, keyArn]) => publishEvents(arn, keyArn, topic.region)),
  variables: { [ENV.EVENTS_TOPIC_ARN]: topic.arn },
});

/** Tells a region's alert topic what people must hear. */
export const publishesAlerts = (topic: Topic): Grant => ({
  statements: pulumi.all([topic.arn, topic.key.arn]).apply(([arn, keyArn]) => publishEvents(arn, keyArn, topic.region)),
  variables: { [ENV.ALERTS_TOPIC_ARN]: topic.arn },
});

/** Lambda reads the region's own stream for the function; DynamoDB decrypts it. The function itself needs no variable. */
export const readsStream = (streamArn: pulumi.Output<string>, { region, key }: RegionContext): Grant => ({
  statements: pulumi.all([streamArn, key.arn]).apply(([arn, keyArn]) => [...readStream(arn), ...readEncryptedTable(keyArn, region)]),
  variables: {},
});

/** Lambda keeps what it gives up of the function's stream in a bucket of the region. */
export const keepsDiscarded = (bucket: Bucket, { region, key }: RegionContext): Grant => ({
  statements: pulumi.all([bucket.arn, key.arn]).apply(([bucketArn, keyArn]) => keepDiscarded(bucketArn, keyArn, region)),
  variables: {},
});

/** Switches the stream of the region's own replica on. */
export const switchesStream = (table: PaymentsTable, { region }: RegionContext): Grant => ({
  statements: table.arnIn(region).apply(switchStream),
  variables: { [ENV.TABLE_NAME]: table.name },
});

/** Variables that need no permission. */
export const settings = (variables: Readonly<Partial<Record<EnvName, pulumi.Input<string>>>>): Grant => ({ statements: [], variables });
