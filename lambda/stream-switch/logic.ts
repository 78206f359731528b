import type { TableDescription, UpdateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { PAYMENTS } from "../shared/constants";

/** What Pulumi's lambda.Invocation adds to its input when its scope is CRUD. */
export interface SwitchEvent {
  /** The replica is to be protected from deletion. False or absent: its protection is left as it is. */
  readonly protect?: boolean;
  readonly tf?: { readonly action?: string };
}

export interface SwitchAnswer {
  /** Empty only where the resource that asks is being deleted. */
  readonly streamArn: string;
}

export const isDelete = ({ tf }: SwitchEvent): boolean => tf?.action === "delete";

export const isActive = ({ TableStatus }: TableDescription): boolean => TableStatus === "ACTIVE";

/** `LatestStreamArn` outlives its stream: a stream that is off has one too. "DescribeTable" (DynamoDB API reference). */
export const streamArnOf = ({ StreamSpecification, LatestStreamArn }: TableDescription): string | undefined =>
  StreamSpecification?.StreamEnabled === true ? LatestStreamArn : undefined;

/** The next setting that the replica lacks: "UpdateTable" (DynamoDB API reference) takes one at a time. */
export function lacking(table: TableDescription, { protect = false }: SwitchEvent): Omit<UpdateTableCommandInput, "TableName"> | undefined {
  if (streamArnOf(table) === undefined) return { StreamSpecification: { StreamEnabled: true, StreamViewType: PAYMENTS.streamViewType } };
  if (protect && table.DeletionProtectionEnabled !== true) return { DeletionProtectionEnabled: true };
  return undefined;
}
