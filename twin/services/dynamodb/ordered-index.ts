import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Side } from "./expressions/key-condition";
import { hashText, type Keys } from "./schema";
import { compareStrings, compareValues, own, type Item } from "./values";

/** One item in an index: where it sorts, and its size in bytes. */
export interface Entry {
  /** Identifies the item within its table; decides between equal sort keys. */
  readonly key: string;
  readonly hash: string;
  readonly range: AttributeValue | undefined;
  readonly item: Item;
  readonly size: number;
}

/** A place in a partition: that of an entry, which may be there no more. */
export type Position = Pick<Entry, "key" | "range">;

export function orderOf(a: Position, b: Position): number {
  const byRange = a.range && b.range ? (compareValues(a.range, b.range) ?? 0) : 0;
  return byRange !== 0 ? byRange : compareStrings(a.key, b.key);
}

/** Index of the first entry that `isBefore` denies; the entries that it holds for come first. */
function firstNot(list: readonly Entry[], isBefore: (entry: Entry) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = list[middle];
    if (entry && isBefore(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Items by partition key, each partition sorted by sort key. */
export class OrderedIndex {
  private readonly partitions = new Map<string, Entry[]>();
  private readonly byKey = new Map<string, Entry>();

  constructor(readonly keys: Keys) {}

  get size(): number {
    return this.byKey.size;
  }

  /** An item's entry; undefined when it has not all of the index's keys (the index is sparse). */
  entry(key: string, item: Item, size: number): Entry | undefined {
    const { hash, range } = this.keys;
    const value = range && own(item, range.name);
    if (!own(item, hash.name) || (range && !value)) return undefined;
    return { key, hash: hashText(item, hash), range: value, item, size };
  }

  /** Replaces what the index holds for `key`. */
  replace(key: string, entry: Entry | undefined): void {
    const old = this.byKey.get(key);
    if (old) this.remove(old);
    if (entry) this.insert(entry);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** The entries of a partition inside the range, ascending; `after` leaves out all up to and including that place. */
  query(hash: string, side: Side | undefined, options: { readonly after?: Position; readonly forward: boolean }): readonly Entry[] {
    const list = this.partitions.get(hash);
    if (!list) return [];
    const sideOf = (entry: Entry): number => (side && entry.range ? side(entry.range) : 0);
    let from = side ? firstNot(list, (entry) => sideOf(entry) < 0) : 0;
    let to = side ? firstNot(list, (entry) => sideOf(entry) <= 0) : list.length;
    const { after, forward } = options;
    if (after && forward) from = Math.max(from, firstNot(list, (entry) => orderOf(entry, after) <= 0));
    if (after && !forward) to = Math.min(to, firstNot(list, (entry) => orderOf(entry, after) < 0));
    return list.slice(from, Math.max(from, to));
  }

  entries(): IterableIterator<Entry> {
    return this.byKey.values();
  }

  private insert(entry: Entry): void {
    const list = this.partitions.get(entry.hash);
    if (list) list.splice(firstNot(list, (other) => orderOf(other, entry) < 0), 0, entry);
    else this.partitions.set(entry.hash, [entry]);
    this.byKey.set(entry.key, entry);
  }

  private remove(entry: Entry): void {
    this.byKey.delete(entry.key);
    const list = this.partitions.get(entry.hash);
    if (!list) return;
    const at = firstNot(list, (other) => orderOf(other, entry) < 0);
    list.splice(at, 1);
    if (list.length === 0) this.partitions.delete(entry.hash);
  }
}
