import { AwsError } from "../../errors";
import type { Kernel } from "../../kernel/kernel";
import type { InvokeResult } from "./index";

/** How a function's asynchronous invocations are repeated. */
export interface AsyncSettings {
  /** Repetitions of a run that failed, 0..2. */
  readonly retries: number;
  /** Older events are given up, milliseconds. */
  readonly maxAgeMs: number;
}

/** Two repetitions within six hours. Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation". */
export const ASYNC_DEFAULTS: AsyncSettings = { retries: 2, maxAgeMs: 6 * 3_600_000 };

/** "One minute before the first retry, two before the second"; a throttled event comes again after 1 s, doubled up to 5 minutes. */
const RETRY_MS = [60_000, 120_000] as const;
const THROTTLED_MS = { first: 1_000, most: 300_000 } as const;

/** Events that Lambda has accepted and runs on its own time. */
export class AsyncQueue {
  private readonly settings = new Map<string, AsyncSettings>();

  constructor(
    private readonly kernel: Kernel,
    private readonly run: (reference: string, event: unknown) => Promise<InvokeResult>,
    /** Throws where there is no such function. */
    private readonly nameOf: (reference: string) => string,
  ) {}

  configure(functionName: string, settings: AsyncSettings): void {
    this.settings.set(functionName, settings);
  }

  /** Throws ResourceNotFoundException. */
  accept(reference: string, event: unknown): void {
    const name = this.nameOf(reference);
    this.kernel.spawn(0, () => this.deliver(name, reference, event));
  }

  private async deliver(name: string, reference: string, event: unknown): Promise<void> {
    const { retries, maxAgeMs } = this.settings.get(name) ?? ASYNC_DEFAULTS;
    const accepted = this.kernel.now();
    let failures = 0;
    let throttles = 0;
    for (;;) {
      const pause = await this.attempt(reference, event).then((outcome) => {
        if (outcome === "done" || outcome === "lost") return "ended";
        if (outcome === "throttled") return Math.min(THROTTLED_MS.most, THROTTLED_MS.first * 2 ** throttles++);
        return failures < retries ? (RETRY_MS[failures++] ?? "used-up") : "used-up";
      });
      if (pause === "ended") return;
      if (pause === "used-up" || this.kernel.now() + pause - accepted > maxAgeMs) return this.kernel.record("lambda.event-given-up", { function: name });
      await this.kernel.sleep(pause);
    }
  }

  /** `lost` = the region went, and the run with it. */
  private async attempt(reference: string, event: unknown): Promise<"done" | "failed" | "throttled" | "lost"> {
    try {
      return (await this.run(reference, event)).functionError ? "failed" : "done";
    } catch (error) {
      return error instanceof AwsError ? "throttled" : "lost";
    }
  }
}
