import { GetItemCommand, PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../lambda/shared/clock";
import { PAYMENTS, RESERVED_PREFIXES } from "../lambda/shared/constants";
import { isNamed, property } from "../lambda/shared/property";
import { fromItem, UnreadableItem, type Item } from "../lambda/shared/table";
import { fresh, noCounts, type Checkpoint, type Counts, type Progress, type SegmentState } from "./restore-progress";
import type { Page, Source } from "./restore-source";

export interface RestoreOptions {
  readonly source: Source;
  readonly target: { readonly name: string; readonly client: Pick<DynamoDBClient, "send"> };
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** False = look and tell only. */
  readonly apply: boolean;
  /** Items a second at most, over all segments. */
  readonly rate: number;
  /** Where progress is kept, so that a run that ends early goes on. None = from the start, and nothing is kept. */
  readonly checkpoint?: Checkpoint;
  /** Called after each page. */
  readonly onProgress?: (counts: Counts) => void;
}

export interface RestoreResult {
  readonly counts: Counts;
  /** What stopped a segment; the others went on. */
  readonly failures: readonly string[];
}

/** Ids that a result names; more are counted only. */
const NAMED = 100;
/** Writes of one item in both regions at once: the loser is told to try again. "Multi-Region strong consistency" (DynamoDB developer guide). */
const TRY_AGAIN = "ReplicatedWriteConflictException";
const ATTEMPTS = 5;
const PAUSE_MS = 100;
/** Items of a page on their way at once, in each segment. */
const PARALLEL = 10;

type Finding = "imported" | "equal" | { readonly different: readonly string[] };

/**
 * Puts every payment of an earlier copy into the live table by the payments' own condition: what is there stays as it is.
 * Repeating it changes nothing. An item that is there with other contents is told and never overwritten; items of health
 * routes and canaries are left out.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const { source, target, apply, checkpoint, onProgress } = options;
  const id = `${source.name} -> ${target.name}, ${source.segments} segments`;
  const progress: Progress = (apply && checkpoint?.load(id)) || fresh(id, source.segments);
  const pace = pacer(options);
  const failures: string[] = [];
  await Promise.all(
    progress.segments.map(async (state, segment) => {
      try {
        if (state.done) return;
        for await (const page of source.pages(segment, state.next)) {
          await restorePage(page, state, options, pace);
          if (apply) checkpoint?.save(progress);
          onProgress?.(total(progress));
        }
      } catch (error) {
        failures.push(`segment ${segment}: ${String(property(error, "name") ?? "Error")}: ${String(property(error, "message") ?? error)}`);
      }
    }),
  );
  if (apply && failures.length === 0) checkpoint?.clear();
  return { counts: total(progress), failures };
}

/** Counts of a page join the state only when all of it is done: a page that is read again is not counted twice. */
async function restorePage({ items, next }: Page, state: SegmentState, options: RestoreOptions, pace: () => Promise<void>): Promise<void> {
  const counts = noCounts();
  const queue = [...items];
  const worker = async (): Promise<void> => {
    try {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await restoreItem(item, counts, options, pace);
    } catch (error) {
      queue.length = 0;
      throw error;
    }
  };
  // Nothing may be on its way any more when the caller hears of a failure.
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  add(state.counts, counts);
  if (next) state.next = next;
  else state.done = true;
}

async function restoreItem(item: Item, counts: Counts, { target, apply, clock }: RestoreOptions, pace: () => Promise<void>): Promise<void> {
  counts.read += 1;
  const id = item[PAYMENTS.hashKey]?.S ?? "";
  if (Object.values(RESERVED_PREFIXES).some((prefix) => id.startsWith(prefix))) {
    counts.reserved += 1;
    return;
  }
  const unreadable = whyUnreadable(item);
  if (unreadable !== undefined) {
    counts.unreadable.push(`${id || "an item without id"}: ${unreadable}`);
    return;
  }
  await pace();
  const found = apply ? await put(target, item, clock) : await look(target, item);
  if (found === "imported") counts.imported += 1;
  else if (found === "equal") counts.equal += 1;
  else counts.conflicts.push(`${id}: other ${found.different.join(", ")}`);
}

function whyUnreadable(item: Item): string | undefined {
  try {
    fromItem(item);
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableItem) return error.message;
    throw error;
  }
}

