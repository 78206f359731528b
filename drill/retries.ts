import type { Clock, Random } from "../lambda/shared/clock";

/**
 * How a client repeats a failed attempt. Times in milliseconds.
 * - `none`: it does not; the payment stays unanswered.
 * - `naive`: again after a fixed pause, for as long as it takes.
 * - `full-jitter`: the n-th pause is drawn from [0, min(capMs, baseMs * 2^n)); with a budget, repeats take a token each, and
 *   wait for one when there is none: retries at a fixed rate at most. "Timeouts, retries, and backoff with jitter"
 *   (Amazon Builders' Library).
 */
export type RetryPolicy =
  | { readonly kind: "none" }
  | { readonly kind: "naive"; readonly pauseMs: number }
  | { readonly kind: "full-jitter"; readonly baseMs: number; readonly capMs: number; readonly budget?: RetryBudget };

export interface RetryBudget {
  /** Tokens that the bucket holds. */
  readonly burst: number;
  readonly perSecond: number;
}

export const RETRY_POLICIES = {
  none: { kind: "none" },
  naive: { kind: "naive", pauseMs: 100 },
  "full-jitter": { kind: "full-jitter", baseMs: 200, capMs: 2_000, budget: { burst: 20, perSecond: 5 } },
} as const satisfies Record<string, RetryPolicy>;
export type RetryPolicyName = keyof typeof RETRY_POLICIES;

/** One client's retries: its payments under way share one budget. */
export class Retries {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly policy: RetryPolicy,
    private readonly clock: Pick<Clock, "now">,
    private readonly random: Random,
  ) {
    this.tokens = policy.kind === "full-jitter" ? (policy.budget?.burst ?? 0) : 0;
    this.filledAt = clock.now();
  }

  /** How long to wait before the repeat that follows the `failures`-th failed attempt; undefined = give up. Takes a token. */
  pause(failures: number): number | undefined {
    const { policy } = this;
    switch (policy.kind) {
      case "none":
        return undefined;
      case "naive":
        return policy.pauseMs;
      case "full-jitter": {
        const drawn = this.random() * Math.min(policy.capMs, policy.baseMs * 2 ** (failures - 1));
        return policy.budget ? Math.max(drawn, this.take(policy.budget)) : drawn;
      }
    }
  }

  /** Takes a token; the answer is how long it takes until there is one. Those who come later wait behind it. */
  private take({ burst, perSecond }: RetryBudget): number {
    const now = this.clock.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) / 1000) * perSecond) - 1;
    this.filledAt = now;
    return this.tokens >= 0 ? 0 : (-this.tokens / perSecond) * 1000;
  }
}
