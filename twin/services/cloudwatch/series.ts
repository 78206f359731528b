/** Standard resolution. CloudWatch user guide, "Metrics concepts". */
export const MINUTE_MS = 60_000;
/** Minutes that are kept: three hours, as AWS keeps high resolution. Longer views are not the twin's business. */
export const KEPT_MINUTES = 180;
/** Values of a minute that percentiles are taken from: the newest so many. */
const KEPT_VALUES = 1000;

/** What CloudWatch knows of one metric in one minute. */
export interface Bucket {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly values: readonly number[];
}

interface Growing {
  sum: number;
  min: number;
  max: number;
  count: number;
  readonly values: number[];
}

/** What makes a metric: AWS knows no metric by its name alone. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One metric of a region, by minutes. Adding a value is a few additions: services do it on every call. */
export class Series {
  private readonly minutes = new Map<number, Growing>();
  private newest = -1;
  private current: Growing | undefined;

  /** @param place shared by the region's series: what is dead publishes nothing */
  constructor(
    readonly id: MetricId,
    private readonly now: () => number,
    private readonly place: { readonly dead: boolean },
  ) {}

  /** A value of now. */
  add(value: number): void {
    if (!this.place.dead) this.put(value, this.now());
  }

  /** A value of `at`, epoch ms. */
  put(value: number, at: number): void {
    const bucket = this.bucket(Math.floor(at / MINUTE_MS));
    bucket.sum += value;
    if (value < bucket.min) bucket.min = value;
    if (value > bucket.max) bucket.max = value;
    if (bucket.values.length < KEPT_VALUES) bucket.values.push(value);
    else bucket.values[bucket.count % KEPT_VALUES] = value;
    bucket.count += 1;
  }

  /** The minute that starts at `minute` times a minute since the epoch; undefined = no data. */
  at(minute: number): Bucket | undefined {
    return this.minutes.get(minute);
  }

  /** The sum of all values that are kept. */
  total(): number {
    let sum = 0;
    for (const minute of this.minutes.values()) sum += minute.sum;
    return sum;
  }

  private bucket(minute: number): Growing {
    if (minute === this.newest && this.current) return this.current;
    let bucket = this.minutes.get(minute);
    if (!bucket) {
      bucket = { sum: 0, min: Infinity, max: -Infinity, count: 0, values: [] };
      this.minutes.set(minute, bucket);
      if (minute > this.newest) this.forget(minute - KEPT_MINUTES);
    }
    if (minute >= this.newest) {
      this.newest = minute;
      this.current = bucket;
    }
    return bucket;
  }

  private forget(before: number): void {
    for (const minute of this.minutes.keys()) if (minute <= before) this.minutes.delete(minute);
  }
}
