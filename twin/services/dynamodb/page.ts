import type { Entry } from "./ordered-index";
import type { Item } from "./values";

/** Source: "Paginating table query results in DynamoDB" (1 MB a page). */
const MAX_PAGE_BYTES = 1024 * 1024;

export interface PageRequest {
  readonly limit: number | undefined;
  readonly matches: ((item: Item) => boolean) | undefined;
}

export interface Page {
  readonly items: readonly Item[];
  readonly scanned: number;
  /** Where the next page goes on; undefined when the read came to the end by itself. */
  readonly last?: Entry;
}

/** Takes entries until the limit or 1 MB is reached, whatever the filter then leaves of them. */
export function pageOf(entries: readonly Entry[], { limit = Infinity, matches }: PageRequest): Page {
  const items: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  for (const entry of entries) {
    scanned += 1;
    bytes += entry.size;
    if (!matches || matches(entry.item)) items.push(entry.item);
    // A page that ends by its limit has a key to go on from, even when nothing comes after it.
    if (scanned >= limit || bytes >= MAX_PAGE_BYTES) return { items, scanned, last: entry };
  }
  return { items, scanned };
}
