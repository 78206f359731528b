import type { Cloud } from "../../cloud";
import type { Series } from "../cloudwatch/series";

/** A function's metrics. Lambda developer guide, "Types of metrics for Lambda functions". */
export interface FunctionMetrics {
  readonly invocations: Series;
  readonly errors: Series;
  readonly throttles: Series;
  /** Milliseconds. */
  readonly duration: Series;
  readonly concurrent: Series;
}

/** Of a version or alias with provisioned concurrency. */
export interface ProvisionedMetrics {
  readonly invocations: Series;
  /** Invocations that found none of its environments free and took one on demand. */
  readonly spillover: Series;
  /** 0..1 */
  readonly utilization: Series;
}

/** What Lambda publishes in its region under AWS/Lambda: by function, and the account's concurrency without a dimension. */
export class LambdaMetrics {
  private readonly accountConcurrent: Series;
  private running = 0;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.accountConcurrent = this.series("ConcurrentExecutions", {});
  }

  of(functionName: string): FunctionMetrics {
    const series = (name: string): Series => this.series(name, { FunctionName: functionName });
    return {
      invocations: series("Invocations"),
      errors: series("Errors"),
      throttles: series("Throttles"),
      duration: series("Duration"),
      concurrent: series("ConcurrentExecutions"),
    };
  }

  ofProvisioned(functionName: string, qualifier: string): ProvisionedMetrics {
    const series = (name: string): Series => this.series(`ProvisionedConcurrency${name}`, { FunctionName: functionName, Resource: `${functionName}:${qualifier}` });
    return { invocations: series("Invocations"), spillover: series("SpilloverInvocations"), utilization: series("Utilization") };
  }

  /** An invocation begins, `concurrent` of its function with it. */
  started(metrics: FunctionMetrics, concurrent: number): void {
    this.running += 1;
    metrics.concurrent.add(concurrent);
    this.accountConcurrent.add(this.running);
  }

  /** It has ended. @param since when the code began, epoch ms: an initialisation before it is none of its duration */
  ended(metrics: FunctionMetrics, failed: boolean, since: number): void {
    this.running -= 1;
    metrics.invocations.add(1);
    metrics.errors.add(failed ? 1 : 0);
    metrics.duration.add(this.cloud.kernel.now() - since);
  }

  private series(name: string, dimensions: Readonly<Record<string, string>>): Series {
    return this.cloud.metrics.series(this.region, "AWS/Lambda", name, dimensions);
  }
}
