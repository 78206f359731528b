import type { TableDescription } from "@aws-sdk/client-dynamodb";

/** What Pulumi's lambda.Invocation adds to its input when its scope is CRUD. */
export interface SwitchEvent {
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
