/** How far back the page looks, seconds. */
export const SERIES_SECONDS = 120;
/** The span of the latency percentiles, seconds. */
const LATENCY_SECONDS = 60;
/** The span over which the rate is a mean, seconds. */
const RATE_SECONDS = 5;
/** Latencies are counted in buckets that grow by a tenth: a percentile is at most 10 % too high, memory stays bounded. */
const BUCKET_GROWTH = Math.log(1.1);

interface Second {
  readonly second: number;
  ok: number;
  failed: number;
  /** Bucket -> number of answers. */
  readonly latency: Map<number, number>;
}

/** Percentiles in milliseconds; null where nothing was answered in the span. */
export interface LatencySummary {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Answers per whole second, oldest first. */
export interface Series {
  readonly ok: readonly number[];
  readonly failed: readonly number[];
}

/** The answers of one region: totals, and one slot a second for the last two minutes. Pure state; time is given, in epoch ms. */
export class Traffic {
  private readonly ring: (Second | undefined)[] = Array.from({ length: SERIES_SECONDS + 1 });
  private ok = 0;
  private failed = 0;

  /** @param ms how long the answer took; left out where there was none */
  add(at: number, ok: boolean, ms?: number): void {
    const slot = this.open(Math.floor(at / 1000));
    if (ok) {
      this.ok += 1;
      slot.ok += 1;
    } else {
      this.failed += 1;
      slot.failed += 1;
    }
    if (ms === undefined) return;
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(ms, 1)) / BUCKET_GROWTH));
    slot.latency.set(bucket, (slot.latency.get(bucket) ?? 0) + 1);
  }

  /** Totals since the start, and the mean rate of the last whole seconds. */
  summary(now: number): { readonly perSecond: number; readonly ok: number; readonly failed: number } {
    const recent = this.last(now, RATE_SECONDS).reduce((sum, slot) => sum + (slot ? slot.ok + slot.failed : 0), 0);
    return { perSecond: recent / RATE_SECONDS, ok: this.ok, failed: this.failed };
  }

  /** The last {@link SERIES_SECONDS} whole seconds; the one that is under way is left out. */
  series(now: number): Series {
    const slots = this.last(now, SERIES_SECONDS);
    return { ok: slots.map((slot) => slot?.ok ?? 0), failed: slots.map((slot) => slot?.failed ?? 0) };
  }

  /** The latency buckets of the last minute, the second under way included. */
  latencies(now: number): readonly ReadonlyMap<number, number>[] {
    return this.last(now + 1000, LATENCY_SECONDS).flatMap((slot) => (slot ? [slot.latency] : []));
  }

  private open(second: number): Second {
    const index = second % this.ring.length;
    const found = this.ring[index];
    if (found?.second === second) return found;
    const slot: Second = { second, ok: 0, failed: 0, latency: new Map() };
    this.ring[index] = slot;
    return slot;
  }

  /** The `count` whole seconds before the one of `now`, oldest first. */
  private last(now: number, count: number): readonly (Second | undefined)[] {
    const current = Math.floor(now / 1000);
    return Array.from({ length: count }, (_, index) => {
      const second = current - count + index;
      const slot = this.ring[((second % this.ring.length) + this.ring.length) % this.ring.length];
      return slot?.second === second ? slot : undefined;
    });
  }
}

/** Percentiles over any number of buckets, e.g. those of several regions together. */
export function summarise(buckets: readonly ReadonlyMap<number, number>[]): LatencySummary {
  const merged = new Map<number, number>();
  for (const map of buckets) for (const [bucket, count] of map) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  const ordered = [...merged].sort(([a], [b]) => a - b);
  const total = ordered.reduce((sum, [, count]) => sum + count, 0);
  return { p50: percentile(ordered, total, 0.5), p99: percentile(ordered, total, 0.99) };
}

/** The upper edge of the bucket in which the share `p` of all answers has been reached (nearest rank). */
function percentile(ordered: readonly (readonly [number, number])[], total: number, p: number): number | null {
  const rank = Math.ceil(total * p);
  let seen = 0;
  for (const [bucket, count] of ordered) {
    seen += count;
    if (seen >= rank) return Math.round(Math.exp(bucket * BUCKET_GROWTH) * 10) / 10;
  }
  return null;
}
