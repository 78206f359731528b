/** EventBridge Scheduler's rules as pure functions. Each objection says what was given, what is allowed, how to fix it. */

export interface ScheduleRules {
  readonly name?: string | undefined;
  readonly scheduleExpression: string;
  readonly flexibleTimeWindow: { readonly mode: string; readonly maximumWindowInMinutes?: number | undefined };
  readonly target: {
    readonly arn: string;
    readonly roleArn: string;
    readonly input?: string | undefined;
    readonly retryPolicy?: { readonly maximumEventAgeInSeconds?: number | undefined; readonly maximumRetryAttempts?: number | undefined } | undefined;
  };
}

export interface SchedulerObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

const objection = (holds: boolean, code: string, property: string, message: string): readonly SchedulerObjection[] =>
  holds ? [{ code: `scheduler.${code}`, property, message }] : [];

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of `rate(5 minutes)`; undefined for any other text. EventBridge Scheduler user guide, "Schedule types". */
export function rateMs(expression: string): number | undefined {
  const [, value = "", unit = ""] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = UNIT_MS[unit];
  return ms === undefined ? undefined : Number(value) * ms;
}

const outside = (value: number | undefined, low: number, high: number): boolean => value !== undefined && !(value >= low && value <= high);

/** API reference, "CreateSchedule", "Target", "RetryPolicy", "FlexibleTimeWindow". */
export function scheduleObjections({ name, scheduleExpression: expression, flexibleTimeWindow: flexible, target }: ScheduleRules): readonly SchedulerObjection[] {
  const { maximumEventAgeInSeconds: age, maximumRetryAttempts: attempts } = target.retryPolicy ?? {};
  const window = flexible.maximumWindowInMinutes;
  return [
    ...nameObjections(name),
    ...objection(!/^(rate|cron|at)\(.+\)$/.test(expression), "expression", "scheduleExpression", `got ${expression}; allowed rate(…), cron(…), at(…), e.g. rate(1 minute)`),
    ...objection(expression.startsWith("rate(") && rateMs(expression) === undefined, "rate", "scheduleExpression", `got ${expression}; allowed rate(<1 or more> minutes | hours | days)`),
    ...objection(
      flexible.mode === "FLEXIBLE" ? window === undefined || outside(window, 1, 1440) : flexible.mode !== "OFF" || window !== undefined,
      "window",
      "flexibleTimeWindow",
      `got ${flexible.mode}, ${window ?? "no"} minutes; allowed OFF without minutes, or FLEXIBLE with 1..1440`,
    ),
    ...objection(!/^arn:aws[\w-]*:/.test(target.arn), "target", "target", `got ${target.arn}; allowed an ARN, e.g. a function's`),
    ...objection(!/^arn:aws[\w-]*:iam::\d{12}:role\//.test(target.roleArn), "role", "target", `roleArn: got ${target.roleArn}; allowed the ARN of a role that Scheduler may take`),
    ...objection(outside(age, 60, 86_400), "retry-age", "target", `maximumEventAgeInSeconds: got ${age}; allowed 60..86400 (seconds)`),
    ...objection(outside(attempts, 0, 185), "retry-attempts", "target", `maximumRetryAttempts: got ${attempts}; allowed 0..185`),
  ];
}

/** API reference, "CreateSchedule" and "CreateScheduleGroup": names. */
export const nameObjections = (name: string | undefined): readonly SchedulerObjection[] =>
  objection(name !== undefined && !/^[\w.-]{1,64}$/.test(name), "name", "name", `got ${name}; allowed 1..64 letters, digits, -, _ and .`);
