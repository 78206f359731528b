import type { Clock, Random } from "./clock";
import type { CallBudget } from "./runtime";

/** What the SDK tells a strategy of a failed attempt (RetryErrorInfo of @smithy/types). */
interface Failure {
  readonly error?: unknown;
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
}

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
}

const token = (retries: number): Token => ({
  getRetryCount: () => retries,
  // The pause is over by the time the SDK asks: it waited on our clock, not on a timer of the SDK's.
  getRetryDelay: () => 0,
});

/** Answers 4xx that are safe to repeat: nothing was written. DynamoDB developer guide, "Global tables: how they work". */
const RETRYABLE_CLIENT_ERRORS = new Set(["ReplicatedWriteConflictException"]);

/**
 * The SDK's retry contract (RetryStrategyV2) on an injected clock: full jitter, bounded by the budget's attempts.
 * Retries throttles, server errors, lost connections and time-outs; never another client error.
 */
export class ClockRetryStrategy {
  readonly mode = "standard";

  constructor(
    private readonly budget: Pick<CallBudget, "attempts" | "baseMs" | "capMs">,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async acquireInitialRetryToken(): Promise<Token> {
    return token(0);
  }

  /** Waits, then returns the next token; throws when the failure must not be repeated or the attempts are used up. */
  async refreshRetryTokenForRetry(used: Token, failure: Failure): Promise<Token> {
    const retries = used.getRetryCount();
    if (retries + 1 >= this.budget.attempts || !this.mayRepeat(failure)) throw new Error("no retry");
    const { baseMs, capMs } = this.budget;
    await this.clock.sleep(this.random() * Math.min(capMs, baseMs * 2 ** retries));
    return token(retries + 1);
  }

  recordSuccess(): void {
    // No capacity is kept: the budget's attempts and the function's time limit bound the load.
  }

  private mayRepeat({ errorType, error }: Failure): boolean {
    if (errorType !== "CLIENT_ERROR") return true;
    return error instanceof Error && RETRYABLE_CLIENT_ERRORS.has(error.name);
  }
}
