import { ScanCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { Item } from "../lambda/shared/table";

/** Where a reader goes on: a scan's LastEvaluatedKey, or a number of lines. JSON, for the checkpoint. */
export type Place = { readonly key: Item } | { readonly lines: number };

/** What was read at once. */
export interface Page {
  readonly items: readonly Item[];
  /** Undefined = this was the last. */
  readonly next: Place | undefined;
}

/** The earlier items, in parts that can be read side by side. */
export interface Source {
  /** Says in words what it is; a checkpoint is good for the same source only. */
  readonly name: string;
  readonly segments: number;
  /** The pages of one part from a place on, or from its start. Rejects where it cannot be read. */
  pages(segment: number, from: Place | undefined): AsyncIterable<Page>;
}

/** A line of the file that is no item. */
export class SourceError extends Error {
  readonly code = "SOURCE";
  override readonly name = "SourceError";
}

/** Items of a page: small enough that a checkpoint is seldom older than a second. */
const PAGE = 100;

/** A table, e.g. one that AWS Backup or point-in-time recovery has restored. */
export function tableSource(client: Pick<DynamoDBClient, "send">, table: string, segments: number): Source {
  return {
    name: `table ${table}`,
    segments,
    async *pages(segment, from) {
      let start = from && "key" in from ? from.key : undefined;
      do {
        const { Items = [], LastEvaluatedKey }: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await client.send(
          new ScanCommand({
            TableName: table,
            ConsistentRead: true,
            Limit: PAGE,
            ...(segments > 1 ? { Segment: segment, TotalSegments: segments } : {}),
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        start = LastEvaluatedKey;
        yield { items: Items, next: start && { key: start } };
      } while (start);
    },
  };
}

/**
 * A file with an item a line, as `{"Item": {…}}` or bare: what DynamoDB's export to S3 writes as DYNAMODB_JSON, packed by
 * gzip (`.gz`) or not. "DynamoDB table export output format" (DynamoDB developer guide).
 */
export function fileSource(path: string): Source {
  return {
    name: `file ${path}`,
    segments: 1,
    async *pages(_segment, from) {
      const done = from && "lines" in from ? from.lines : 0;
      let lines = 0;
      let items: Item[] = [];
      for await (const line of linesOf(path)) {
        lines += 1;
        if (lines <= done) continue;
        if (line.trim() !== "") items.push(itemOf(line, `${path}, line ${lines}`));
        if (items.length < PAGE) continue;
        yield { items, next: { lines } };
        items = [];
      }
      yield { items, next: undefined };
    },
  };
}

async function* linesOf(path: string): AsyncIterable<string> {
  const bytes = createReadStream(path);
  const unpacked = path.endsWith(".gz") ? createGunzip() : undefined;
  if (unpacked) bytes.on("error", (error) => unpacked.destroy(error)).pipe(unpacked);
  let rest = "";
  for await (const chunk of (unpacked ?? bytes).setEncoding("utf8")) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

function itemOf(line: string, where: string): Item {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new SourceError(`${where} is not JSON; allowed: one item a line, as DynamoDB's export writes them`);
  }
  const item = isObject(parsed) && "Item" in parsed ? parsed.Item : parsed;
  const typed = isObject(item) && Object.values(item).every((value) => isObject(value) && Object.keys(value).length === 1);
  if (!typed) throw new SourceError(`${where} is no item; allowed: {"Item": {"paymentId": {"S": "pay_…"}, …}}`);
  return item as Item; // looked at above, as far as its shape goes
}
