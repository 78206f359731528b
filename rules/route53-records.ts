/**
 * What Route 53 refuses in a single record, or accepts though it can never do its work. Unless another page is named
 * the source is the Route 53 API reference, "ResourceRecordSet".
 */
import { isIPv4, isIPv6 } from "node:net";
import type { Violation } from "./route53";

/** The arguments of aws.route53.Record, as plain values. */
export interface RecordInputs {
  readonly name: string;
  readonly type: string;
  readonly zoneId: string;
  readonly ttl?: number | undefined;
  readonly records?: readonly string[] | undefined;
  readonly aliases?: readonly { readonly name: string; readonly zoneId: string; readonly evaluateTargetHealth: boolean }[] | undefined;
  readonly setIdentifier?: string | undefined;
  readonly healthCheckId?: string | undefined;
  readonly failoverRoutingPolicies?: readonly { readonly type: string }[] | undefined;
  readonly weightedRoutingPolicies?: readonly { readonly weight: number }[] | undefined;
  readonly latencyRoutingPolicies?: readonly unknown[] | undefined;
  readonly geolocationRoutingPolicies?: readonly unknown[] | undefined;
  readonly geoproximityRoutingPolicy?: unknown;
  readonly cidrRoutingPolicy?: unknown;
  readonly multivalueAnswerRoutingPolicy?: boolean | undefined;
}

type Property = keyof RecordInputs;
const bad = (code: string, property: Property, message: string): Violation => ({ code, property, message });

/** "Supported DNS record types"; the twin answers fewer. */
const TYPES = ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"];
const MODELLED = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "TXT"];
export const MAX_TTL = 2_147_483_647;
const MAX_VALUES = 400;

/** Everything that is wrong with a record's arguments. */
export function recordViolations(inputs: RecordInputs): readonly Violation[] {
  return [...typeOf(inputs), ...nameOf(inputs.name), ...contents(inputs), ...routing(inputs)];
}

function typeOf({ type }: RecordInputs): readonly Violation[] {
  if (MODELLED.includes(type)) return [];
  if (TYPES.includes(type)) return [bad("twin.not-modelled", "type", `the twin does not answer records of type ${type}; modelled: ${MODELLED.join(", ")}`)];
  return [bad("route53.record-type", "type", `got ${type}; allowed: ${TYPES.join(", ")}`)];
}

/** Printable ASCII but the dot. "DNS domain name format". */
const LABEL = /^[\x21-\x2d\x2f-\x7e]{1,63}$/;

/** RFC 1035, 2.3.4: 63 octets a label, 255 a name with its length octets, so 253 characters. "DNS domain name format". */
export function domainNameProblem(name: string): string | undefined {
  const plain = name.endsWith(".") ? name.slice(0, -1) : name;
  const wrong = plain.split(".").find((label) => !LABEL.test(label));
  if (wrong !== undefined) return `the label ${JSON.stringify(wrong.slice(0, 70))} has ${wrong.length} characters; allowed 1..63 of printable ASCII`;
  return plain.length > 253 ? `got ${plain.length} characters; allowed at most 253` : undefined;
}

function nameOf(name: string): readonly Violation[] {
  const problem = domainNameProblem(name);
  return problem === undefined ? [] : [bad("route53.record-name", "name", problem)];
}

function contents({ aliases = [], records, ttl, type }: RecordInputs): readonly Violation[] {
  if (aliases.length > 0) {
    const found = aliases.length > 1 ? [bad("route53.record-alias", "aliases", `got ${aliases.length}; allowed one`)] : [];
    const clash = (["ttl", "records"] as const).filter((property) => (property === "ttl" ? ttl : records) !== undefined);
    return [...found, ...clash.map((property) => bad("route53.record-alias", property, `an alias takes no ${property}: it answers with its target's; leave it out`))];
  }
  const found: Violation[] = [];
  if (ttl === undefined || !Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL) {
    found.push(bad("route53.record-ttl", "ttl", `got ${ttl ?? "none"}; allowed 0..${MAX_TTL} (seconds)`));
  }
  if (!records || records.length === 0) return [...found, bad("route53.record-values", "records", "got neither records nor aliases; give one of them")];
  return [...found, ...values(type, records)];
}

