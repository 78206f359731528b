import type { Kernel, LoggedEvent } from "../twin/kernel/kernel";
import { EXTRA_DATAPOINTS } from "../twin/services/cloudwatch/evaluate";
import { MINUTE_MS } from "../twin/services/cloudwatch/series";
import { EVALUATION_DELAY_MS } from "../twin/services/cloudwatch/index";
import { ofType, type Graph } from "../twin/deploy/graph";

/** Where an alarm is; `global` are those on Route 53's metrics, which AWS publishes in one region for all. */
export type AlarmPlace = "primary" | "secondary" | "global";

/** The service part of an alarm's name, as in lib/alarm-lines, and its place: `payments-api-5xx@primary`. */
export type AlarmRef = `payments-${string}@${AlarmPlace}`;

/** An alarm that the stack has. */
export interface StackAlarm {
  readonly ref: AlarmRef;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** A cause that lasts for so long makes it sound, milliseconds from the cause on; see {@link alarmsOf}. */
  readonly dueMs: number;
}

/** An alarm that went to ALARM. */
export interface FiredAlarm {
  readonly ref: AlarmRef;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** From the fault on; negative before it, absent in a drill without one. */
  readonly sinceFaultMs?: number;
  /** Its message reached the topic of its region. */
  readonly notified: boolean;
  /** Why it did not. */
  readonly untold?: string;
  /** CloudWatch's reason. */
  readonly because: string;
  /** Of a minute that began before the stack was in service, so of its deployment: told, not judged. */
  readonly ofDeployment?: true;
}

/** An alarm's name without its place, e.g. `payments-api-5xx`. */
export const nameOf = (ref: AlarmRef): string => ref.replace(/@.*/, "");

/** Alarms that a drill is judged by. */
export const judged = (alarms: readonly FiredAlarm[]): readonly FiredAlarm[] => alarms.filter(({ ofDeployment }) => !ofDeployment);

/** From the cause to what is measured: checkers, the observer's next look, a function's time limit. An allowance. */
const NOTICED_MS = 60_000;

/**
 * The stack's alarms. One is due when its whole periods, of which the first one may have begun before the cause, have been
 * evaluated. CloudWatch user guide, "Evaluating an alarm".
 */
export function alarmsOf(graph: Graph, regions: { readonly primary: string; readonly secondary: string }, environment: string): readonly StackAlarm[] {
  return ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs, outputs, region = "" }) => {
    const name = String(inputs["name"]);
    const service = name.replace(new RegExp(`-${region}-${environment}$`), "");
    const place: AlarmPlace = inputs["namespace"] === "AWS/Route53" ? "global" : region === regions.primary ? "primary" : "secondary";
    // Silence is only breaching when nothing real is left in the evaluation range.
    const more = 1 + (inputs["treatMissingData"] === "breaching" ? EXTRA_DATAPOINTS : 0);
    const periods = (Number(inputs["evaluationPeriods"]) + more) * Number(inputs["period"]) * 1000;
    const ref = `${service}@${place}` as AlarmRef; // names begin with payments-: a test looks
    return { ref, name, arn: String(outputs["arn"]), region, dueMs: periods + EVALUATION_DELAY_MS.high + NOTICED_MS };
  });
}

type Sounded = Omit<FiredAlarm, "sinceFaultMs" | "ofDeployment">;

/**
 * Hears alarms from now on until the answer is called, which gives those that went to ALARM, in their order. An alarm's
 * actions are taken in the moment of its change, so its message or refusal follows at once. A minute that began before the
 * stack was in service tells of its deployment: new inverted health checks are unhealthy at first.
 */
export function hearAlarms(kernel: Pick<Kernel, "observe">, alarms: readonly StackAlarm[]): (inServiceAt: number, faultAt: number | undefined) => readonly FiredAlarm[] {
  const known = new Map(alarms.map((alarm) => [`${alarm.region}/${alarm.name}`, alarm]));
  const byArn = new Map(alarms.map(({ arn, region, name }) => [arn, `${region}/${name}`]));
  const heard: Sounded[] = [];
  const last = new Map<string, number>();
  const change = (key: string, what: Partial<Sounded>): void => {
    const index = last.get(key);
    const sounded = index === undefined ? undefined : heard[index];
    if (index !== undefined && sounded) heard[index] = { ...sounded, ...what };
  };
  const stop = kernel.observe(({ kind, at, data }: LoggedEvent) => {
    if (kind === "sns.published") {
      const key = byArn.get(String(data["source"]));
      if (key !== undefined) change(key, { notified: true });
      return;
    }
    if (kind !== "cloudwatch.alarm" && kind !== "cloudwatch.action-failed") return;
    const key = `${String(data["region"])}/${String(data["name"])}`;
    if (kind === "cloudwatch.action-failed") return change(key, { untold: String(data["because"]) });
    const alarm = known.get(key);
    // What it does when it is over is no longer about the last time that it sounded.
    last.delete(key);
    if (!alarm || data["state"] !== "ALARM") return;
    last.set(key, heard.push({ ref: alarm.ref, region: alarm.region, at, notified: false, because: String(data["reason"]) }) - 1);
  });
  return (inServiceAt, faultAt) => {
    stop();
    return heard.map((each) => ({
      ...each,
      ...(faultAt === undefined ? {} : { sinceFaultMs: each.at - faultAt }),
      ...(Math.floor(each.at / MINUTE_MS) - 1 < inServiceAt / MINUTE_MS ? { ofDeployment: true } : {}),
    }));
  };
}
