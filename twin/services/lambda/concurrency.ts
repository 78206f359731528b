import { REQUESTS_PER_EXECUTION, SCALING_RATE } from "../../../rules/lambda-concurrency";
import { AwsError } from "../../errors";
import type { Kernel } from "../../kernel/kernel";
import { TokenBucket } from "../../kernel/token-bucket";

/** Concurrent executions of an account in a region. "Lambda quotas" (new accounts may have less). */
export const DEFAULT_CONCURRENCY_QUOTA = 1000;

const SCALING_PERIOD_SECONDS = 10;

const throttled = (reason: string): AwsError => new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, { Reason: reason, Type: "User" });

/** What one function has and uses of the account's concurrency. */
export class Share {
  /** Invocations under way, of all versions. */
  running = 0;
  /** A bound beside the deployed one. */
  limit: number | undefined;
  /** The bound of the faults in force; Infinity = none. */
  faultLimit = Infinity;
  readonly scaling: TokenBucket;
  readonly requests: TokenBucket | undefined;
  private readonly provisioned = new Map<string, number>();

  constructor(
    now: number,
    readonly reserved: number | undefined,
  ) {
    this.scaling = new TokenBucket(SCALING_RATE / SCALING_PERIOD_SECONDS, SCALING_RATE, now);
    this.requests = reserved === undefined ? undefined : requestBucket(reserved, now);
  }

  provision(version: string, executions: number): void {
    this.provisioned.set(version, executions);
  }

  /** Executions that are nobody else's: a reservation, which covers what is provisioned, or what is provisioned. */
  get claimed(): number {
    return this.reserved ?? [...this.provisioned.values()].reduce((sum, executions) => sum + executions, 0);
  }
}

const requestBucket = (executions: number, now: number): TokenBucket =>
  new TokenBucket(REQUESTS_PER_EXECUTION * executions, REQUESTS_PER_EXECUTION * executions, now);

/**
 * The concurrency of one account in one region: reserved, provisioned, and the rest, which is shared. "Understanding
 * Lambda function scaling", "Lambda scaling behavior". Assumed: what the request rate may be is let through within a second.
 */
export class Concurrency {
  private readonly shares = new Set<Share>();
  private quota = DEFAULT_CONCURRENCY_QUOTA;
  /** What is neither reserved nor provisioned. */
  private unreserved = DEFAULT_CONCURRENCY_QUOTA;
  /** Executions under way that count against it. */
  private running = 0;
  private requests: TokenBucket;

  constructor(private readonly kernel: Kernel) {
    this.requests = requestBucket(this.unreserved, kernel.now());
  }

  setQuota(quota: number): void {
    this.quota = quota;
    this.review();
  }

  /** A function's share; `old` is what it had before it was deployed anew. */
  share(reserved: number | undefined, old?: Share): Share {
    const share = new Share(this.kernel.now(), reserved);
    if (old) this.shares.delete(old);
    this.shares.add(share);
    this.review();
    return share;
  }

  provision(share: Share, version: string, executions: number): void {
    share.provision(version, executions);
    this.review();
  }

  /** Throws TooManyRequestsException (429) where the function's own bound is reached. */
  admit({ running, reserved, limit, faultLimit }: Share): void {
    if (running >= Math.min(reserved ?? Infinity, limit ?? Infinity, faultLimit)) throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
  }

  /**
   * An execution that nothing is provisioned for; `leave` it when it ends. Throws TooManyRequestsException (429).
   * @param grows it needs an environment that is yet to start
   */
  enter(share: Share, grows: boolean): void {
    const now = this.kernel.now();
    const shared = share.reserved === undefined;
    if (shared && this.running >= this.unreserved) throw throttled("ConcurrentInvocationLimitExceeded");
    const requests = share.requests ?? this.requests;
    if (!requests.has(now)) throw throttled(shared ? "FunctionInvocationRateLimitExceeded" : "ReservedFunctionInvocationRateLimitExceeded");
    // AWS does not say which reason it gives for the scaling rate.
    if (grows && !share.scaling.has(now)) throw throttled("ConcurrentInvocationLimitExceeded");
    requests.take();
    if (grows) share.scaling.take();
    if (shared) this.running += 1;
  }

  leave(share: Share): void {
    if (share.reserved === undefined) this.running -= 1;
  }

  private review(): void {
    const claimed = [...this.shares].reduce((sum, share) => sum + share.claimed, 0);
    const unreserved = Math.max(0, this.quota - claimed);
    if (unreserved === this.unreserved) return;
    this.unreserved = unreserved;
    this.requests = requestBucket(unreserved, this.kernel.now());
  }
}
