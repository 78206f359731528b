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

  /** An invocation begins, `concurrent` of its function with it; call the result when it has ended. */
  started(metrics: FunctionMetrics, concurrent: number): (failed: boolean) => void {
    const { kernel } = this.cloud;
    const start = kernel.now();
    this.running += 1;
    metrics.concurrent.add(concurrent);
    this.accountConcurrent.add(this.running);
    return (failed) => {
      this.running -= 1;
      metrics.invocations.add(1);
      metrics.errors.add(failed ? 1 : 0);
      metrics.duration.add(kernel.now() - start);
    };
  }

  private series(name: string, dimensions: Readonly<Record<string, string>>): Series {
    return this.cloud.metrics.series(this.region, "AWS/Lambda", name, dimensions);
  }
}
