/**
 * What Route 53 refuses, or what it accepts though it can never work, in a health check. Unless another page is named
 * the source is the Route 53 API reference, "HealthCheckConfig".
 */
import { isIPv4 } from "node:net";

/** What is wrong with one property. */
export interface Violation {
  readonly code: string;
  readonly property?: string;
  readonly message: string;
}

/** Regions with checkers. us-east-2 is not one of them. */
export const CHECKER_REGIONS = [
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "sa-east-1",
] as const;
/** Metrics of health checks (AWS/Route53) are there only. Route 53 developer guide, "Monitoring health checks using CloudWatch". */
export const METRICS_REGION = "us-east-1";
export const MIN_CHECKER_REGIONS = 3;
export const REQUEST_INTERVALS = [10, 30] as const;
export const MAX_CHILDREN = 255;
const MAX_TEXT = 255;

/** The arguments of aws.route53.HealthCheck, as plain values. */
export interface HealthCheckInputs {
  readonly type: string;
  readonly fqdn?: string | undefined;
  readonly ipAddress?: string | undefined;
  readonly port?: number | undefined;
  readonly resourcePath?: string | undefined;
  readonly searchString?: string | undefined;
  readonly requestInterval?: number | undefined;
  readonly failureThreshold?: number | undefined;
  readonly measureLatency?: boolean | undefined;
  readonly enableSni?: boolean | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly childHealthchecks?: readonly string[] | undefined;
  readonly childHealthThreshold?: number | undefined;
  readonly cloudwatchAlarmName?: string | undefined;
  readonly cloudwatchAlarmRegion?: string | undefined;
  readonly insufficientDataHealthStatus?: string | undefined;
}

type Property = keyof HealthCheckInputs;
type Kind = "endpoint" | "calculated" | "alarm";

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["HTTP", "endpoint"],
  ["HTTPS", "endpoint"],
  ["HTTP_STR_MATCH", "endpoint"],
  ["HTTPS_STR_MATCH", "endpoint"],
  ["CALCULATED", "calculated"],
  ["CLOUDWATCH_METRIC", "alarm"],
]);
const NOT_MODELLED = ["TCP", "RECOVERY_CONTROL"];

/** Which kind of check takes which argument. */
const ARGUMENTS: Readonly<Record<Kind, readonly Property[]>> = {
  endpoint: ["fqdn", "ipAddress", "port", "resourcePath", "searchString", "requestInterval", "failureThreshold", "measureLatency", "enableSni", "regions"],
  calculated: ["childHealthchecks", "childHealthThreshold"],
  alarm: ["cloudwatchAlarmName", "cloudwatchAlarmRegion", "insufficientDataHealthStatus"],
};

/** Everything that is wrong with a health check's arguments. */
export function healthCheckViolations(inputs: HealthCheckInputs): readonly Violation[] {
  const kind = KINDS.get(inputs.type);
  if (!kind) {
    const allowed = [...KINDS.keys()].join(", ");
    return NOT_MODELLED.includes(inputs.type)
      ? [bad("twin.not-modelled", "type", `the twin does not model health checks of type ${inputs.type}; modelled: ${allowed}`)]
      : [bad("route53.health-type", "type", `got ${inputs.type}; allowed: ${allowed}`)];
  }
  const foreign = (Object.keys(ARGUMENTS) as Kind[]) // the keys of a Record<Kind, …>
    .filter((other) => other !== kind)
    .flatMap((other) => ARGUMENTS[other])
    .filter((property) => inputs[property] !== undefined)
    .map((property) => bad("route53.health-argument", property, `a check of type ${inputs.type} takes no ${property}; leave it out`));
  const own = kind === "endpoint" ? endpoint(inputs) : kind === "calculated" ? calculated(inputs) : alarm(inputs);
  return [...foreign, ...own];
}

const bad = (code: string, property: Property, message: string): Violation => ({ code, property, message });

const isInteger = (value: number, low: number, high: number): boolean => Number.isInteger(value) && value >= low && value <= high;

function endpoint(inputs: HealthCheckInputs): readonly Violation[] {
  const { fqdn, ipAddress, port, requestInterval: interval, failureThreshold: threshold } = inputs;
  const found: Violation[] = [];
  if (fqdn === undefined && ipAddress === undefined) found.push(bad("route53.health-endpoint", "fqdn", "got neither fqdn nor ipAddress; name the endpoint"));
  if (fqdn !== undefined && (fqdn.length === 0 || fqdn.length > MAX_TEXT)) {
    found.push(bad("route53.health-endpoint", "fqdn", `got ${fqdn.length} characters; allowed 1..${MAX_TEXT}`));
  }
  if (ipAddress !== undefined && !isPublic(ipAddress)) {
    found.push(bad("route53.health-endpoint", "ipAddress", `got ${ipAddress}; allowed: a public IPv4 address (checkers reach no private one)`));
  }
  if (port !== undefined && !isInteger(port, 1, 65_535)) found.push(bad("route53.health-port", "port", `got ${port}; allowed 1..65535`));
  if (interval !== undefined && !REQUEST_INTERVALS.some((known) => known === interval)) {
    found.push(bad("route53.health-interval", "requestInterval", `got ${interval}; allowed: ${REQUEST_INTERVALS.join(", ")} (seconds)`));
  }
  if (threshold !== undefined && !isInteger(threshold, 1, 10)) {
    found.push(bad("route53.health-threshold", "failureThreshold", `got ${threshold}; allowed 1..10`));
  }
  return [...found, ...checkerRegions(inputs.regions), ...request(inputs)];
}

