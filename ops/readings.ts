import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CONTROL } from "../lambda/shared/constants";
import { latchStore, type LatchStore } from "../lambda/switch/store";
import { CALL_MS, timed, whyOf, type OperatorAccess } from "./operator";

export type Role = "primary" | "secondary";

/** The latch's item, through the secondary. */
export const latchOf = (access: OperatorAccess): LatchStore => {
  const { outputs, clock } = access;
  return latchStore({ tableName: outputs.controlTableName, client: access.client(DynamoDBClient, outputs.regions.secondary), clock, deadlineMs: CALL_MS });
};

/**
 * The region that the failover name leads to. Its CNAME's target is a regional domain name of API Gateway, which has the
 * region as one of its labels ("Regional custom domain names", API Gateway developer guide).
 */
export async function dnsAnswer(access: OperatorAccess): Promise<{ readonly role: Role | "unknown"; readonly target: string }> {
  const { hostnames, regions } = access.outputs;
  const target = await timed(access, "DNS", access.cname(hostnames.failover));
  const labels = target.toLowerCase().split(".");
  const role = (["primary", "secondary"] as const).find((each) => labels.includes(regions[each]));
  return { role: role ?? "unknown", target };
}

/** A region's own verdict: can it take payments? */
export interface Health {
  readonly healthy: boolean;
  /** For people. */
  readonly text: string;
}

/** Never rejects: no answer is ill health. */
export async function healthOf(access: OperatorAccess, role: Role): Promise<Health> {
  const { hostnames, regions } = access.outputs;
  try {
    const { status, body } = await timed(access, `/health of ${regions[role]}`, access.get(hostnames[role], "/health"));
    return { healthy: status === 200, text: status === 200 ? "200" : `${status} ${body.slice(0, 200)}` };
  } catch (error) {
    return { healthy: false, text: whyOf(error) };
  }
}

/** What the observer in the secondary last saw. Epoch milliseconds. */
export interface Observed {
  readonly observedAt: number;
  /** Not there while the primary is not healthy. */
  readonly primaryHealthySince?: number;
}

/** Undefined = the observer has written nothing yet. Rejects where the table does not answer. */
export async function observed(access: OperatorAccess): Promise<Observed | undefined> {
  const { outputs } = access;
  const get = new GetItemCommand({ TableName: outputs.controlTableName, Key: { [CONTROL.hashKey]: { S: CONTROL.observerId } }, ConsistentRead: true });
  const { Item: item } = await timed(access, "the observer's item", access.client(DynamoDBClient, outputs.regions.secondary).send(get));
  const observedAt = Number(item?.["observedAt"]?.N);
  if (!item || !Number.isFinite(observedAt)) return undefined;
  const since = item["primaryHealthySince"]?.N;
  return { observedAt, ...(since === undefined ? {} : { primaryHealthySince: Number(since) }) };
}
