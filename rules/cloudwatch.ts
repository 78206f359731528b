import { RETENTION_DAYS } from "./logs";
import { dimensionProblem } from "./cloudwatch-dimensions";
import { nameObjection } from "./names";

/** What is wrong with one property. */
interface CloudWatchObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

/** Route 53 publishes its metrics here alone. Route 53 developer guide, "Monitoring health checks using CloudWatch". */
export const ROUTE53_METRICS_REGION = "us-east-1";

/** The arguments of aws.cloudwatch.MetricAlarm that the rules speak of. */
export interface AlarmInputs {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  readonly statistic?: string | undefined;
  readonly extendedStatistic?: string | undefined;
  readonly metricQueries?: readonly unknown[] | undefined;
  readonly period?: number | undefined;
  readonly evaluationPeriods?: number | undefined;
  readonly datapointsToAlarm?: number | undefined;
  readonly threshold?: number | undefined;
  readonly comparisonOperator?: string | undefined;
  readonly treatMissingData?: string | undefined;
  readonly alarmActions?: readonly string[] | undefined;
  readonly okActions?: readonly string[] | undefined;
}

/** CloudWatch API reference, "PutMetricAlarm". */
const STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];
const MISSING = ["breaching", "notBreaching", "ignore", "missing"];
const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const PERCENTILE = /^p(\d{1,2}(\.\d{1,10})?|100)$/;
/**
 * Their metrics come as minimum, maximum, average and number alone: an alarm on a percentile has no data, ever. DynamoDB
 * developer guide, "DynamoDB metrics and dimensions", the valid statistics.
 */
const WITHOUT_PERCENTILES = ["AWS/DynamoDB"];
/** Of periods below an hour. CloudWatch API reference, "PutMetricAlarm", EvaluationPeriods. */
const DAY_SECONDS = 86_400;
const SHORT_PERIODS = [10, 20, 30];

const when = (wrong: boolean, code: string, property: string, message: string): CloudWatchObjection[] =>
  wrong ? [{ code: `cloudwatch.${code}`, property, message }] : [];

/** Every objection to an alarm in `region`. */
export function alarmObjections(alarm: AlarmInputs, region: string): readonly CloudWatchObjection[] {
  const { name, comparisonOperator, evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  const badName = name === undefined ? undefined : nameObjection("alarm", name);
  return [
    ...when(badName !== undefined, "alarm-name", "name", badName ?? ""),
    ...when(!COMPARISONS.includes(comparisonOperator ?? ""), "comparison", "comparisonOperator", `got ${comparisonOperator ?? "nothing"}; allowed ${COMPARISONS.join(", ")}`),
    ...when(!(evaluationPeriods && evaluationPeriods >= 1), "evaluation-periods", "evaluationPeriods", `got ${evaluationPeriods ?? "nothing"}; allowed from 1`),
    ...when(
      datapointsToAlarm !== undefined && datapointsToAlarm > (evaluationPeriods ?? 0),
      "datapoints",
      "datapointsToAlarm",
      `got ${datapointsToAlarm}; allowed up to evaluationPeriods (${evaluationPeriods ?? "nothing"})`,
    ),
    ...when(
      treatMissingData !== undefined && !MISSING.includes(treatMissingData),
      "missing-data",
      "treatMissingData",
      `got ${treatMissingData}; allowed ${MISSING.join(", ")}`,
    ),
    ...when(alarm.threshold === undefined, "threshold", "threshold", "got nothing; state the value to compare with"),
    ...(alarm.metricQueries
      ? [{ code: "twin.not-modelled", property: "metricQueries", message: "the twin's CloudWatch has no metric math; use one metric" }]
      : metricObjections(alarm, region)),
    ...actionObjections(alarm, region),
  ];
}

function metricObjections(alarm: AlarmInputs, region: string): CloudWatchObjection[] {
  const { namespace, metricName, statistic, extendedStatistic, period, dimensions = {} } = alarm;
  const wrongDimensions = dimensionProblem(namespace ?? "", metricName ?? "", Object.keys(dimensions));
  return [
    ...when(!namespace || !metricName, "metric", "metricName", `got ${namespace ?? "no namespace"} ${metricName ?? "no metric"}; state both, or metricQueries`),
    ...when(
      (statistic === undefined) === (extendedStatistic === undefined),
      "statistic",
      "statistic",
      "state exactly one of statistic and extendedStatistic",
    ),
    ...when(statistic !== undefined && !STATISTICS.includes(statistic), "statistic", "statistic", `got ${statistic}; allowed ${STATISTICS.join(", ")}`),
    ...when(
      period === undefined || (!SHORT_PERIODS.includes(period) && (period < 60 || period % 60 !== 0)),
      "period",
      "period",
      `got ${period ?? "nothing"}; allowed 10, 20, 30 or a multiple of 60 (seconds)`,
    ),
    ...when(
      namespace === "AWS/Route53" && region !== ROUTE53_METRICS_REGION,
      "route53-region",
      "namespace",
      `got AWS/Route53 in ${region}, where it never has data; give the alarm the provider of ${ROUTE53_METRICS_REGION}`,
    ),
    ...when(wrongDimensions !== undefined, "dimensions", "dimensions", wrongDimensions ?? ""),
    ...when(
      extendedStatistic !== undefined && !PERCENTILE.test(extendedStatistic),
      "extended-statistic",
      "extendedStatistic",
      `got ${extendedStatistic}; allowed percentiles, e.g. p99 or p99.9 (the twin knows no others)`,
    ),
    ...when(
      extendedStatistic !== undefined && WITHOUT_PERCENTILES.includes(namespace ?? ""),
      "percentile",
      "extendedStatistic",
      `got ${extendedStatistic} of ${namespace}, which publishes no percentiles: the alarm could never sound; use Average or Maximum`,
    ),
    ...when(
      (period ?? 0) * (alarm.evaluationPeriods ?? 0) > DAY_SECONDS,
      "evaluation-range",
      "evaluationPeriods",
      `got ${alarm.evaluationPeriods} periods of ${period} s; allowed at most a day together`,
    ),
  ];
}

/** An alarm reaches only topics of its own region. CloudWatch user guide, "Alarm actions". */
function actionObjections({ alarmActions = [], okActions = [] }: AlarmInputs, region: string): CloudWatchObjection[] {
  return [...alarmActions, ...okActions].flatMap((arn) => {
    const there = arn.split(":")[3];
    return when(there !== region, "action-region", "alarmActions", `got ${arn} for an alarm in ${region}; use a topic of ${region}`);
  });
}

/** Every objection to a log group. CloudWatch Logs API reference, "CreateLogGroup" and "PutRetentionPolicy". */
export function logGroupObjections({ name, retentionInDays }: { readonly name?: string | undefined; readonly retentionInDays?: number | undefined }): readonly CloudWatchObjection[] {
  const badName = name === undefined ? undefined : nameObjection("logGroup", name);
  return [
    ...when(badName !== undefined, "log-group-name", "name", badName ?? ""),
    ...when(
      retentionInDays !== undefined && retentionInDays !== 0 && !RETENTION_DAYS.includes(retentionInDays),
      "retention",
      "retentionInDays",
      `got ${retentionInDays}; allowed ${RETENTION_DAYS.join(", ")} (days), 0 = for ever`,
    ),
  ];
}
