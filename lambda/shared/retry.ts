import type { Clock, Random } from "./clock";
import { property } from "./property";
import type { CallBudget } from "./runtime";

/** Never seen: told that there is no next attempt, the SDK throws the call's own error. One for all: taking a stack costs more than many a call. */
const NO_RETRY = new Error("no retry");

/** What the SDK tells a strategy of a failed attempt (RetryErrorInfo of @smithy/types). */
interface Failure {
  readonly error?: unknown;
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
}

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
  /** The attempts that failed so far, in their order. */
  readonly failures?: readonly unknown[];
}

const token = (failures: readonly unknown[]): Token => ({
  getRetryCount: () => failures.length,
  // The pause is over by the time the SDK asks: it waited on our clock, not on a timer of the SDK's.
  getRetryDelay: () => 0,
  failures,
});

/** Answers 4xx that are safe to repeat: nothing was written. DynamoDB developer guide, "Global tables: how they work". */
const RETRYABLE_CLIENT_ERRORS = new Set(["ReplicatedWriteConflictException"]);

/** Registered, so that it is one symbol for every copy of this file: bundles and the twin have their own. */
const ATTEMPTS = Symbol.for("multi-region-payments.attempts");

/**
 * How each attempt of a call failed, the last one included; undefined where nobody kept count. The last error alone
 * does not tell whether a call took effect: a throttle may follow an attempt that was never answered.
 */
export function attemptsOf(error: unknown): readonly unknown[] | undefined {
  const attempts = property(error, ATTEMPTS);
  return Array.isArray(attempts) ? attempts : undefined;
}

function keepAttempts(error: unknown, failures: readonly unknown[]): void {
  if (typeof error !== "object" || error === null || !Object.isExtensible(error)) return;
  Object.defineProperty(error, ATTEMPTS, { value: failures, enumerable: false, configurable: true, writable: true });
}

/**
 * The SDK's retry contract (RetryStrategyV2) on an injected clock: full jitter, bounded by the budget's attempts.
 * Retries throttles, server errors, lost connections and time-outs; never another client error. The error that ends
 * the call carries its history, see {@link attemptsOf}.
 */
export class ClockRetryStrategy {
  readonly mode = "standard";

  constructor(
    private readonly budget: Pick<CallBudget, "attempts" | "baseMs" | "capMs">,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async acquireInitialRetryToken(): Promise<Token> {
    return token([]);
  }

  /** Waits, then returns the next token; throws when the failure must not be repeated or the attempts are used up. */
  async refreshRetryTokenForRetry(used: Token, failure: Failure): Promise<Token> {
    const retries = used.getRetryCount();
    const failures = [...(used.failures ?? []), failure.error];
    if (retries + 1 >= this.budget.attempts || !this.mayRepeat(failure)) {
      keepAttempts(failure.error, failures);
      throw NO_RETRY;
    }
    const { baseMs, capMs } = this.budget;
    await this.clock.sleep(this.random() * Math.min(capMs, baseMs * 2 ** retries));
    return token(failures);
  }

  recordSuccess(): void {
    // No capacity is kept: the budget's attempts and the function's time limit bound the load.
  }

  private mayRepeat({ errorType, error }: Failure): boolean {
    if (errorType !== "CLIENT_ERROR") return true;
    return RETRYABLE_CLIENT_ERRORS.has(String(property(error, "name")));
  }
}
