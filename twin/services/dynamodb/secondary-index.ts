import type { Kernel, Timer } from "../../kernel/kernel";
import { OrderedIndex, type Entry } from "./ordered-index";
import { keyList, type IndexDefinition, type Keys } from "./schema";
import { assign, itemSize, own, type Item, type ItemDraft } from "./values";

/**
 * Milliseconds until a global index sees a write. Assumption: "Using Global Secondary Indexes in DynamoDB" says
 * "within a fraction of a second, under normal conditions"; a few milliseconds are what is usually observed.
 */
export const INDEX_DELAY_MS = { low: 1, high: 15 } as const;

/** A write to the table that an index has not taken over yet. */
interface Change {
  readonly key: string;
  readonly item: Item | undefined;
  readonly size: number;
  /** When the index has it, epoch ms. */
  readonly due: number;
}

/** Where nobody reads, due changes are taken over in lots, so many milliseconds after the first: they must not fill the memory. */
const LOT_MS = 600_000;

/**
 * A global index of one replica. It follows the table through a queue, in the order of the writes: what is due is taken
 * over when somebody reads, or with its lot.
 */
export class SecondaryIndex {
  private readonly ordered: OrderedIndex;
  private queue: Change[] = [];
  private readonly keyNames: readonly string[];
  /** Names of the attributes that the index has; undefined = all. */
  readonly projected: ReadonlySet<string> | undefined;
  private due = 0;
  private lot: Timer | undefined;

  constructor(
    private readonly kernel: Kernel,
    readonly definition: IndexDefinition,
    tableKeys: Keys,
  ) {
    this.ordered = new OrderedIndex(definition);
    const { projection, nonKeyAttributes } = definition;
    this.keyNames = keyList(definition).map(({ name }) => name);
    const tableNames = keyList(tableKeys).map(({ name }) => name);
    this.projected = projection === "ALL" ? undefined : new Set([...tableNames, ...this.keyNames, ...nonKeyAttributes]);
  }

  /** What the index shows now. */
  get entries(): OrderedIndex {
    this.settle();
    return this.ordered;
  }

  /** Follows a write to the table: `item` is undefined when it was deleted. */
  follow(key: string, before: Item | undefined, item: Item | undefined, size: number): void {
    if (!this.holds(before) && !this.holds(item)) return;
    const delay = this.kernel.random("dynamodb/index").between(INDEX_DELAY_MS.low, INDEX_DELAY_MS.high);
    this.due = Math.max(this.due, this.kernel.now() + delay);
    this.queue.push({ key, item, size, due: this.due });
    this.lot ??= this.kernel.after(LOT_MS, () => this.settleLot());
  }

  private settleLot(): void {
    this.settle();
    this.lot = this.queue.length > 0 ? this.kernel.after(LOT_MS, () => this.settleLot()) : undefined;
  }

  private settle(): void {
    const now = this.kernel.now();
    let count = 0;
    for (const { key, item, size, due } of this.queue) {
      if (due > now) break;
      this.ordered.replace(key, item && this.entry(key, item, size));
      count += 1;
    }
    if (count > 0) this.queue = this.queue.slice(count);
  }

  /** The index is sparse: it has the items with all its keys. */
  private holds(item: Item | undefined): boolean {
    if (item === undefined) return false;
    for (const name of this.keyNames) if (own(item, name) === undefined) return false;
    return true;
  }

  private entry(key: string, item: Item, size: number): Entry | undefined {
    if (!this.projected) return this.ordered.entry(key, item, size);
    const part: ItemDraft = {};
    for (const name of this.projected) {
      const value = own(item, name);
      if (value) assign(part, name, value);
    }
    return this.ordered.entry(key, part, itemSize(part));
  }
}
