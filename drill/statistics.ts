/**
 * The p-th percentile by nearest rank: the smallest value that at least a share p of the sample does not exceed, so it
 * is always a value that was seen. With fewer than 100 values p99 is the maximum. Infinity takes part: a client that
 * never recovers pulls the tail up. Undefined for an empty sample.
 * @param p in (0, 1]
 */
export function percentile(sample: readonly number[], p: number): number | undefined {
  if (!(p > 0 && p <= 1)) throw new RangeError(`percentile: got ${p}; allowed: above 0, at most 1`);
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.ceil(p * sorted.length) - 1];
}

/** A sample's shape, in the sample's unit. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Undefined for an empty sample: nothing was measured, which is not zero. */
export function distribution(sample: readonly number[]): Distribution | undefined {
  const [p50, p95, p99, max] = [percentile(sample, 0.5), percentile(sample, 0.95), percentile(sample, 0.99), percentile(sample, 1)];
  if (p50 === undefined || p95 === undefined || p99 === undefined || max === undefined) return undefined;
  return { count: sample.length, p50, p95, p99, max };
}
