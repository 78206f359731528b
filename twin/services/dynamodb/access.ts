import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { AccessRequest, AccessRules } from "../../cloud";
import { AwsError } from "../../errors";
import { RequestExpressions } from "./expressions/compiled";
import { resolveKeyCondition } from "./expressions/key-condition";
import type { Replica } from "./replica";
import { streamIn } from "./stream-operations";
import { own, scalarText, type Item } from "./values";

type Context = ReturnType<NonNullable<AccessRequest["context"]>>;

/** The members of requests that decide. */
interface Request {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly StreamArn?: string;
  readonly ShardIterator?: string;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
  readonly TransactItems?: readonly Readonly<Record<string, Request>>[];
}

/** Where a region's tables are, and how a table that is not there would be called. */
export interface Tables {
  find(nameOrArn: string): Replica | undefined;
  arnOf(name: string): string;
}

/** The parts of TransactWriteItems and TransactGetItems. "Amazon DynamoDB Transactions: How it works", section on IAM. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
  Delete: "dynamodb:DeleteItem",
  Get: "dynamodb:GetItem",
  ConditionCheck: "dynamodb:ConditionCheckItem",
};

/**
 * Which permission each operation needs, with DynamoDB's condition keys. Service authorization reference, "Actions,
 * resources, and condition keys for Amazon DynamoDB"; DynamoDB developer guide, "Using IAM policy conditions for
 * fine-grained access control".
 */
export function tableAccess(tables: Tables): AccessRules {
  const tableOf = ({ TableName = "" }: Request): { readonly table: Replica | undefined; readonly arn: string } => {
    const table = tables.find(TableName);
    return { table, arn: table?.arn ?? (TableName.startsWith("arn:") ? TableName : tables.arnOf(TableName)) };
  };
  const item = (action: string) => (request: Request): readonly AccessRequest[] => {
    const { table, arn } = tableOf(request);
    return [{ action, resource: arn, context: () => itemContext(request, table) }];
  };
  const whole = (action: string) => (request: Request): readonly AccessRequest[] => {
    const { table, arn } = tableOf(request);
    const resource = request.IndexName === undefined ? arn : `${arn}/index/${request.IndexName}`;
    return [{ action, resource, context: () => readContext(request, table) }];
  };
  const table = (action: string) => (request: Request): readonly AccessRequest[] => [{ action, resource: tableOf(request).arn }];
  const transaction = ({ TransactItems = [] }: Request): readonly AccessRequest[] =>
    TransactItems.flatMap((part) => Object.entries(part)).flatMap(([kind, request]) => item(TRANSACTION_ACTIONS[kind] ?? `dynamodb:${kind}`)(request));
  return {
    needs: {
      PutItem: item("dynamodb:PutItem"),
      GetItem: item("dynamodb:GetItem"),
      UpdateItem: item("dynamodb:UpdateItem"),
      DeleteItem: item("dynamodb:DeleteItem"),
      Query: whole("dynamodb:Query"),
      Scan: whole("dynamodb:Scan"),
      DescribeTable: table("dynamodb:DescribeTable"),
      UpdateTable: table("dynamodb:UpdateTable"),
      ListTables: () => [{ action: "dynamodb:ListTables", resource: "*" }],
      TransactWriteItems: transaction,
      TransactGetItems: transaction,
    },
  };
}

/** The same for streams: ListStreams is tied to no resource. */
export const streamAccess: AccessRules = {
  needs: {
    ListStreams: () => [{ action: "dynamodb:ListStreams", resource: "*" }],
    DescribeStream: ({ StreamArn = "" }: Request) => [{ action: "dynamodb:DescribeStream", resource: StreamArn }],
    GetShardIterator: ({ StreamArn = "" }: Request) => [{ action: "dynamodb:GetShardIterator", resource: StreamArn }],
    GetRecords: ({ ShardIterator = "" }: Request) => [{ action: "dynamodb:GetRecords", resource: streamIn(ShardIterator) }],
  },
};

/** `dynamodb:LeadingKeys` is the partition key's value. Without the table nobody knows which attribute that is. */
function itemContext({ Item: stored, Key: key, ReturnValues: returned = "NONE" }: Request, table: Replica | undefined): Context {
  const value = table && own(stored ?? key ?? {}, table.definition.keys.hash.name);
  if (!value) return { "dynamodb:ReturnValues": returned };
  return { "dynamodb:ReturnValues": returned, "dynamodb:LeadingKeys": [scalarText(value)] };
}

function readContext(request: Request, table: Replica | undefined): Context {
  const { Select: select } = request;
  const leading = table && queriedKey(request, table);
  return { ...(select === undefined ? {} : { "dynamodb:Select": select }), ...(leading === undefined ? {} : { "dynamodb:LeadingKeys": [leading] }) };
}

/** The partition key that a query names; undefined for scans, and where the query itself will be refused. */
function queriedKey(request: Request, { definition }: Replica): string | undefined {
  const keys = request.IndexName === undefined ? definition.keys : definition.indexes.find(({ name }) => name === request.IndexName);
  if (!keys) return undefined;
  try {
    const expressions = new RequestExpressions(request);
    const condition = expressions.of("KeyConditionExpression", request.KeyConditionExpression);
    return condition && scalarText(resolveKeyCondition(condition, expressions.values, keys.hash, keys.range).hash);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