async function put(target: RestoreOptions["target"], item: Item, clock: RestoreOptions["clock"]): Promise<Finding> {
  const command = new PutItemCommand({
    TableName: target.name,
    Item: item,
    ConditionExpression: `attribute_not_exists(${PAYMENTS.hashKey})`,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await target.client.send(command);
      return "imported";
    } catch (error) {
      if (isNamed(error, "ConditionalCheckFailedException")) return compare(item, property(error, "Item") as Item | undefined); // the exception's shape
      if (!isNamed(error, TRY_AGAIN) || attempt === ATTEMPTS) throw error;
      await clock.sleep(PAUSE_MS * attempt);
    }
  }
}

async function look({ name, client }: RestoreOptions["target"], item: Item): Promise<Finding> {
  const key = item[PAYMENTS.hashKey];
  if (!key) throw new UnreadableItem(PAYMENTS.hashKey);
  const { Item: stored } = await client.send(new GetItemCommand({ TableName: name, Key: { [PAYMENTS.hashKey]: key }, ConsistentRead: true }));
  return stored ? compare(item, stored) : "imported";
}

function compare(item: Item, stored: Item | undefined): Finding {
  if (!stored) throw new Error("the condition failed without the stored item, though ReturnValuesOnConditionCheckFailure asks for it");
  const names = [...new Set([...Object.keys(item), ...Object.keys(stored)])].sort();
  const different = names.filter((name) => !isDeepStrictEqual(item[name], stored[name]));
  return different.length === 0 ? "equal" : { different };
}

/** Lets `rate` calls a second through, evenly, in the order in which they come. */
function pacer({ clock, rate }: Pick<RestoreOptions, "clock" | "rate">): () => Promise<void> {
  let free = clock.now();
  return async () => {
    const at = Math.max(free, clock.now());
    free = at + 1000 / rate;
    const wait = at - clock.now();
    if (wait > 0) await clock.sleep(wait);
  };
}

function add(to: Counts, more: Counts): void {
  to.read += more.read;
  to.imported += more.imported;
  to.equal += more.equal;
  to.reserved += more.reserved;
  to.conflicts.push(...more.conflicts);
  to.unreadable.push(...more.unreadable);
}

function total({ segments }: Progress): Counts {
  const sum = noCounts();
  for (const { counts } of segments) add(sum, counts);
  return sum;
}

/** Is every payment of the source in the table as it was? With a dry run: would it be, and is it already? */
export const isRestored = ({ counts, failures }: RestoreResult, apply: boolean): boolean =>
  failures.length === 0 && counts.conflicts.length === 0 && counts.unreadable.length === 0 && (apply || counts.imported === 0);

/** The result for people. */
export function restoreTable({ counts, failures }: RestoreResult, apply: boolean): string {
  const { read, imported, equal, reserved, conflicts, unreadable } = counts;
  const lines: readonly (readonly [string, number])[] = [
    ["items read", read],
    [apply ? "payments imported" : "payments to import", imported],
    ["already there, equal", equal],
    ["there with other contents", conflicts.length],
    ["no payments (health, canary)", reserved],
    ["not readable", unreadable.length],
  ];
  const name = (title: string, all: readonly string[]): readonly string[] => [
    ...all.slice(0, NAMED).map((what) => `  ${title}: ${what}`),
    ...(all.length > NAMED ? [`  ${title}: ${all.length - NAMED} more`] : []),
  ];
  return [
    ...lines.map(([what, count]) => `${what.padEnd(30)}${String(count).padStart(10)}`),
    ...name("not overwritten", conflicts),
    ...name("not imported", unreadable),
    ...name("stopped", failures),
  ].join("\n");
}
