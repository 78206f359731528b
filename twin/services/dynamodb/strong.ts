import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import type { Timer } from "../../kernel/kernel";
import type { Coordination } from "./coordination";
import type { Store, Version } from "./store";

/**
 * Milliseconds in which another region's write to the same item is still under way. Assumption: one round trip between
 * regions of a set (some 12 ms between neighbours, some 70 ms across the United States); AWS states no figure.
 */
export const CONFLICT_WINDOW_MS = { low: 10, high: 80 } as const;

/** Milliseconds until a replica shows others' writes to eventually consistent reads. Assumption, as above. */
export const APPLY_DELAY_MS = { low: 10, high: 80 } as const;

/**
 * Milliseconds that a replica needs to catch up once it reaches another member again. Assumption: "Multi-Region strong
 * consistency" says that it catches up by itself and states no time.
 */
export const CATCH_UP_MS = { low: 1000, high: 5000 } as const;

/** Committed writes that all replicas have applied are dropped from the journal in lots of this many. */
const TRIM_LOT = 1024;

interface Member {
  readonly store: Store;
  /** Number of journal entries that the store has applied. */
  applied: number;
  /** `cut`: reaches no other member. `catching-up`: reaches one again, but has not the newest writes yet. */
  state: "current" | "cut" | "catching-up";
  catchUp?: Timer;
}

const unavailable = (): AwsError => new AwsError("InternalServerError", "Internal server error", 500);

const conflict = (region: string): AwsError =>
  new AwsError(
    "ReplicatedWriteConflictException",
    `One or more items in this request are being modified by a request in another Region (${region}). Retry the request.`,
  );

/**
 * Multi-Region strong consistency: a write counts once two of the three members have it, which the journal stands for.
 * A replica that reaches no other member can neither write nor read strongly; one that comes back catches up first.
 * Source: "How DynamoDB global tables work" (MRSC) and "DynamoDB global tables resilience".
 */
export class StrongGroup {
  private readonly members = new Map<string, Member>();
  private journal: { readonly key: string; readonly version: Version }[] = [];
  /** Number of entries dropped from the journal's start. */
  private dropped = 0;

  /** @param regions the three members, the witness among them */
  constructor(
    private readonly cloud: Cloud,
    private readonly regions: readonly string[],
  ) {
    cloud.faults.onChange(() => this.review());
  }

  /** Adds a replica (never the witness). Call once per region, before the first write. */
  add(region: string, store: Store): void {
    this.members.set(region, { store, applied: 0, state: this.reachesOther(region) ? "current" : "cut" });
  }

  coordination(region: string): Coordination {
    return {
      beforeWrite: (key) => {
        const member = this.current(region);
        this.apply(member, this.end);
        const last = member.store.version(key);
        if (last && last.region !== region && this.underWay(last)) throw conflict(last.region);
      },
      afterWrite: (key, version) => this.commit(region, key, version),
      beforeStrongRead: () => this.apply(this.current(region), this.end),
      unapplied: () => {
        const member = this.members.get(region);
        return member?.state === "current" ? this.journal.slice(member.applied - this.dropped) : [];
      },
    };
  }

  private get end(): number {
    return this.dropped + this.journal.length;
  }

  private current(region: string): Member {
    const member = this.members.get(region);
    if (member?.state !== "current") throw unavailable();
    return member;
  }

  private underWay({ at }: Version): boolean {
    const age = this.cloud.kernel.now() - at;
    if (age >= CONFLICT_WINDOW_MS.high) return false;
    return age < this.cloud.kernel.random("dynamodb/conflict").between(CONFLICT_WINDOW_MS.low, CONFLICT_WINDOW_MS.high);
  }

  private commit(region: string, key: string, version: Version): void {
    this.journal.push({ key, version });
    const position = this.end;
    const { kernel } = this.cloud;
    for (const [other, member] of this.members) {
      if (other === region) {
        member.applied = position;
        continue;
      }
      const delay = kernel.random("dynamodb/replication").between(APPLY_DELAY_MS.low, APPLY_DELAY_MS.high);
      kernel.after(delay, () => {
        if (member.state === "current") this.apply(member, position);
      });
    }
  }

  private apply(member: Member, upTo: number): void {
    for (; member.applied < upTo; member.applied += 1) {
      const entry = this.journal[member.applied - this.dropped];
      if (entry) member.store.apply(entry.key, entry.version);
    }
    if (this.journal.length < TRIM_LOT) return;
    const everywhere = Math.min(...[...this.members.values()].map(({ applied }) => applied));
    if (everywhere - this.dropped >= TRIM_LOT) {
      this.journal = this.journal.slice(everywhere - this.dropped);
      this.dropped = everywhere;
    }
  }

  /** A quorum needs words in both directions. A paused replica is isolated, as in AWS's experiments with such tables. */
  private reachesOther(region: string): boolean {
    const { faults } = this.cloud;
    return this.regions.some((other) => other !== region && faults.replicates("dynamodb", region, other) && faults.replicates("dynamodb", other, region));
  }

  /** Called after every change of the faults in force. */
  private review(): void {
    for (const [region, member] of this.members) {
      const reaches = this.reachesOther(region);
      if (!reaches && member.state !== "cut") {
        member.catchUp?.cancel();
        member.state = "cut";
      } else if (reaches && member.state === "cut") {
        member.state = "catching-up";
        member.catchUp = this.catchUpOf(region, member);
      }
    }
  }

  private catchUpOf(region: string, member: Member): Timer {
    const { kernel } = this.cloud;
    const delay = kernel.random("dynamodb/catch-up").between(CATCH_UP_MS.low, CATCH_UP_MS.high);
    return kernel.after(delay, () => {
      member.state = "current";
      this.apply(member, this.end);
      kernel.record("dynamodb.caught-up", { region, table: member.store.definition.name });
    });
  }
}
