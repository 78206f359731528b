import type { HealthCheckInputs } from "../../rules/route53";
import { CHECKER_REGIONS } from "../../rules/route53";
import type { RecordInputs } from "../../rules/route53-records";
import { ENDPOINT_TYPES, INSUFFICIENT_DATA, type HealthCheck } from "../services/route53/health-check";
import { normalise } from "../services/route53/names";
import { isRecordType, type RecordSet, type Routing } from "../services/route53/record";

/** A record as Route 53 keeps it. Throws a RangeError for a type that its model's check refuses. */
export function toRecordSet(inputs: RecordInputs): RecordSet {
  const { name, type, ttl = 0, records = [], aliases = [], setIdentifier, healthCheckId } = inputs;
  if (!isRecordType(type)) throw new RangeError(`record type ${type} is not modelled`);
  const [alias] = aliases;
  return {
    name: normalise(name),
    type,
    ttl,
    values: records.map((value) => (type === "CNAME" || type === "NS" ? normalise(value) : value)),
    routing: routingOf(inputs),
    ...(alias ? { alias: { name: alias.name, evaluateTargetHealth: alias.evaluateTargetHealth } } : {}),
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    ...(healthCheckId === undefined ? {} : { healthCheckId }),
  };
}

function routingOf({ failoverRoutingPolicies = [], weightedRoutingPolicies = [] }: RecordInputs): Routing {
  const [failover] = failoverRoutingPolicies;
  if (failover) return { kind: "failover", role: failover.type === "PRIMARY" ? "PRIMARY" : "SECONDARY" };
  const [weighted] = weightedRoutingPolicies;
  return weighted ? { kind: "weighted", weight: weighted.weight } : { kind: "simple" };
}

interface More {
  readonly disabled?: boolean | undefined;
  readonly invertHealthcheck?: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Defaults: Route 53 API reference, "HealthCheckConfig". */
const DEFAULT_INTERVAL_S = 30;
const DEFAULT_THRESHOLD = 3;

/** A health check as Route 53 keeps it. Throws a RangeError for a type that its model's check refuses. */
export function toHealthCheck(id: string, inputs: HealthCheckInputs & More): HealthCheck {
  const { fqdn, ipAddress, searchString, cloudwatchAlarmName: alarmName = "", tags } = inputs;
  const name = tags?.["Name"] ?? fqdn ?? ipAddress ?? (alarmName || id);
  const common = { id, name, inverted: inputs.invertHealthcheck ?? false, disabled: inputs.disabled ?? false };
  if (inputs.type === "CALCULATED") {
    return { ...common, type: inputs.type, children: inputs.childHealthchecks ?? [], threshold: inputs.childHealthThreshold ?? 0 };
  }
  if (inputs.type === "CLOUDWATCH_METRIC") {
    const insufficientData = INSUFFICIENT_DATA.find((known) => known === inputs.insufficientDataHealthStatus) ?? "LastKnownStatus";
    return { ...common, type: inputs.type, alarmName, alarmRegion: inputs.cloudwatchAlarmRegion ?? "", insufficientData };
  }
  const type = ENDPOINT_TYPES.find((known) => known === inputs.type);
  if (!type) throw new RangeError(`health check type ${inputs.type} is not modelled`);
  return {
    ...common,
    type,
    port: inputs.port ?? (type.startsWith("HTTPS") ? 443 : 80),
    path: inputs.resourcePath ?? "/",
    intervalMs: (inputs.requestInterval ?? DEFAULT_INTERVAL_S) * 1000,
    threshold: inputs.failureThreshold ?? DEFAULT_THRESHOLD,
    regions: inputs.regions && inputs.regions.length > 0 ? inputs.regions : CHECKER_REGIONS,
    ...(fqdn === undefined ? {} : { fqdn: normalise(fqdn) }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(searchString === undefined ? {} : { searchString }),
  };
}