function checkerRegions(regions: readonly string[] | undefined): readonly Violation[] {
  if (regions === undefined) return [];
  const unknown = regions.filter((region) => !CHECKER_REGIONS.some((known) => known === region));
  if (unknown.length > 0) {
    return [bad("route53.health-regions", "regions", `got ${unknown.join(", ")}; there are checkers in ${CHECKER_REGIONS.join(", ")} only`)];
  }
  const different = new Set(regions).size;
  if (different >= MIN_CHECKER_REGIONS) return [];
  return [bad("route53.health-regions", "regions", `got ${different} different regions; at least ${MIN_CHECKER_REGIONS} are needed, or leave it out for all`)];
}

function request({ type, resourcePath: path, searchString: search, enableSni }: HealthCheckInputs): readonly Violation[] {
  const found: Violation[] = [];
  const matches = type.endsWith("_STR_MATCH");
  if (path !== undefined && (!path.startsWith("/") || path.length > MAX_TEXT)) {
    found.push(bad("route53.health-path", "resourcePath", `got ${path.slice(0, 40)} (${path.length} characters); allowed: starts with /, at most ${MAX_TEXT} characters`));
  }
  if (matches && (search === undefined || search.length === 0)) {
    found.push(bad("route53.health-search", "searchString", `got none; a check of type ${type} needs the string to look for`));
  }
  if (search !== undefined && search.length > MAX_TEXT) {
    found.push(bad("route53.health-search", "searchString", `got ${search.length} characters; allowed at most ${MAX_TEXT}`));
  }
  if (!matches && search !== undefined) {
    found.push(bad("route53.health-search", "searchString", `a check of type ${type} takes no searchString; use type ${type}_STR_MATCH`));
  }
  if (enableSni === false && type.startsWith("HTTPS")) {
    found.push(bad("route53.health-sni", "enableSni", "got false; a front door that serves several names picks the certificate by SNI: leave it on"));
  }
  return found;
}

/** "Monitoring other health checks (calculated health checks)" in "Values that you specify when you create or update health checks". */
function calculated({ childHealthchecks: children = [], childHealthThreshold: threshold }: HealthCheckInputs): readonly Violation[] {
  const found: Violation[] = [];
  if (!isInteger(children.length, 1, MAX_CHILDREN)) {
    found.push(bad("route53.health-children", "childHealthchecks", `got ${children.length} children; allowed 1..${MAX_CHILDREN}`));
  }
  if (threshold === undefined || !isInteger(threshold, 1, children.length)) {
    const why = "0 is always healthy, more than there are children never";
    found.push(bad("route53.health-child-threshold", "childHealthThreshold", `got ${threshold ?? "none"}; allowed 1..${children.length} (${why})`));
  }
  return found;
}

const INSUFFICIENT_DATA = ["Healthy", "Unhealthy", "LastKnownStatus"];

function alarm(inputs: HealthCheckInputs): readonly Violation[] {
  const status = inputs.insufficientDataHealthStatus;
  const missing = (["cloudwatchAlarmName", "cloudwatchAlarmRegion"] as const)
    .filter((property) => inputs[property] === undefined)
    .map((property) => bad("route53.health-alarm", property, "got none; a check of type CLOUDWATCH_METRIC needs the alarm's name and region"));
  if (status === undefined || INSUFFICIENT_DATA.includes(status)) return missing;
  return [...missing, bad("route53.health-alarm", "insufficientDataHealthStatus", `got ${status}; allowed: ${INSUFFICIENT_DATA.join(", ")}`)];
}

/** Local, private, link-local, multicast and reserved ranges are not checked (IPAddress; RFC 5735, RFC 6598). */
function isPublic(address: string): boolean {
  if (!isIPv4(address)) return false;
  const [a = 0, b = 0] = address.split(".").map(Number);
  const hidden = a === 0 || a === 10 || a === 127 || a >= 224;
  return !hidden && !(a === 172 && b >= 16 && b < 32) && !(a === 192 && b === 168) && !(a === 169 && b === 254) && !(a === 100 && b >= 64 && b < 128);
}
