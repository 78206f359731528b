export interface Elapsed<T> {
  readonly value: T;
  readonly ms: number;
}

/** How long `work` takes on the wall clock. */
export async function elapsed<T>(work: () => Promise<T>): Promise<Elapsed<T>> {
  const from = performance.now();
  const value = await work();
  return { value, ms: performance.now() - from };
}

/** The p-th quantile (0..1) of a list, nearest rank; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}
