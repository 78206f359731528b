import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { every } from "../../kernel/kernel";
import { iam } from "../iam/index";
import { lambda } from "../lambda/index";

/** A schedule that calls a function of its own region. */
export interface ScheduleSpec {
  readonly arn: string;
  readonly groupArn: string;
  readonly everyMs: number;
  readonly functionArn: string;
  /** What Scheduler takes to call the function. */
  readonly roleArn: string;
  /** The function's event. */
  readonly input: unknown;
  /** Repetitions of a call that Lambda did not accept. */
  readonly retries: number;
  readonly maxAgeMs: number;
}

/**
 * The first call of a rate without a start date comes at once, and every call with a precision of a minute ("Schedule types
 * on EventBridge Scheduler"). Assumed: at a fixed phase within this of it, milliseconds.
 */
export const PHASE_MS = 1_000;

/** Pauses between attempts, doubled each time. Assumed: the guide says "exponential backoff" and no more. */
export const BACKOFF_MS = { first: 1_000, most: 60_000 } as const;

const SERVICE = "scheduler.amazonaws.com";

/** EventBridge Scheduler of one region: it goes with its region, and what was due meanwhile is not made up for. */
export class Scheduler {
  private readonly all: ScheduleSpec[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  add(spec: ScheduleSpec): void {
    const { kernel } = this.cloud;
    this.all.push(spec);
    const phase = kernel.random(`scheduler/${spec.arn}`).below(PHASE_MS);
    every(kernel, phase, spec.everyMs, () => {
      if (!this.cloud.faults.outage(this.region)) kernel.spawn(0, () => this.fire(spec));
    });
  }

  schedules(): readonly ScheduleSpec[] {
    return [...this.all];
  }

  /** Lambda accepts the event and runs the function on its own time: how that ends is not Scheduler's to know. */
  private async fire(spec: ScheduleSpec): Promise<void> {
    const { cloud, region } = this;
    const { kernel } = cloud;
    const due = kernel.now();
    let attempt = 0;
    for (; attempt <= spec.retries && kernel.now() - due <= spec.maxAgeMs; attempt += 1) {
      const denied = this.denial(spec);
      if (denied !== undefined) return kernel.record("scheduler.dropped", { schedule: spec.arn, because: denied });
      if (cloud.faults.outage(region)) return;
      try {
        const route = { region, service: "lambda", operation: "Invoke", resource: spec.functionArn.split(":")[6] ?? "", from: region };
        return await cloud.door.call(route, () => lambda(cloud, region).queue.accept(spec.functionArn, spec.input));
      } catch (error) {
        if (error instanceof AwsError && error.$metadata.httpStatusCode === 404) return kernel.record("scheduler.dropped", { schedule: spec.arn, because: error.message });
        await kernel.sleep(Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** attempt));
      }
    }
    kernel.record("scheduler.dropped", { schedule: spec.arn, because: attempt > spec.retries ? "retries are used up" : "it is too old" });
  }

  /** "Confused deputy prevention in EventBridge Scheduler": the source is the schedule's group. */
  private denial({ roleArn, groupArn, functionArn }: ScheduleSpec): string | undefined {
    const { cloud, region } = this;
    const context = { "aws:SourceArn": groupArn, "aws:SourceAccount": cloud.accountId };
    if (iam(cloud).assume({ principal: { service: SERVICE }, roleArn, context })) return `${SERVICE} may not take ${roleArn}`;
    const denial = iam(cloud).authorize({ principal: roleArn, action: "lambda:InvokeFunction", resource: functionArn, region });
    return denial && `${roleArn} may not invoke ${functionArn}`;
  }
}

/** EventBridge Scheduler of a region, made on first use. */
export const scheduler = (cloud: Cloud, region: string): Scheduler => cloud.service("scheduler", region, () => new Scheduler(cloud, region));
