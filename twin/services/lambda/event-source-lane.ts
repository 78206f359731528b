import type { Cloud } from "../../cloud";
import type { EventSourceMetrics, EventSourceSpec } from "./event-source";
import { failedFrom } from "./event-source-answer";
import { discardedBatch, keepDiscarded, type Condition } from "./event-source-failure";
import type { Pending } from "./event-source-record";
import { lambda } from "./index";

/** Pauses between attempts. Assumed: AWS says only that Lambda backs off exponentially. */
export const BACKOFF_MS = { first: 1000, most: 60_000 } as const;

const backoff = (attempt: number): number => Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (attempt - 1));

/** The longest that Lambda waits for an invocation: its own limit on functions and a cold start. */
const ANSWER_LIMIT_MS = 915_000;

/** How often a batch looks whether its region is back. */
const RETURN_POLL_MS = 1000;

/** What an attempt came to: done up to `failedFrom`, or nothing known since the region went away. */
type Attempt = { readonly lost: true } | { readonly lost: false; readonly failedFrom: number | undefined };
const LOST: Attempt = { lost: true };
const NOT_DONE: Attempt = { lost: false, failedFrom: 0 };

/** One of a shard's concurrent batches: records in their order, one batch at a time. */
export class Lane {
  private readonly queue: Pending[] = [];
  /** Under way and not done, oldest first. */
  private current: readonly Pending[] = [];
  private running = false;
  private lose: (() => void) | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly spec: EventSourceSpec,
    private readonly metrics: EventSourceMetrics,
  ) {}

  /** Records that no batch has taken yet. */
  get waiting(): number {
    return this.queue.length;
  }

  /** When the oldest record that is not done was made, epoch ms. */
  get oldest(): number | undefined {
    return (this.current[0] ?? this.queue[0])?.createdAt;
  }

  add(record: Pending): void {
    this.queue.push(record);
  }

  wake(): void {
    if (this.running || this.queue.length === 0) return;
    this.running = true;
    this.cloud.kernel.spawn(0, async () => {
      try {
        await this.drain();
      } finally {
        this.running = false;
      }
    });
  }

  /** The region is gone: the invocation under way is lost. */
  interrupt(): void {
    this.lose?.();
  }

  private async drain(): Promise<void> {
    const { batchSize, windowMs } = this.spec;
    while (this.queue.length > 0) {
      if (windowMs > 0 && this.queue.length < batchSize) await this.cloud.kernel.sleep(windowMs);
      const batch = this.queue.splice(0, batchSize);
      this.current = batch;
      await this.process(batch, []);
      this.current = [];
    }
  }

  /**
   * Repeats until every record is done or discarded. A split is no repetition and has no pause; what is left of a batch
   * after a report is a batch of its own, with attempts of its own (assumed).
   * @param after records of the same batch whose turn comes later
   */
  private async process(batch: readonly Pending[], after: readonly Pending[]): Promise<void> {
    let rest = this.areYoung(batch) ? batch : await this.discardOld(batch, 0);
    let attempts = 0;
    while (rest.length > 0) {
      this.current = after.length === 0 ? rest : [...rest, ...after];
      const attempt = await this.attempt(rest);
      if (attempt.lost) {
        while (this.cloud.faults.outage(this.spec.region)) await this.cloud.kernel.sleep(RETURN_POLL_MS);
        rest = await this.discardOld(rest, attempts);
        continue;
      }
      if (attempt.failedFrom === undefined) return;
      attempts = attempt.failedFrom > 0 ? 1 : attempts + 1;
      rest = rest.slice(attempt.failedFrom);
      if (this.spec.bisect && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        const right = rest.slice(middle);
        await this.process(rest.slice(0, middle), [...right, ...after]);
        return this.process(right, after);
      }
      if (this.spec.retries !== undefined && attempts > this.spec.retries) return this.discard(rest, "RetryAttemptsExhausted", attempts);
      await this.cloud.kernel.sleep(backoff(attempts));
      rest = await this.discardOld(rest, attempts);
    }
  }

  private attempt(batch: readonly Pending[]): Promise<Attempt> {
    const { cloud, spec, metrics } = this;
    const { kernel, faults } = cloud;
    if (faults.outage(spec.region)) return Promise.resolve(LOST);
    metrics.iteratorAge.add(kernel.now() - (batch.at(-1)?.createdAt ?? kernel.now()));
    return new Promise((resolve) => {
      // What waits resumes in an event of its own, not inside the fault's.
      const lose = (): void => void kernel.timer(0, () => end(LOST));
      /** Only the first end counts: an answer may come after the attempt was given up. */
      const end = (attempt: Attempt): void => {
        if (this.lose !== lose) return;
        limit.cancel();
        this.lose = undefined;
        resolve(attempt);
      };
      const limit = kernel.timer(ANSWER_LIMIT_MS, () => end(NOT_DONE));
      this.lose = lose;
      lambda(cloud, spec.region)
        .invoke(spec.functionName, { Records: batch.map(({ event }) => event) }, { region: spec.region })
        .then(
          (result) => end({ lost: false, failedFrom: failedFrom(result, batch, spec.partial) }),
          // Throttled, not there, or cut off: Lambda knows no more than that the batch was not done.
          () => end(faults.outage(spec.region) ? LOST : NOT_DONE),
        );
    });
  }

  private areYoung(batch: readonly Pending[]): boolean {
    const { maxAgeMs } = this.spec;
    if (maxAgeMs === undefined) return true;
    const since = this.cloud.kernel.now() - maxAgeMs;
    for (const { createdAt } of batch) if (createdAt < since) return false;
    return true;
  }

  /** The records that are young enough to be tried. */
  private async discardOld(batch: readonly Pending[], attempts: number): Promise<readonly Pending[]> {
    if (this.areYoung(batch)) return batch;
    const since = this.cloud.kernel.now() - (this.spec.maxAgeMs ?? Infinity);
    await this.discard(batch.filter(({ createdAt }) => createdAt < since), "RecordAgeExceeded", attempts);
    return batch.filter(({ createdAt }) => createdAt >= since);
  }

  private async discard(batch: readonly Pending[], condition: Condition, attempts: number): Promise<void> {
    const { cloud, spec, metrics } = this;
    const id = cloud.kernel.random("lambda/discarded").id(26);
    const kept = await keepDiscarded(cloud, spec, discardedBatch(spec, batch, condition, attempts, id, cloud.kernel.now()));
    if (!kept && spec.failureBucket !== undefined) metrics.destinationFailures.add(1);
    cloud.kernel.record("lambda.event-source.discarded", { region: spec.region, function: spec.functionName, records: batch.length, condition, kept });
  }
}
