import type { RecordInputs } from "../../rules/route53-records";
import { checkedFailoverNames, nestedChecks, unreachableByTls } from "../../rules/stack-health";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import { AwsError, type Refusal } from "../errors";
import { Zone } from "../services/route53/zone";
import { asGraphRule } from "./declared";
import { toRecordSet } from "./route53-inputs";

const checksOf = (graph: Graph): readonly GraphResource[] => ofType(graph, "aws:route53/healthCheck:HealthCheck");
const recordsOf = (graph: Graph): readonly GraphResource[] => ofType(graph, "aws:route53/record:Record");
const inputsOf = (record: GraphResource): RecordInputs => record.inputs as unknown as RecordInputs; // the graph keeps inputs of every type as plain JSON
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const refuse = ({ urn: resource }: GraphResource, code: string, property: string, message: string): Refusal => ({ code, resource, property, message });

/** Records as ChangeResourceRecordSets would take them, zone by zone: apex, names outside, clashes, mixed policies. */
function recordsTogether(graph: Graph): readonly Refusal[] {
  const zones = new Map(ofType(graph, "aws:route53/zone:Zone").map(({ id, inputs }) => [id, new Zone(id, text(inputs["name"]), [])]));
  return recordsOf(graph).flatMap((record) => {
    const inputs = inputsOf(record);
    const zone = zones.get(inputs.zoneId) ?? new Zone(inputs.zoneId, undefined, []);
    zones.set(inputs.zoneId, zone);
    try {
      zone.add(toRecordSet(inputs));
      return [];
    } catch (error) {
      if (error instanceof AwsError) return [refuse(record, "route53.record-refused", "name", `${error.name}: ${error.message}`)];
      // The record's own check has refused it already (a type that is not modelled).
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
}

/** Records name checks that exist; calculated checks have children that exist. "HealthCheckConfig". */
function references(graph: Graph): readonly Refusal[] {
  const known = new Set(checksOf(graph).map(({ id }) => id));
  const unknown = "is no health check of this stack";
  const records = recordsOf(graph).flatMap((record) => {
    const id = text(record.inputs["healthCheckId"]);
    return id === undefined || known.has(id) ? [] : [refuse(record, "route53.unknown-check", "healthCheckId", `${id} ${unknown}`)];
  });
  const children = checksOf(graph).flatMap((check) =>
    list(check.inputs["childHealthchecks"])
      .filter((child) => !known.has(String(child)))
      .map((child) => refuse(check, "route53.unknown-check", "childHealthchecks", `${String(child)} ${unknown}`)),
  );
  return [...records, ...children];
}

const STATISTICS = ["Average", "Minimum", "Maximum", "Sum", "SampleCount"];

/** "HealthCheckConfig" (Type, CLOUDWATCH_METRIC): what kinds of alarm a check can follow. */
function alarms(graph: Graph): readonly Refusal[] {
  const known = ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
  return checksOf(graph).flatMap((check) => {
    const name = text(check.inputs["cloudwatchAlarmName"]);
    if (name === undefined) return [];
    const region = text(check.inputs["cloudwatchAlarmRegion"]);
    const alarm = known.find((candidate) => candidate.outputs["name"] === name && candidate.region === region);
    if (!alarm) return [refuse(check, "route53.unknown-alarm", "cloudwatchAlarmName", `the stack has no metric alarm ${name} in ${String(region)}`)];
    return alarmProblems(alarm.inputs).map((problem) => refuse(check, "route53.alarm-unsupported", "cloudwatchAlarmName", `${name}: ${problem}`));
  });
}

function alarmProblems(alarm: Readonly<Record<string, unknown>>): readonly string[] {
  const found: string[] = [];
  const { datapointsToAlarm, evaluationPeriods, period, statistic } = alarm;
  if (list(alarm["metricQueries"]).length > 0) found.push("metric math is not supported; use one metric");
  else if (!STATISTICS.includes(String(statistic))) found.push(`statistic: got ${String(statistic ?? alarm["extendedStatistic"])}; allowed: ${STATISTICS.join(", ")}`);
  if (typeof period === "number" && period < 60) found.push(`period: got ${period}; high-resolution metrics are not supported: at least 60 s`);
  if (datapointsToAlarm !== undefined && datapointsToAlarm !== evaluationPeriods) {
    found.push(`datapointsToAlarm: got ${String(datapointsToAlarm)} of ${String(evaluationPeriods)}; M out of N is not supported: leave it out`);
  }
  return found;
}

const acrossResources = [checkedFailoverNames, nestedChecks, unreachableByTls].map(asGraphRule);

/** What only shows across resources. */
export const graphRules = (graph: Graph): readonly Refusal[] =>
  [recordsTogether, references, ...acrossResources, alarms].flatMap((rule) => rule(graph));
