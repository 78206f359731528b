import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CONTROL_BUDGET, CONTROL_DEADLINE_MS } from "../shared/budgets";
import { CONTROL, ENV } from "../shared/constants";
import { within } from "../shared/deadline";
import { isNamed } from "../shared/property";
import { requireEnv, type Runtime } from "../shared/runtime";
import { UnreadableItem, type Item } from "../shared/table";
import { STATES } from "../switch/logic";
import type { Observed, Told } from "./logic";

const DNS = ["primary", "secondary", "unknown"] as const;

/** The item, read by operators' commands too: numbers for times (epoch milliseconds) and the version. */
export function toObserverItem({ observedAt, primaryHealthySince, secondaryHealthySince, latchState, dns, told, version }: Observed): Item {
  const time = (name: string, value: number | undefined): Item => (value === undefined ? {} : { [name]: { N: String(value) } });
  return {
    [CONTROL.hashKey]: { S: CONTROL.observerId },
    ...time("observedAt", observedAt),
    ...time("primaryHealthySince", primaryHealthySince),
    ...time("secondaryHealthySince", secondaryHealthySince),
    latchState: { S: latchState },
    dns: { S: dns },
    told: { S: JSON.stringify(told) },
    version: { N: String(version) },
  };
}

/** Throws {@link UnreadableItem} where the item is not of this shape. */
export function fromObserverItem(item: Item): Observed {
  const primaryHealthySince = optional(item, "primaryHealthySince");
  const secondaryHealthySince = optional(item, "secondaryHealthySince");
  return {
    observedAt: integer(item, "observedAt"),
    ...(primaryHealthySince === undefined ? {} : { primaryHealthySince }),
    ...(secondaryHealthySince === undefined ? {} : { secondaryHealthySince }),
    latchState: oneOf(item, "latchState", [...STATES, "unknown" as const]),
    dns: oneOf(item, "dns", DNS),
    told: JSON.parse(item["told"]?.S ?? "{}") as Told, // only toObserverItem writes it
    version: integer(item, "version"),
  };
}

function integer(item: Item, attribute: string): number {
  const value = Number(item[attribute]?.N);
  if (!Number.isSafeInteger(value)) throw new UnreadableItem(attribute);
  return value;
}

const optional = (item: Item, attribute: string): number | undefined => (item[attribute] ? integer(item, attribute) : undefined);

function oneOf<T extends string>(item: Item, attribute: string, allowed: readonly T[]): T {
  const value = allowed.find((known) => known === item[attribute]?.S);
  if (value === undefined) throw new UnreadableItem(attribute);
  return value;
}

/** Access to the observer's own item. Both reject when the table does not answer in time. */
export interface ObserverStore {
  /** Strongly consistent. Undefined before the first look. */
  read(): Promise<Observed | undefined>;
  /** Writes `next` if what is stored is still `seen`; false where another run was faster. */
  write(seen: Observed | undefined, next: Observed): Promise<boolean>;
}

export function createObserverStore(runtime: Runtime): ObserverStore {
  const tableName = requireEnv(runtime, ENV.CONTROL_TABLE_NAME);
  const client = runtime.client(DynamoDBClient, CONTROL_BUDGET);
  const inTime = <T>(what: string, work: Promise<T>): Promise<T> => within(runtime.clock, CONTROL_DEADLINE_MS, what, work);
  return {
    read: async () => {
      const get = new GetItemCommand({ TableName: tableName, Key: { [CONTROL.hashKey]: { S: CONTROL.observerId } }, ConsistentRead: true });
      const { Item: item } = await inTime("the observer's read", client.send(get));
      return item && fromObserverItem(item);
    },
    write: async (seen, next) => {
      const condition = seen
        ? { ConditionExpression: "#version = :seen", ExpressionAttributeNames: { "#version": "version" }, ExpressionAttributeValues: { ":seen": { N: String(seen.version) } } }
        : { ConditionExpression: `attribute_not_exists(${CONTROL.hashKey})` };
      try {
        await inTime("the observer's write", client.send(new PutItemCommand({ TableName: tableName, Item: toObserverItem(next), ...condition })));
        return true;
      } catch (error) {
        if (isNamed(error, "ConditionalCheckFailedException")) return false;
        throw error;
      }
    },
  };
}