function values(type: string, records: readonly string[]): readonly Violation[] {
  const value = (message: string): Violation => bad("route53.record-values", "records", message);
  const found = records.flatMap((record) => {
    const problem = VALUE_PROBLEMS.get(type)?.(record);
    return problem === undefined ? [] : [value(`${JSON.stringify(record.slice(0, 60))}: ${problem}`)];
  });
  if (records.length > MAX_VALUES) found.push(value(`got ${records.length} values; allowed at most ${MAX_VALUES}`));
  if (type === "CNAME" && records.length !== 1) found.push(value(`got ${records.length} values; a CNAME has one`));
  if (new Set(records).size !== records.length) found.push(value("a value is there twice"));
  return found;
}

type ValueProblem = (value: string) => string | undefined;
const unless = (ok: (value: string) => boolean, problem: string): ValueProblem => (value) => (ok(value) ? undefined : problem);

/** "Supported DNS record types". The provider puts the quotes around TXT. */
const VALUE_PROBLEMS: ReadonlyMap<string, ValueProblem> = new Map(Object.entries({
  A: unless(isIPv4, "is no IPv4 address"),
  AAAA: unless(isIPv6, "is no IPv6 address"),
  CNAME: domainNameProblem,
  NS: domainNameProblem,
  MX: unless((value) => /^\d{1,5} \S+$/.test(value), "has not the form `<priority> <name>`"),
  CAA: unless((value) => /^\d{1,3} (issue|issuewild|iodef) "[^"]*"$/.test(value), 'has not the form `<flags> <tag> "<value>"`'),
  TXT: unless((value) => value.length <= 4_000, "has more than 4,000 characters"),
}));

const UNMODELLED_ROUTING = [
  "latencyRoutingPolicies",
  "geolocationRoutingPolicies",
  "geoproximityRoutingPolicy",
  "cidrRoutingPolicy",
  "multivalueAnswerRoutingPolicy",
] as const satisfies readonly Property[];
const ROUTING: readonly Property[] = ["failoverRoutingPolicies", "weightedRoutingPolicies", ...UNMODELLED_ROUTING];

function routing(inputs: RecordInputs): readonly Violation[] {
  const isGiven = (property: Property): boolean => {
    const value = inputs[property];
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  };
  const given = ROUTING.filter(isGiven);
  const found: Violation[] = UNMODELLED_ROUTING.filter(isGiven).map((property) =>
    bad("twin.not-modelled", property, "the twin models simple, failover and weighted routing only"),
  );
  if (given.length > 1) found.push(bad("route53.record-routing", given[1] ?? "name", `got ${given.join(" and ")}; a record has one routing policy`));
  const id = inputs.setIdentifier;
  if (given.length > 0 && (id === undefined || id.length < 1 || id.length > 128)) {
    found.push(bad("route53.record-set-identifier", "setIdentifier", `got ${id === undefined ? "none" : `${id.length} characters`}; a record with a routing policy needs 1..128 characters`));
  }
  if (given.length === 0 && id !== undefined) {
    found.push(bad("route53.record-set-identifier", "setIdentifier", "a simple record takes none; leave it out or give a routing policy"));
  }
  return [...found, ...failover(inputs), ...weights(inputs)];
}

function failover({ failoverRoutingPolicies: policies = [], healthCheckId, aliases = [] }: RecordInputs): readonly Violation[] {
  const [policy] = policies;
  if (!policy) return [];
  if (policies.length > 1) return [bad("route53.record-routing", "failoverRoutingPolicies", `got ${policies.length}; allowed one`)];
  if (policy.type !== "PRIMARY" && policy.type !== "SECONDARY") {
    return [bad("route53.record-routing", "failoverRoutingPolicies", `got ${policy.type}; allowed: PRIMARY, SECONDARY`)];
  }
  if (policy.type === "SECONDARY" || healthCheckId !== undefined || aliases[0]?.evaluateTargetHealth) return [];
  // "How Amazon Route 53 chooses records when health checking is configured".
  return [bad("route53.primary-unchecked", "healthCheckId", "got none; a PRIMARY record without a health check is always healthy, so DNS never fails over")];
}

function weights({ weightedRoutingPolicies: policies = [] }: RecordInputs): readonly Violation[] {
  if (policies.length > 1) return [bad("route53.record-routing", "weightedRoutingPolicies", `got ${policies.length}; allowed one`)];
  return policies
    .filter(({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > 255)
    .map(({ weight }) => bad("route53.record-weight", "weightedRoutingPolicies", `got ${weight}; allowed 0..255`));
}
