import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CONTROL_BUDGET, CONTROL_DEADLINE_MS } from "../shared/budgets";
import type { Clock } from "../shared/clock";
import { CONTROL, ENV } from "../shared/constants";
import { within } from "../shared/deadline";
import { isNamed } from "../shared/property";
import { requireEnv, type Runtime } from "../shared/runtime";
import { UnreadableItem, type Item } from "../shared/table";
import { STATES, type Latch } from "./logic";

/** The latch as it is stored. */
export interface StoredLatch extends Latch {
  /** A name for the write that made the state, by which a writer that got no answer knows its own write again. */
  readonly writer?: string;
}

/** Access to the latch's item. Both reject when the table does not answer in time. */
export interface LatchStore {
  /** Strongly consistent. Undefined = no item. */
  read(): Promise<StoredLatch | undefined>;
  /** Writes `next` if what is stored is still `seen`; false where somebody else was faster. */
  write(seen: Latch | undefined, next: StoredLatch): Promise<boolean>;
}

/** The item: numbers for the times (epoch milliseconds) and the version. */
export function toLatchItem({ state, since, heartbeatAt, version, writer }: StoredLatch): Item {
  return {
    [CONTROL.hashKey]: { S: CONTROL.latchId },
    state: { S: state },
    since: { N: String(since) },
    ...(heartbeatAt === undefined ? {} : { heartbeatAt: { N: String(heartbeatAt) } }),
    version: { N: String(version) },
    ...(writer === undefined ? {} : { writer: { S: writer } }),
  };
}

function integer(item: Item, attribute: string): number {
  const value = Number(item[attribute]?.N);
  if (!Number.isSafeInteger(value)) throw new UnreadableItem(attribute);
  return value;
}

/** Throws UnreadableItem where the item is not of this shape. */
export function fromLatchItem(item: Item): StoredLatch {
  const state = STATES.find((known) => known === item["state"]?.S);
  if (state === undefined || state === "initial") throw new UnreadableItem("state");
  const writer = item["writer"]?.S;
  return {
    state,
    since: integer(item, "since"),
    ...(item["heartbeatAt"] ? { heartbeatAt: integer(item, "heartbeatAt") } : {}),
    version: integer(item, "version"),
    ...(writer === undefined ? {} : { writer }),
  };
}

export interface LatchTable {
  readonly tableName: string;
  readonly client: Pick<DynamoDBClient, "send">;
  readonly clock: Clock;
  /** Milliseconds that a call may take, retries included. */
  readonly deadlineMs: number;
}

/** The switch's own access. */
export const createLatchStore = (runtime: Runtime): LatchStore =>
  latchStore({
    tableName: requireEnv(runtime, ENV.CONTROL_TABLE_NAME),
    client: runtime.client(DynamoDBClient, CONTROL_BUDGET),
    clock: runtime.clock,
    deadlineMs: CONTROL_DEADLINE_MS,
  });

/** Access for whoever has a client of the secondary: operators' commands too. */
export function latchStore({ tableName, client, clock, deadlineMs }: LatchTable): LatchStore {
  const inTime = <T>(what: string, work: Promise<T>): Promise<T> => within(clock, deadlineMs, what, work);

  return {
    read: async () => {
      const key = { [CONTROL.hashKey]: { S: CONTROL.latchId } };
      const get = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
      const { Item: item } = await inTime("the latch's read", client.send(get));
      return item && fromLatchItem(item);
    },
    write: async (seen, next) => {
      const condition = seen
        ? {
            ConditionExpression: "#version = :seen",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":seen": { N: String(seen.version) } },
          }
        : { ConditionExpression: `attribute_not_exists(${CONTROL.hashKey})` };
      const put = new PutItemCommand({ TableName: tableName, Item: toLatchItem(next), ...condition });
      try {
        await inTime("the latch's write", client.send(put));
        return true;
      } catch (error) {
        if (isNamed(error, "ConditionalCheckFailedException")) return false;
        throw error;
      }
    },
  };
}
