import type { Clock } from "../../../lambda/shared/clock";

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
  /** The values in their order. */
  sorted(): ArrayLike<number>;
}

class Minute implements Bucket {
  sum = 0;
  min = Infinity;
  max = -Infinity;
  count = 0;
  readonly values: number[] = [];
  private order: Float64Array | undefined;
  /** The count that `order` is of. */
  private orderOf = 0;

  add(value: number): void {
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (this.count < KEPT_VALUES) this.values.push(value);
    else this.values[this.count % KEPT_VALUES] = value;
    this.count += 1;
  }

  /** Kept until another value comes: alarms look at the same minute several times. */
  sorted(): Float64Array {
    if (!this.order || this.orderOf !== this.count) {
      this.order = Float64Array.from(this.values).sort();
      this.orderOf = this.count;
    }
    return this.order;
  }
}

/** What makes a metric: AWS knows no metric by its name alone. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One metric of a region, by minutes. Adding a value is a few additions: services do it on every call. */
export class Series {
  private readonly minutes = new Map<number, Minute>();
  /** The newest minute, and when it begins, epoch ms. */
  private current: Minute | undefined;
  private begin = -Infinity;

  /** @param place shared by the region's series: what is dead publishes nothing */
  constructor(
    readonly id: MetricId,
    private readonly clock: Pick<Clock, "now">,
    private readonly place: { readonly dead: boolean },
  ) {}

  /** A value of now. */
  add(value: number): void {
    if (!this.place.dead) this.put(value, this.clock.now());
  }

  /** A value of `at`, epoch ms. */
  put(value: number, at: number): void {
    const { current, begin } = this;
    if (current && at >= begin && at < begin + MINUTE_MS) current.add(value);
    else this.minute(Math.floor(at / MINUTE_MS)).add(value);
  }

  /** The minute that starts at `minute` times a minute since the epoch; undefined = no data. */
  at(minute: number): Bucket | undefined {
    return this.minutes.get(minute);
  }

  /** The minutes that have data out of `count` from `first` on, numbered as in {@link at}. */
  between(first: number, count: number): readonly Bucket[] {
    const found: Bucket[] = [];
    for (let number = first; number < first + count; number += 1) {
      const minute = this.minutes.get(number);
      if (minute) found.push(minute);
    }
    return found;
  }

  /** The sum of all values that are kept. */
  total(): number {
    let sum = 0;
    for (const minute of this.minutes.values()) sum += minute.sum;
    return sum;
  }

  private minute(number: number): Minute {
    const isNewest = number * MINUTE_MS >= this.begin;
    let minute = this.minutes.get(number);
    if (!minute) {
      minute = new Minute();
      this.minutes.set(number, minute);
      if (isNewest) this.forget(number - KEPT_MINUTES);
    }
    if (isNewest) {
      this.begin = number * MINUTE_MS;
      this.current = minute;
    }
    return minute;
  }

  private forget(before: number): void {
    for (const minute of this.minutes.keys()) if (minute <= before) this.minutes.delete(minute);
  }
}
