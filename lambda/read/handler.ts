import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { PAYMENT_BUDGET, PAYMENT_DEADLINE_MS } from "../shared/budgets";
import { ENV, PAYMENTS, STATUS_SHARDS } from "../shared/constants";
import { within } from "../shared/deadline";
import { ApiError, unavailable } from "../shared/errors";
import { serve, type Answer, type ApiEvent, type ApiHandler } from "../shared/http";
import { PAYMENT_ID } from "../shared/id";
import { errorFields, type Log } from "../shared/log";
import { requireEnv, type Runtime } from "../shared/runtime";
import { fromItem, statusShard, type Item } from "../shared/table";
import type { Position } from "./cursor";
import { listBody, mergePages, parseQuery, type Page, type PageRequest } from "./logic";

const notFound = (what: string): ApiError => new ApiError("NOT_FOUND", `There is no such ${what}.`);

interface IndexKey {
  readonly name: string;
  readonly hash: string;
  readonly range: string;
  readonly value: string;
}

/** `GET /payments/{paymentId}` and the lists `GET /payments`. */
export function createHandler(runtime: Runtime): ApiHandler {
  const tableName = requireEnv(runtime, ENV.TABLE_NAME);
  const strong = isStrong(requireEnv(runtime, ENV.TABLE_CONSISTENCY));
  const client = runtime.client(DynamoDBClient, PAYMENT_BUDGET);

  /** A read has no outcome to be unsure of: whatever goes wrong, the caller may just read again. */
  const reading = async <T>(log: Log, work: Promise<T>): Promise<T> => {
    try {
      return await within(runtime.clock, PAYMENT_DEADLINE_MS, "the read", work);
    } catch (error) {
      log.error("table not read", errorFields(error));
      throw unavailable();
    }
  };

  const one = async (event: ApiEvent, log: Log): Promise<Answer> => {
    const paymentId = event.pathParameters?.["paymentId"] ?? "";
    if (!PAYMENT_ID.test(paymentId)) throw notFound("payment");
    const key = { [PAYMENTS.hashKey]: { S: paymentId } };
    const get = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: strong });
    const { Item: item } = await reading(log, client.send(get));
    if (!item) throw notFound("payment");
    return { status: 200, body: { ...fromItem(item) } };
  };

  /** One more than the page holds is read, so that `next` is given only where something follows. */
  const page = async ({ name, hash, range, value }: IndexKey, limit: number, after: Position | undefined): Promise<Page> => {
    const start: Item | undefined = after && {
      [PAYMENTS.hashKey]: { S: after.paymentId },
      [hash]: { S: value },
      [range]: { S: after.createdAt },
    };
    const { Items: items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: "#hash = :value",
        ExpressionAttributeNames: { "#hash": hash },
        ExpressionAttributeValues: { ":value": { S: value } },
        ScanIndexForward: false,
        Limit: limit + 1,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    // A query may also end early, at 1 MB (DynamoDB developer guide, "Paginating table query results").
    const more = items.length > limit || (items.length > 0 && items.length < limit + 1 && last !== undefined);
    return { payments: items.slice(0, limit).map(fromItem), more };
  };

  const pages = ({ list, limit, positions }: PageRequest): Promise<Page[]> => {
    if (list.kind === "customer") {
      return Promise.all([page({ ...PAYMENTS.customerIndex, value: list.customerId }, limit, positions.get(""))]);
    }
    const { status, date } = list;
    return Promise.all(
      [...STATUS_SHARDS].map((shard) =>
        page({ ...PAYMENTS.statusIndex, value: statusShard(status, date, shard) }, limit, positions.get(shard)),
      ),
    );
  };

  const many = async (event: ApiEvent, log: Log): Promise<Answer> => {
    const request = parseQuery(event);
    const merged = mergePages(await reading(log, pages(request)), request.limit);
    return { status: 200, body: listBody(request, merged) };
  };

  return serve(runtime, {
    name: "read",
    unforeseen: "nothing-changed",
    handle: async (event, log) => {
      switch (event.resource) {
        case "/payments/{paymentId}":
          return one(event, log);
        case "/payments":
          return many(event, log);
        default:
          throw notFound("route");
      }
    },
  });
}

function isStrong(consistency: string): boolean {
  if (consistency === "strong") return true;
  if (consistency === "eventual") return false;
  throw new Error(`environment variable ${ENV.TABLE_CONSISTENCY}: got ${consistency}; allowed strong, eventual`);
}
