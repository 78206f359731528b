import type * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import type { ControlTable, PaymentsTable } from "./dynamo";
import type { Statement } from "./policies/document";
import { acceptPayments, moveLatch, proveHealth, readPayments } from "./policies/payments";
import type { RegionContext } from "./regions";

/** A permission together with the variables that its user needs: neither can be forgotten. */
export interface Grant {
  readonly statements: pulumi.Input<readonly Statement[]>;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
}

type EnvName = (typeof ENV)[keyof typeof ENV];

const onTable = (table: PaymentsTable, region: string, statements: (tableArn: string) => readonly Statement[]): Grant => ({
  statements: table.arnIn(region).apply(statements),
  variables: { [ENV.TABLE_NAME]: table.name, [ENV.TABLE_CONSISTENCY]: table.consistency },
});

/** Puts payments through the region's own replica. */
export const acceptsPayments = (table: PaymentsTable, { region }: RegionContext): Grant => onTable(table, region, acceptPayments);

/** Reads payments from the region's own replica. */
export const readsPayments = (table: PaymentsTable, { region }: RegionContext): Grant => onTable(table, region, readPayments);

/** Writes the region's health item. */
export const provesHealth = (table: PaymentsTable, { region }: RegionContext): Grant =>
  onTable(table, region, (tableArn) => proveHealth(tableArn, region));

/** Moves the latch in the control table. */
export const movesLatch = (table: ControlTable): Grant => ({
  statements: table.arn.apply(moveLatch),
  variables: { [ENV.CONTROL_TABLE_NAME]: table.name },
});

/** Variables that need no permission. */
export const settings = (variables: Readonly<Partial<Record<EnvName, pulumi.Input<string>>>>): Grant => ({ statements: [], variables });
