import type { Coordination } from "./coordination";
import { hashText, keyText } from "./schema";
import { Store } from "./store";
import { Stream } from "./stream";
import { Throughput } from "./throughput";
import type { Kernel } from "../../kernel/kernel";
import type { StreamViewType, TableDefinition } from "./schema";
import { equalItems, type Item } from "./values";

/** The regions of a table, as DescribeTable tells them. */
export interface Membership {
  readonly mode: "regional" | "eventual" | "strong";
  /** Every region with a replica, the home region first. */
  readonly regions: readonly string[];
  readonly witness?: string;
}

/** What a write makes of an item; undefined deletes it. Size in bytes. */
export type Change = (before: Item | undefined) => { readonly item: Item; readonly size: number } | undefined;

/** A table in one region, alone or as a member of a global table. */
export class Replica {
  readonly store: Store;
  /** Each replica's own setting, like its stream. */
  deletionProtection: boolean;
  private readonly throughput: Throughput;

  constructor(
    kernel: Kernel,
    readonly region: string,
    readonly arn: string,
    readonly definition: TableDefinition,
    readonly membership: Membership,
    private readonly coordination: Coordination,
  ) {
    this.store = new Store(kernel, definition);
    this.throughput = new Throughput(kernel, arn, definition, this.store.indexes.values());
    this.deletionProtection = definition.deletionProtection;
  }

  get stream(): Stream | undefined {
    return this.store.stream;
  }

  /** Switches this replica's own stream on; `label` is the last part of its ARN. */
  enableStream(viewType: StreamViewType, label: string): Stream {
    const stream = new Stream(`${this.arn}/stream/${label}`, label, viewType);
    this.store.stream = stream;
    return stream;
  }

  /** Must come before any read that has to see every write acknowledged before it. Throws InternalServerError. */
  requireStrong(): void {
    this.coordination.beforeStrongRead();
  }

  get(key: string): Item | undefined {
    return this.store.version(key)?.item;
  }

  /**
   * One write, atomic. Throws what `change` throws, or why the replica cannot write now.
   * @param keyed an item with the key attributes, or the key itself
   */
  write(keyed: Item, change: Change): { readonly before: Item | undefined; readonly after: Item | undefined } {
    const { keys } = this.definition;
    const key = keyText(keyed, keys);
    const partition = keys.range ? hashText(keyed, keys.hash) : key;
    this.coordination.beforeWrite(key);
    const stored = this.store.version(key);
    const before = stored?.item;
    this.throughput.admit(partition, stored?.size ?? 0);
    const next = change(before);
    const after = next?.item;
    if (!equalItems(before, after)) {
      this.throughput.follow(partition, before, stored?.size ?? 0, after, next?.size ?? 0);
      const version = this.store.next(stored, after, next?.size ?? 0, this.region);
      this.store.apply(key, version);
      this.coordination.afterWrite(key, version);
    }
    return { before, after };
  }

  /** The items that a strongly consistent scan would show, or this replica's own when it can answer none. Changes nothing. */
  dump(): readonly Item[] {
    const unapplied = this.coordination.unapplied();
    if (unapplied.length === 0) return this.store.items();
    const items = new Map<string, Item>();
    const show = (key: string, item: Item | undefined): void => {
      if (item) items.set(key, item);
      else items.delete(key);
    };
    for (const [key, { item }] of this.store.all()) show(key, item);
    for (const { key, version } of unapplied) show(key, version.item);
    return [...items.values()];
  }
}
