import type { Kernel } from "../../kernel/kernel";
import { AwsError } from "../../errors";
import type { SecondaryIndex } from "./secondary-index";
import type { TableDefinition } from "./schema";
import { own, scalarText, type Item } from "./values";

/** Write units that one partition takes in a second, on demand too. "Best practices for designing and using partition keys effectively". */
export const KEY_WRITE_UNITS = 1000;

/** One unit writes up to so many bytes. "DynamoDB read and write operations", section on write operations. */
const UNIT_BYTES = 1024;

const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / UNIT_BYTES));

/** Units by partition key, counted by whole seconds: a counter a key, forgotten every second. */
class Meter {
  private readonly used = new Map<string, number>();
  private second = -1;

  constructor(private readonly kernel: Kernel) {}

  /** @param key undefined = nothing is written */
  isExhausted(key: string | undefined): boolean {
    return key !== undefined && (this.current().get(key) ?? 0) >= KEY_WRITE_UNITS;
  }

  add(key: string, units: number): void {
    const used = this.current();
    used.set(key, (used.get(key) ?? 0) + units);
  }

  private current(): Map<string, number> {
    const second = Math.floor(this.kernel.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used.clear();
    }
    return this.used;
  }
}

/** The value of an index's partition key; undefined where the index does not hold the item. */
function partitionOf(index: SecondaryIndex, item: Item | undefined): string | undefined {
  const { hash, range } = index.definition;
  const value = item && own(item, hash.name);
  if (!value || (range && own(item, range.name) === undefined)) return undefined;
  return scalarText(value);
}

interface IndexMeter {
  readonly index: SecondaryIndex;
  readonly meter: Meter;
}

/**
 * What one replica's partitions and its indexes' partitions take: each key counts as a partition of its own, so limits are met
 * later than where keys share one. An index that cannot take more holds up the table's writes ("Understanding Global Secondary
 * Index (GSI) write throttling and back pressure in DynamoDB"): assumed at once, without a backlog. Writes that arrive by
 * replication, reads, and the table's throughput as a whole are not counted; an index is charged the size of the whole item.
 */
export class Throughput {
  private readonly table: Meter;
  private readonly indexes: readonly IndexMeter[];

  constructor(
    kernel: Kernel,
    private readonly arn: string,
    private readonly definition: TableDefinition,
    indexes: Iterable<SecondaryIndex>,
  ) {
    this.table = new Meter(kernel);
    this.indexes = [...indexes].map((index) => ({ index, meter: new Meter(kernel) }));
  }

  /**
   * Before a write's condition is evaluated: one that fails costs as much as one that holds. Throws ThrottlingException,
   * or ProvisionedThroughputExceededException for a provisioned table.
   * @param bytes of the item that is there
   */
  admit(partition: string, bytes: number): void {
    if (this.table.isExhausted(partition)) throw this.throttled("Table", this.arn);
    this.table.add(partition, unitsOf(bytes));
  }

  /** A write whose condition holds, `bytes` large, over an item of `oldBytes`. Throws as {@link admit}: then nothing may be written. */
  follow(partition: string, before: Item | undefined, oldBytes: number, after: Item | undefined, bytes: number): void {
    for (const { index, meter } of this.indexes) {
      if (meter.isExhausted(partitionOf(index, before)) || meter.isExhausted(partitionOf(index, after))) {
        throw this.throttled("Index", `${this.arn}/index/${index.definition.name}`);
      }
    }
    const units = unitsOf(Math.max(bytes, oldBytes));
    for (const { index, meter } of this.indexes) {
      // A changed key costs both partitions: the old entry goes. "Using Global Secondary Indexes in DynamoDB".
      const from = partitionOf(index, before);
      const to = partitionOf(index, after);
      if (from !== undefined) meter.add(from, units);
      if (to !== undefined && to !== from) meter.add(to, units);
    }
    const more = units - unitsOf(oldBytes);
    if (more > 0) this.table.add(partition, more);
  }

  private throttled(what: "Table" | "Index", resource: string): AwsError {
    const reasons = [{ reason: `${what}WriteKeyRangeThroughputExceeded`, resource }];
    const message =
      what === "Table"
        ? "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key."
        : "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.";
    return this.definition.billingMode === "PROVISIONED"
      ? new AwsError("ProvisionedThroughputExceededException", message, 400, { ThrottlingReasons: reasons })
      : new AwsError("ThrottlingException", message, 400, { throttlingReasons: reasons });
  }
}
