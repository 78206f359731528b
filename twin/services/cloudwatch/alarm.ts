import { isoTime } from "../../../lambda/shared/clock";
import type { AlarmState, Comparison, MissingData } from "./evaluate";
import type { MetricId } from "./series";

/** A metric alarm as PutMetricAlarm has it. */
export interface AlarmDefinition {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly metric: MetricId;
  /** `Sum`, `p99` … */
  readonly statistic: string;
  /** Seconds: a multiple of 60 (what is shorter the twin evaluates as 60). */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly missing: MissingData;
  readonly actionsEnabled: boolean;
  /** ARNs by the state that is entered. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}

export interface Transition {
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  readonly at: number;
}

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: "greater than",
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** Why the alarm has its state, as CloudWatch words it. */
export function reasonOf({ comparison, threshold, evaluationPeriods }: AlarmDefinition, to: AlarmState, points: readonly (number | undefined)[]): string {
  const real = points.filter((value) => value !== undefined).slice(-evaluationPeriods);
  if (to === "INSUFFICIENT_DATA") return `Insufficient Data: ${evaluationPeriods} datapoints were unknown.`;
  const missing = Math.max(0, evaluationPeriods - real.length);
  const shown = real.length === 0 ? `no datapoints were received for ${missing} period(s)` : `${real.length} datapoint(s) [${real.join(", ")}]`;
  const not = to === "ALARM" ? "" : "not ";
  return `Threshold Crossed: ${shown} were evaluated; the state is ${not}${WORDS[comparison]} the threshold (${threshold})${missing > 0 && real.length > 0 ? `, with ${missing} missing treated as configured` : ""}.`;
}

/** What a topic gets. CloudWatch user guide, "Notifying users on alarm changes", JSON of an alarm's notification. */
export const notification = (alarm: AlarmDefinition, { from, to, reason, at }: Transition, region: string, accountId: string): string =>
  JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: accountId,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: isoTime(at).replace("Z", "+0000"),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: from,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: alarm.metric.name,
      Namespace: alarm.metric.namespace,
      StatisticType: alarm.statistic.startsWith("p") ? "ExtendedStatistic" : "Statistic",
      Statistic: alarm.statistic.toUpperCase(),
      Unit: null,
      Dimensions: Object.entries(alarm.metric.dimensions).map(([name, value]) => ({ value, name })),
      Period: alarm.period,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      ComparisonOperator: alarm.comparison,
      Threshold: alarm.threshold,
      TreatMissingData: alarm.missing,
      EvaluateLowSampleCountPercentile: "",
    },
  });
