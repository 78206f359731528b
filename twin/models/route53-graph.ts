import type { RecordInputs } from "../../rules/route53-records";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import { AwsError, type Refusal } from "../errors";
import { normalise } from "../services/route53/names";
import { Zone } from "../services/route53/zone";
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

/** Records name checks that exist; calculated checks have children that exist and are not calculated. "HealthCheckConfig". */
function references(graph: Graph): readonly Refusal[] {
  const types = new Map(checksOf(graph).map(({ id, inputs }) => [id, inputs["type"]]));
  const unknown = "is no health check of this stack";
  const records = recordsOf(graph).flatMap((record) => {
    const id = text(record.inputs["healthCheckId"]);
    return id === undefined || types.has(id) ? [] : [refuse(record, "route53.unknown-check", "healthCheckId", `${id} ${unknown}`)];
  });
  const children = checksOf(graph).flatMap((check) =>
    list(check.inputs["childHealthchecks"]).flatMap((child) => {
      const type = types.get(String(child));
      if (type === undefined) return [refuse(check, "route53.unknown-check", "childHealthchecks", `${String(child)} ${unknown}`)];
      if (type !== "CALCULATED") return [];
      return [refuse(check, "route53.health-nested", "childHealthchecks", `${String(child)} is a calculated check; its children must be listed here themselves`)];
    }),
  );
  return [...records, ...children];
}

/** "Values that you specify when you create or update health checks", Domain name: results are unpredictable. */
function checkedFailoverNames(graph: Graph): readonly Refusal[] {
  const routed = new Set(
    recordsOf(graph)
      .filter(({ inputs }) => inputs["healthCheckId"] !== undefined || list(inputs["failoverRoutingPolicies"]).length > 0)
      .map(({ inputs }) => normalise(String(inputs["name"]))),
  );
  return checksOf(graph).flatMap((check) => {
    const fqdn = text(check.inputs["fqdn"]);
    if (fqdn === undefined || !routed.has(normalise(fqdn))) return [];
    return [refuse(check, "route53.check-on-failover-name", "fqdn", `${fqdn} is itself a record that health checks steer; check each region's own host name`)];
  });
}

/**
 * Checkers speak TLS 1.0 to 1.2 and present no certificate. "HealthCheckConfig" (Type), and the API Gateway developer
 * guide, "Supported security policies" and "How to turn on mutual TLS authentication for your REST APIs".
 */
function unreachableByTls(graph: Graph): readonly Refusal[] {
  const checked = new Set(
    checksOf(graph)
      .filter(({ inputs }) => text(inputs["type"])?.startsWith("HTTPS"))
      .map(({ inputs }) => normalise(String(inputs["fqdn"]))),
  );
  return ofType(graph, "aws:apigateway/domainName:DomainName").flatMap((domain) => {
    const name = text(domain.inputs["domainName"]);
    if (name === undefined || !checked.has(normalise(name))) return [];
    const policy = text(domain.inputs["securityPolicy"]);
    const found: Refusal[] = [];
    if (policy?.startsWith("SecurityPolicy_TLS13_1_3_")) {
      found.push(refuse(domain, "route53.health-tls", "securityPolicy", `got ${policy}, TLS 1.3 only; Route 53's checkers speak at most TLS 1.2 and would find ${name} ill for ever: use TLS_1_2`));
    }
    if (domain.inputs["mutualTlsAuthentication"] !== undefined) {
      found.push(refuse(domain, "route53.health-tls", "mutualTlsAuthentication", `Route 53's checkers present no certificate and would find ${name} ill for ever`));
    }
    return found;
  });
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

/** What only shows across resources. */
export const graphRules = (graph: Graph): readonly Refusal[] =>
  [recordsTogether, references, checkedFailoverNames, unreachableByTls, alarms].flatMap((rule) => rule(graph));
