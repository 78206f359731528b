import type { Cloud } from "../../cloud";
import type { Series } from "../cloudwatch/series";
import type { Coordination } from "./coordination";
import { isNewer, type Store, type Version } from "./store";

/**
 * Milliseconds until the other region has a write. Assumption: "Global tables: multi-active, multi-Region replication"
 * says "within a second or less" typically and promises nothing; 0.5-2.5 s are common between regions of one geography.
 */
export const REPLICATION_DELAY_MS = { low: 200, high: 2500 } as const;

interface Shipment {
  readonly key: string;
  readonly version: Version;
}

/** Replication from one replica to another: what is on its way, and what waits because the way there is cut or paused. */
class Link {
  private held: Shipment[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly from: string,
    private readonly to: string,
    private readonly target: Store,
    private readonly latency: Series,
  ) {
    cloud.faults.onChange(() => this.resume());
  }

  send(shipment: Shipment): void {
    const { kernel } = this.cloud;
    const delay = kernel.random("dynamodb/replication").between(REPLICATION_DELAY_MS.low, REPLICATION_DELAY_MS.high);
    kernel.after(delay, () => this.arrive(shipment));
  }

  private arrive(shipment: Shipment): void {
    if (!this.cloud.faults.replicates("dynamodb", this.from, this.to)) {
      this.held.push(shipment);
      return;
    }
    const { key, version } = shipment;
    this.latency.add(this.cloud.kernel.now() - version.at);
    const old = this.target.version(key);
    if (!old || isNewer(version, old)) this.target.apply(key, version);
  }

  private resume(): void {
    if (this.held.length === 0 || !this.cloud.faults.replicates("dynamodb", this.from, this.to)) return;
    const { held } = this;
    this.held = [];
    for (const shipment of held) this.send(shipment);
  }
}

/**
 * Multi-Region eventual consistency: each replica answers by itself, its writes reach the others later, the last writer
 * wins and nobody is told. Source: "How DynamoDB global tables work" (MREC).
 */
export class EventualGroup {
  private readonly stores = new Map<string, Store>();
  private readonly links = new Map<string, Link[]>();

  constructor(
    private readonly cloud: Cloud,
    private readonly tableName: string,
  ) {}

  /** Adds a replica. Call once per region, before the first write. */
  add(region: string, store: Store): void {
    const outgoing: Link[] = [];
    for (const [other, otherStore] of this.stores) {
      outgoing.push(this.link(region, other, otherStore));
      this.links.get(other)?.push(this.link(other, region, store));
    }
    this.stores.set(region, store);
    this.links.set(region, outgoing);
  }

  /** "DynamoDB metrics and dimensions": ReplicationLatency is published where the write was made. */
  private link(from: string, to: string, target: Store): Link {
    const dimensions = { TableName: this.tableName, ReceivingRegion: to };
    return new Link(this.cloud, from, to, target, this.cloud.metrics.series(from, "AWS/DynamoDB", "ReplicationLatency", dimensions));
  }

  coordination(region: string): Coordination {
    return {
      beforeWrite: () => undefined,
      afterWrite: (key, version) => {
        for (const link of this.links.get(region) ?? []) link.send({ key, version });
      },
      beforeStrongRead: () => undefined,
      unapplied: () => [],
    };
  }
}
