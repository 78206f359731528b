import type { Kernel } from "../../kernel/kernel";
import { OrderedIndex } from "./ordered-index";
import { keyOf, type TableDefinition } from "./schema";
import { SecondaryIndex } from "./secondary-index";
import type { Stream } from "./stream";
import { equalItems, type Item } from "./values";

/** What a replica knows of one key: its item (undefined = deleted) and the write that made it so. */
export interface Version {
  readonly item: Item | undefined;
  /** Bytes. */
  readonly size: number;
  /** When it was written, epoch ms: the last writer wins. */
  readonly at: number;
  /** Counts the versions of one millisecond, so that a writer always beats the version that it saw. */
  readonly step: number;
  /** Where it was written. */
  readonly region: string;
}

/** Does `a` win over `b`? Last writer wins; of writes at the same time the region's name decides. */
export const isNewer = (a: Version, b: Version): boolean =>
  a.at !== b.at ? a.at > b.at : a.step !== b.step ? a.step > b.step : a.region > b.region;

/** One region's copy of a table, with its indexes and its stream: a plain state machine. */
export class Store {
  readonly indexes: ReadonlyMap<string, SecondaryIndex>;
  /** By sort key, where the table has one. */
  readonly ordered: OrderedIndex | undefined;
  stream: Stream | undefined;
  private readonly indexList: readonly SecondaryIndex[];
  private readonly versions = new Map<string, Version>();
  private count = 0;
  private bytes = 0;

  constructor(
    private readonly kernel: Kernel,
    readonly definition: TableDefinition,
  ) {
    const { keys, indexes } = definition;
    this.indexList = indexes.map((index) => new SecondaryIndex(kernel, index, keys));
    this.indexes = new Map(this.indexList.map((index) => [index.definition.name, index]));
    this.ordered = keys.range ? new OrderedIndex(keys) : undefined;
  }

  get itemCount(): number {
    return this.count;
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  version(key: string): Version | undefined {
    return this.versions.get(key);
  }

  /** Every key with its version, deleted ones too. */
  all(): IterableIterator<[string, Version]> {
    return this.versions.entries();
  }

  /** What is there now. */
  items(): readonly Item[] {
    const items: Item[] = [];
    for (const { item } of this.versions.values()) if (item) items.push(item);
    return items;
  }

  /** A new version of a key after its `old` one, written now in `region`; size in bytes. */
  next(old: Version | undefined, item: Item | undefined, size: number, region: string): Version {
    const now = this.kernel.now();
    const at = old ? Math.max(now, old.at) : now;
    return { item, size, at, step: old?.at === at ? old.step + 1 : 0, region };
  }

  /** Takes a version over, into the indexes and the stream too. A change of nothing makes no record. */
  apply(key: string, version: Version): void {
    const old = this.versions.get(key);
    this.versions.set(key, version);
    const before = old?.item;
    const after = version.item;
    this.count += (after ? 1 : 0) - (before ? 1 : 0);
    this.bytes += version.size - (old?.size ?? 0);
    if (equalItems(before, after)) return;

    this.ordered?.replace(key, after && this.ordered.entry(key, after, version.size));
    for (const index of this.indexList) index.follow(key, before, after, version.size);
    const some = after ?? before;
    if (this.stream && some) {
      this.stream.append({ keys: keyOf(some, this.definition.keys), before, after }, this.kernel.now());
    }
  }
}
