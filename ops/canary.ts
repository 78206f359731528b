import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isoTime } from "../lambda/shared/clock";
import { PAYMENTS, RESERVED_PREFIXES } from "../lambda/shared/constants";
import { timed, token, whyOf, type OperatorAccess } from "./operator";

/**
 * Canaries show whether the regions' replicas hear of each other: items with a reserved prefix, which are no payments,
 * have no index keys and are dropped by the stream's consumers. Their ids are few, so that none has to be deleted, and
 * drawn, so that two operators seldom write the same one.
 */

/** An older canary that has not arrived is late: replication has not caught up. */
export const LATE_MS = 5_000;
const EVERY_MS = 1_000;
const POLL_MS = 250;
const IDS = 1024;

const drawnSlot = ({ random }: Pick<OperatorAccess, "random">): number => Math.floor(random() * IDS);

/** From the write's beginning to its being read in the other region, milliseconds. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly lagMs: number;
}

/** A canary that did not arrive, or could not be written. */
export class CanaryLost extends Error {
  override readonly name = "CanaryLost";
}

/**
 * Writes one canary in a region and reads it in another until it is there. Consistent reads: in strong mode they go
 * through the quorum; in eventual mode they show what that replica has.
 * @throws CanaryLost
 */
export async function cross(access: OperatorAccess, from: string, to: string, slot = drawnSlot(access)): Promise<Crossing> {
  const { clock, outputs, random } = access;
  const id = { [PAYMENTS.hashKey]: { S: `${RESERVED_PREFIXES.canary}${from}#${slot}` } };
  const nonce = token(random);
  const start = clock.now();
  const item = { ...id, nonce: { S: nonce }, writtenAt: { S: isoTime(Math.floor(start)) } };
  try {
    await timed(access, "the write", access.client(DynamoDBClient, from).send(new PutItemCommand({ TableName: outputs.tableName, Item: item })));
  } catch (error) {
    throw new CanaryLost(`a canary could not be written in ${from} (${whyOf(error)})`);
  }
  let last = "it is not there";
  do {
    try {
      const get = new GetItemCommand({ TableName: outputs.tableName, Key: id, ConsistentRead: true });
      const { Item } = await timed(access, "the read", access.client(DynamoDBClient, to).send(get));
      if (Item?.["nonce"]?.S === nonce) return { from, to, lagMs: clock.now() - start };
    } catch (error) {
      last = whyOf(error);
    }
    await clock.sleep(POLL_MS);
  } while (clock.now() - start < LATE_MS);
  throw new CanaryLost(`a canary of ${from} has not arrived in ${to} within ${LATE_MS / 1000} s (${last})`);
}

/** One canary each way, side by side. @throws CanaryLost */
export function crossBoth(access: OperatorAccess, slot = drawnSlot(access)): Promise<readonly Crossing[]> {
  const { primary, secondary } = access.outputs.regions;
  return Promise.all([cross(access, secondary, primary, slot), cross(access, primary, secondary, slot)]);
}

/**
 * One canary a second each way, for so long; ends early with the first one that is late.
 * @param progress called after each second with how long it has gone well, and the last lags
 * @returns the longest lag each way
 * @throws CanaryLost
 */
export async function crossFor(access: OperatorAccess, durationMs: number, progress: (ms: number, lags: readonly Crossing[]) => void): Promise<readonly Crossing[]> {
  const { clock } = access;
  const start = clock.now();
  let worst: readonly Crossing[] = [];
  let failure: unknown;
  const flying = new Set<Promise<void>>();
  // One after the other: a canary under the id of one that is still on its way would overtake it, and look like its loss.
  let slot = drawnSlot(access);
  do {
    slot = (slot + 1) % IDS;
    const flight: Promise<void> = crossBoth(access, slot).then(
      (lags) => {
        worst = lags.map((lag, way) => ((worst[way]?.lagMs ?? 0) > lag.lagMs ? (worst[way] ?? lag) : lag));
        progress(clock.now() - start, lags);
      },
      (error: unknown) => void (failure ??= error),
    );
    flying.add(flight);
    void flight.then(() => flying.delete(flight));
    await clock.sleep(EVERY_MS);
  } while (!failure && clock.now() - start < durationMs);
  await Promise.all(flying);
  if (failure) throw failure;
  return worst;
}
