/** A token bucket that fills with time: how AWS's throttles count. The caller tells the time, milliseconds. */
export class TokenBucket {
  private tokens: number;

  /** @param burst what it holds when it is full, as it is at first */
  constructor(
    private readonly ratePerSecond: number,
    private readonly burst: number,
    private at: number,
  ) {
    this.tokens = burst;
  }

  has(now: number, tokens = 1): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.ratePerSecond);
    this.at = now;
    return this.tokens >= tokens;
  }

  /** Leaves a debt where it holds less: what could not be refused has to be paid back by what comes later. */
  take(tokens = 1): void {
    this.tokens -= tokens;
  }

  /** Nothing has been taken that has not come back: a new bucket would be the same. */
  isFull(now: number): boolean {
    return this.has(now, this.burst);
  }
}
