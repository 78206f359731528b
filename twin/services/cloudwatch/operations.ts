import { instant } from "../../../lambda/shared/clock";
import type { AccessRules, Cloud, Operations } from "../../cloud";
import { AwsError } from "../../errors";
import type { AlarmStatus, CloudWatch } from "./index";
import { MINUTE_MS, type MetricId } from "./series";
import { isPercentile, statisticOf } from "./statistic";

type Input = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Input => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): readonly Input[] => list(value).filter(isRecord);
const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);
const missing = (name: string): AwsError => new AwsError("MissingRequiredParameterException", `The parameter ${name} is required.`);

/** Of the SDK a Date, of the wire seconds since the epoch. */
function epochMs(value: unknown, name: string): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "number") return value * 1000;
  throw value === undefined ? missing(name) : invalid(`${name}: got ${JSON.stringify(value)}; allowed a time`);
}

function metricOf(value: unknown): MetricId {
  const { Namespace, MetricName, Dimensions } = isRecord(value) ? value : {};
  if (typeof Namespace !== "string") throw missing("Namespace");
  if (typeof MetricName !== "string") throw missing("MetricName");
  const dimensions = Object.fromEntries(records(Dimensions).map(({ Name, Value }) => [String(Name), String(Value)]));
  return { namespace: Namespace, name: MetricName, dimensions };
}

const dimensionsOf = ({ dimensions }: MetricId): readonly object[] => Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const shown = ({ definition, state, reason, since }: AlarmStatus): object => ({
  AlarmName: definition.name,
  AlarmArn: definition.arn,
  ...(definition.description === undefined ? {} : { AlarmDescription: definition.description }),
  ActionsEnabled: definition.actionsEnabled,
  OKActions: definition.actions.OK,
  AlarmActions: definition.actions.ALARM,
  InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
  StateValue: state,
  StateReason: reason,
  StateUpdatedTimestamp: instant(since),
  StateTransitionedTimestamp: instant(since),
  MetricName: definition.metric.name,
  Namespace: definition.metric.namespace,
  ...(isPercentile(definition.statistic) ? { ExtendedStatistic: definition.statistic } : { Statistic: definition.statistic }),
  Dimensions: dimensionsOf(definition.metric),
  Period: definition.period,
  EvaluationPeriods: definition.evaluationPeriods,
  DatapointsToAlarm: definition.datapointsToAlarm,
  Threshold: definition.threshold,
  ComparisonOperator: definition.comparison,
  TreatMissingData: definition.missing,
});

function describeAlarms(service: CloudWatch, { AlarmNames, AlarmNamePrefix, StateValue }: Input): object {
  const names = AlarmNames === undefined ? undefined : list(AlarmNames);
  const found = service.alarms().filter(({ definition: { name }, state }) => {
    if (names && !names.includes(name)) return false;
    if (typeof AlarmNamePrefix === "string" && !name.startsWith(AlarmNamePrefix)) return false;
    return StateValue === undefined || StateValue === state;
  });
  return { MetricAlarms: found.map(shown), CompositeAlarms: [] };
}

/** One query: the values of its periods that have data, newest first unless asked otherwise. */
function queryMetric(cloud: Cloud, region: string, query: Input, range: { readonly from: number; readonly to: number; readonly ascending: boolean }): object {
  const { Id, Label, MetricStat } = query;
  if (typeof Id !== "string") throw missing("MetricDataQueries.member.Id");
  if (!isRecord(MetricStat)) throw invalid(`query ${Id}: expressions are not in this twin; give MetricStat`);
  const { Metric, Period, Stat } = MetricStat;
  if (typeof Period !== "number" || Period < 60 || Period % 60 !== 0) throw invalid(`query ${Id}: Period got ${String(Period)}; allowed multiples of 60 in this twin`);
  if (typeof Stat !== "string") throw missing("MetricStat.Stat");
  const metric = metricOf(Metric);
  const series = cloud.metrics.find(region, metric);
  const minutes = Period / 60;
  const times: number[] = [];
  const values: number[] = [];
  for (let minute = Math.floor(range.from / MINUTE_MS / minutes) * minutes; minute * MINUTE_MS < range.to; minute += minutes) {
    const value = series && statisticOf(Stat, series.between(minute, minutes));
    if (value === undefined) continue;
    times.push(minute * MINUTE_MS);
    values.push(value);
  }
  if (!range.ascending) {
    times.reverse();
    values.reverse();
  }
  return { Id, Label: typeof Label === "string" ? Label : metric.name, Timestamps: times.map(instant), Values: values, StatusCode: "Complete" };
}

