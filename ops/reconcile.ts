import { QueryCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Deriver } from "../lambda/notify/derive";
import { PAYMENTS, STATUSES, STATUS_SHARDS } from "../lambda/shared/constants";
import type { Payment } from "../lambda/shared/payment";
import { isNamed, property } from "../lambda/shared/property";
import { derivable, receiptOf } from "../lambda/shared/receipt";
import { statusShard, UnreadableItem, type Item } from "../lambda/shared/table";

/** A region whose receipts are looked at. */
export interface ReconcileRegion {
  readonly region: string;
  readonly bucket: string;
  readonly s3: Pick<S3Client, "send">;
  /** The same code as the notify function's. */
  readonly deriver: Deriver;
}

export interface ReconcileOptions {
  readonly table: { readonly name: string; readonly client: Pick<DynamoDBClient, "send"> };
  readonly regions: readonly ReconcileRegion[];
  /** UTC dates, e.g. `2026-11-21`. */
  readonly dates: readonly string[];
  /** False = look and tell only. */
  readonly apply: boolean;
  /** Tell the event of every payment again, not only of those without a receipt: SNS does not say what it has sent. */
  readonly allEvents: boolean;
}

/** What was found, and done, in one region. */
export interface ReconcileRow {
  readonly region: string;
  readonly payments: number;
  /** Receipts that were not there. */
  readonly missing: readonly string[];
  /** Receipts of another length than the item gives: never rewritten, somebody must look. */
  readonly different: readonly string[];
  readonly receiptsWritten: number;
  readonly eventsTold: number;
  /** Payment ids with what failed. */
  readonly failed: readonly string[];
}

export interface ReconcileResult {
  readonly rows: readonly ReconcileRow[];
  /** Items from which nothing can be derived. */
  readonly unreadable: readonly string[];
}

/** Buckets and topics take far more at once; a laptop's sockets do not. */
const PARALLEL = 10;

/**
 * Compares the payments of some days with the receipts of each region and derives what is missing, by the same code as
 * the notify function. Repeating it changes nothing. Rejects where the table cannot be read.
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileResult> {
  const payments: Payment[] = [];
  const unreadable: string[] = [];
  for (const item of await itemsOf(options)) {
    try {
      payments.push(derivable(item));
    } catch (error) {
      if (!(error instanceof UnreadableItem)) throw error;
      unreadable.push(`${item[PAYMENTS.hashKey]?.S ?? "an item without id"}: ${error.message}`);
    }
  }
  return { rows: await Promise.all(options.regions.map((region) => reconcileRegion(region, payments, options))), unreadable };
}

async function reconcileRegion(region: ReconcileRegion, payments: readonly Payment[], { apply, allEvents }: Pick<ReconcileOptions, "apply" | "allEvents">): Promise<ReconcileRow> {
  const row = { missing: [] as string[], different: [] as string[], failed: [] as string[], receiptsWritten: 0, eventsTold: 0 };
  await inParallel(payments, async (payment) => {
    try {
      const found = await look(region, payment);
      if (found !== "there") row[found].push(payment.paymentId);
      if (!apply) return;
      if (found === "missing" && (await region.deriver.receipt(payment)) === "written") row.receiptsWritten += 1;
      if (found === "missing" || allEvents) {
        await region.deriver.event(payment);
        row.eventsTold += 1;
      }
    } catch (error) {
      row.failed.push(`${payment.paymentId}: ${String(property(error, "name") ?? error)}`);
    }
  });
  return { region: region.region, payments: payments.length, ...row };
}

async function look({ s3, bucket }: ReconcileRegion, payment: Payment): Promise<"there" | "missing" | "different"> {
  const { key, body } = receiptOf(payment);
  try {
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return ContentLength === Buffer.byteLength(body) ? "there" : "different";
  } catch (error) {
    // A HEAD has no body: its 404 comes as NotFound.
    if (isNamed(error, "NotFound") || isNamed(error, "NoSuchKey")) return "missing";
    throw error;
  }
}

/** Payments of the days, by the status index: one query for each status, day and shard. */
async function itemsOf({ table, dates }: Pick<ReconcileOptions, "table" | "dates">): Promise<readonly Item[]> {
  const keys = STATUSES.flatMap((status) => dates.flatMap((date) => [...STATUS_SHARDS].map((shard) => statusShard(status, date, shard))));
  const items: Item[] = [];
  await inParallel(keys, async (key) => {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey }: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: PAYMENTS.statusIndex.name,
          KeyConditionExpression: "#hash = :value",
          ExpressionAttributeNames: { "#hash": PAYMENTS.statusIndex.hash },
          ExpressionAttributeValues: { ":value": { S: key } },
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      items.push(...Items);
      start = LastEvaluatedKey;
    } while (start);
  });
  return items;
}

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Every UTC date from the first to the last; undefined where one is no date, or the last is before the first. */
export function datesBetween(first: string, last: string): readonly string[] | undefined {
  const [from, to] = [first, last].map((date) => (DATE.test(date) ? Date.parse(date) : Number.NaN));
  if (from === undefined || to === undefined || !(from <= to)) return undefined;
  return Array.from({ length: (to - from) / DAY_MS + 1 }, (_, index) => new Date(from + index * DAY_MS).toISOString().slice(0, 10));
}

/** The result for people. */
export function reconcileTable({ rows, unreadable }: ReconcileResult, apply: boolean): string {
  const cells = [["region", "payments", "missing", "different", "written", "events", "failed"]].concat(
    rows.map((row) => [row.region, row.payments, row.missing.length, row.different.length, row.receiptsWritten, row.eventsTold, row.failed.length].map(String)),
  );
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "));
  const details = rows.flatMap(({ region, missing, different, failed }) => [
    ...(apply ? [] : missing.map((id) => `  ${region}: no receipt of ${id}`)),
    ...different.map((id) => `  ${region}: the receipt of ${id} is not what its item gives`),
    ...failed.map((what) => `  ${region}: failed: ${what}`),
  ]);
  return [...lines, ...details, ...unreadable.map((what) => `  not readable: ${what}`)].join("\n");
}

/** Is there anything that a run with `apply` would do, or that somebody must look at? */
export const isReconciled = ({ rows, unreadable }: ReconcileResult, apply: boolean): boolean =>
  unreadable.length === 0 && rows.every((row) => row.failed.length === 0 && row.different.length === 0 && (apply || row.missing.length === 0));
