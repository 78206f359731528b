import type { Kernel } from "../../kernel/kernel";
import { OrderedIndex, type Entry } from "./ordered-index";
import { keyList, type IndexDefinition, type Keys } from "./schema";
import { assign, itemSize, own, type Item, type ItemDraft } from "./values";

/**
 * Milliseconds until a global index sees a write. Assumption: "Using Global Secondary Indexes in DynamoDB" says
 * "within a fraction of a second, under normal conditions"; a few milliseconds are what is usually observed.
 */
export const INDEX_DELAY_MS = { low: 1, high: 15 } as const;

/** A global index of one replica. It follows the table through a queue, in the order of the writes. */
export class SecondaryIndex {
  readonly entries: OrderedIndex;
  private readonly queue: { readonly key: string; readonly entry: Entry | undefined }[] = [];
  /** Names of the attributes that the index has; undefined = all. */
  readonly projected: ReadonlySet<string> | undefined;
  private due = 0;

  constructor(
    private readonly kernel: Kernel,
    readonly definition: IndexDefinition,
    tableKeys: Keys,
  ) {
    this.entries = new OrderedIndex(definition);
    const { projection, nonKeyAttributes } = definition;
    const names = [...keyList(tableKeys), ...keyList(definition)].map(({ name }) => name);
    this.projected = projection === "ALL" ? undefined : new Set([...names, ...nonKeyAttributes]);
  }

  /** Follows a write to the table: `item` is undefined when it was deleted. */
  follow(key: string, before: Item | undefined, item: Item | undefined, size: number): void {
    if (!this.holds(before) && !this.holds(item)) return;
    const entry = item && this.entry(key, item, size);
    const now = this.kernel.now();
    const delay = this.kernel.random("dynamodb/index").between(INDEX_DELAY_MS.low, INDEX_DELAY_MS.high);
    this.due = Math.max(this.due, now + delay);
    this.queue.push({ key, entry });
    this.kernel.after(this.due - now, () => this.applyNext());
  }

  private applyNext(): void {
    const change = this.queue.shift();
    if (change) this.entries.replace(change.key, change.entry);
  }

  private holds(item: Item | undefined): boolean {
    return item !== undefined && keyList(this.definition).every(({ name }) => own(item, name) !== undefined);
  }

  private entry(key: string, item: Item, size: number): Entry | undefined {
    if (!this.projected) return this.entries.entry(key, item, size);
    const part: ItemDraft = {};
    for (const name of this.projected) {
      const value = own(item, name);
      if (value) assign(part, name, value);
    }
    return this.entries.entry(key, part, itemSize(part));
  }
}