/** At most 3 h: what is older is gone. */
function getMetricData(cloud: Cloud, region: string, { MetricDataQueries, StartTime, EndTime, ScanBy }: Input): object {
  const from = epochMs(StartTime, "StartTime");
  const to = epochMs(EndTime, "EndTime");
  if (from >= to) throw new AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
  const oldest = cloud.kernel.now() - 3 * 3_600_000;
  const range = { from: Math.max(from, oldest), to, ascending: ScanBy === "TimestampAscending" };
  const results = records(MetricDataQueries).filter(({ ReturnData }) => ReturnData !== false).map((query) => queryMetric(cloud, region, query, range));
  return { MetricDataResults: results, Messages: [] };
}

function putMetricData(cloud: Cloud, region: string, { Namespace, MetricData }: Input): object {
  if (typeof Namespace !== "string") throw missing("Namespace");
  if (Namespace.startsWith("AWS/")) throw invalid("The value AWS/ for parameter Namespace is invalid.");
  for (const datum of records(MetricData)) {
    const { Value, Values, Timestamp } = datum;
    const { name, dimensions } = metricOf({ ...datum, Namespace });
    const at = Timestamp === undefined ? cloud.kernel.now() : epochMs(Timestamp, "Timestamp");
    const values = Values === undefined ? [Value] : list(Values);
    for (const value of values) {
      if (typeof value !== "number") throw invalid(`MetricData ${name}: got ${JSON.stringify(value)}; allowed numbers in Value or Values`);
      cloud.metrics.series(region, Namespace, name, dimensions).put(value, at);
    }
  }
  return {};
}

function listMetrics(cloud: Cloud, region: string, { Namespace, MetricName, Dimensions }: Input): object {
  const wanted = records(Dimensions);
  const metrics = cloud.metrics.list(region).filter(({ namespace, name, dimensions }) => {
    if ((Namespace !== undefined && Namespace !== namespace) || (MetricName !== undefined && MetricName !== name)) return false;
    return wanted.every(({ Name, Value }) => String(Name) in dimensions && (Value === undefined || dimensions[String(Name)] === Value));
  });
  return { Metrics: metrics.map((metric) => ({ Namespace: metric.namespace, MetricName: metric.name, Dimensions: dimensionsOf(metric) })) };
}

/** CloudWatch's SDK operations. */
export const operations = (service: CloudWatch, cloud: Cloud, region: string): Operations => ({
  DescribeAlarms: (input: Input) => describeAlarms(service, input),
  GetMetricData: (input: Input) => getMetricData(cloud, region, input),
  PutMetricData: (input: Input) => putMetricData(cloud, region, input),
  ListMetrics: (input: Input) => listMetrics(cloud, region, input),
});

/** Alarms by name need each alarm; any other look at alarms needs all of them, `alarm:*`. */
const alarmArns = (cloud: Cloud, region: string, { AlarmNames }: Input): readonly string[] =>
  (AlarmNames === undefined ? ["*"] : list(AlarmNames).map(String)).map((name) => `arn:aws:cloudwatch:${region}:${cloud.accountId}:alarm:${name}`);

/** AWS ties the others to no resource. Service authorization reference, "Amazon CloudWatch". */
export const access = (cloud: Cloud, region: string): AccessRules => ({
  needs: {
    DescribeAlarms: (input: Input) => alarmArns(cloud, region, input).map((resource) => ({ action: "cloudwatch:DescribeAlarms", resource })),
    GetMetricData: () => [{ action: "cloudwatch:GetMetricData", resource: "*" }],
    PutMetricData: ({ Namespace }: Input) => [
      { action: "cloudwatch:PutMetricData", resource: "*", context: () => ({ "cloudwatch:namespace": String(Namespace) }) },
    ],
    ListMetrics: () => [{ action: "cloudwatch:ListMetrics", resource: "*" }],
  },
});
