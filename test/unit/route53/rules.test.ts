import { modelOf, place, TYPES } from "./graph";

/** The codes and properties that a model objects to. */
const objections = (type: string, inputs: Readonly<Record<string, unknown>>): readonly string[] =>
  modelOf(type)
    .check(inputs, place("it"))
    .map(({ code, property }) => `${code} ${property ?? ""}`.trim());

const HTTPS = { type: "HTTPS", fqdn: "east.example.test", port: 443, resourcePath: "/health", requestInterval: 10, failureThreshold: 2, enableSni: true };
const MATCH = { ...HTTPS, type: "HTTPS_STR_MATCH", searchString: "x" };
const CALCULATED = { type: "CALCULATED", childHealthchecks: ["a", "b"], childHealthThreshold: 2 };
const ALARM = { type: "CLOUDWATCH_METRIC", cloudwatchAlarmName: "a", cloudwatchAlarmRegion: "us-east-1" };

describe("a health check that AWS accepts", () => {
  test.each([
    ["on a host", HTTPS],
    ["with defaults", { type: "HTTP", fqdn: "east.example.test" }],
    ["on an address", { type: "HTTP", ipAddress: "198.51.100.7" }],
    ["for a string", MATCH],
    ["in three regions", { ...HTTPS, regions: ["us-east-1", "us-west-2", "eu-west-1"] }],
    ["calculated", CALCULATED],
    ["on an alarm", { ...ALARM, insufficientDataHealthStatus: "Healthy" }],
  ])("%s", (_, inputs) => {
    expect(objections(TYPES.check, inputs)).toEqual([]);
  });
});

describe("a health check that AWS refuses or that could never work", () => {
  test.each([
    ["an unknown type", { type: "HTTP2" }, "route53.health-type type"],
    ["a type that the twin lacks", { type: "TCP", port: 1 }, "twin.not-modelled type"],
    ["no endpoint", { type: "HTTPS" }, "route53.health-endpoint fqdn"],
    ["a host of 256 characters", { ...HTTPS, fqdn: "a".repeat(256) }, "route53.health-endpoint fqdn"],
    ["a private address", { type: "HTTP", ipAddress: "10.0.0.1" }, "route53.health-endpoint ipAddress"],
    ["a shared address", { type: "HTTP", ipAddress: "100.64.0.1" }, "route53.health-endpoint ipAddress"],
    ["no address", { type: "HTTP", ipAddress: "example" }, "route53.health-endpoint ipAddress"],
    ["port 0", { ...HTTPS, port: 0 }, "route53.health-port port"],
    ["interval 20", { ...HTTPS, requestInterval: 20 }, "route53.health-interval requestInterval"],
    ["threshold 0", { ...HTTPS, failureThreshold: 0 }, "route53.health-threshold failureThreshold"],
    ["threshold 11", { ...HTTPS, failureThreshold: 11 }, "route53.health-threshold failureThreshold"],
    ["two regions", { ...HTTPS, regions: ["us-east-1", "eu-west-1"] }, "route53.health-regions regions"],
    ["one region three times", { ...HTTPS, regions: ["us-east-1", "us-east-1", "us-east-1"] }, "route53.health-regions regions"],
    ["a region without checkers", { ...HTTPS, regions: ["us-east-1", "us-east-2", "eu-west-1"] }, "route53.health-regions regions"],
    ["a path without /", { ...HTTPS, resourcePath: "health" }, "route53.health-path resourcePath"],
    ["a path of 256 characters", { ...HTTPS, resourcePath: `/${"a".repeat(255)}` }, "route53.health-path resourcePath"],
    ["a match without a string", { ...HTTPS, type: "HTTPS_STR_MATCH" }, "route53.health-search searchString"],
    ["a string of 256 characters", { ...MATCH, searchString: "a".repeat(256) }, "route53.health-search searchString"],
    ["a string without a match", { ...HTTPS, searchString: "x" }, "route53.health-search searchString"],
    ["HTTPS without SNI", { ...HTTPS, enableSni: false }, "route53.health-sni enableSni"],
    ["children on an endpoint", { ...HTTPS, childHealthchecks: ["a"] }, "route53.health-argument childHealthchecks"],
    ["no children", { ...CALCULATED, childHealthchecks: [] }, "route53.health-children childHealthchecks"],
    ["256 children", { ...CALCULATED, childHealthchecks: Array.from({ length: 256 }, String) }, "route53.health-children childHealthchecks"],
    ["never healthy: a threshold above the children", { ...CALCULATED, childHealthThreshold: 3 }, "route53.health-child-threshold childHealthThreshold"],
    ["always healthy: threshold 0", { ...CALCULATED, childHealthThreshold: 0 }, "route53.health-child-threshold childHealthThreshold"],
    ["a calculated check with a host", { ...CALCULATED, fqdn: "a.test" }, "route53.health-argument fqdn"],
    ["a calculated check with an interval", { ...CALCULATED, requestInterval: 10 }, "route53.health-argument requestInterval"],
    ["an alarm without its region", { ...ALARM, cloudwatchAlarmRegion: undefined }, "route53.health-alarm cloudwatchAlarmRegion"],
    ["an unknown status for insufficient data", { ...ALARM, insufficientDataHealthStatus: "Fine" }, "route53.health-alarm insufficientDataHealthStatus"],
  ])("%s", (_, inputs, expected) => {
    expect(objections(TYPES.check, inputs)).toContain(expected);
  });
});

const A = { zoneId: "Z1", name: "www.example.test", type: "A", ttl: 5, records: ["192.0.2.1"] };
const CNAME = { ...A, type: "CNAME", records: ["x.example.test"] };
const PRIMARY = { ...CNAME, setIdentifier: "p", healthCheckId: "h", failoverRoutingPolicies: [{ type: "PRIMARY" }] };
const ALIAS = { zoneId: "Z1", name: "www.example.test", type: "A", aliases: [{ name: "d.aws.test", zoneId: "Z2", evaluateTargetHealth: true }] };

describe("a record that AWS accepts", () => {
  test.each([
    ["an address", A],
    ["a validation record", { ...CNAME, name: "_abc.www.example.test.", records: ["_def.acm-validations.aws."] }],
    ["a wildcard", { ...A, name: "*.example.test" }],
    ["a PRIMARY with a check", PRIMARY],
    ["a PRIMARY alias that evaluates its target", { ...ALIAS, setIdentifier: "p", failoverRoutingPolicies: [{ type: "PRIMARY" }] }],
    ["a SECONDARY without a check", { ...PRIMARY, healthCheckId: undefined, failoverRoutingPolicies: [{ type: "SECONDARY" }] }],
    ["a weighted one", { ...A, setIdentifier: "w", weightedRoutingPolicies: [{ weight: 255 }] }],
    ["TTL 0", { ...A, ttl: 0 }],
  ])("%s", (_, inputs) => {
    expect(objections(TYPES.record, inputs)).toEqual([]);
  });
});

describe("a record that AWS refuses or that could never work", () => {
  test.each([
    ["an unknown type", { ...A, type: "B" }, "route53.record-type type"],
    ["a type that the twin lacks", { ...A, type: "SRV", records: ["1 1 1 a.test"] }, "twin.not-modelled type"],
    ["a label of 64 characters", { ...A, name: `${"a".repeat(64)}.example.test` }, "route53.record-name name"],
    ["an empty label", { ...A, name: "www..example.test" }, "route53.record-name name"],
    ["a blank", { ...A, name: "w w.example.test" }, "route53.record-name name"],
    ["254 characters", { ...A, name: Array.from({ length: 127 }, () => "a").join(".") + ".b" }, "route53.record-name name"],
    ["no values", { ...A, records: undefined }, "route53.record-values records"],
    ["no TTL", { ...A, ttl: undefined }, "route53.record-ttl ttl"],
    ["a negative TTL", { ...A, ttl: -1 }, "route53.record-ttl ttl"],
    ["a TTL above 2^31 - 1", { ...A, ttl: 2_147_483_648 }, "route53.record-ttl ttl"],
    ["half a second", { ...A, ttl: 0.5 }, "route53.record-ttl ttl"],
    ["no address in an A record", { ...A, records: ["www.example.test"] }, "route53.record-values records"],
    ["no IPv6 address in an AAAA record", { ...A, type: "AAAA" }, "route53.record-values records"],
    ["two targets of a CNAME", { ...CNAME, records: ["a.test", "b.test"] }, "route53.record-values records"],
    ["a URL as a CNAME's target", { ...CNAME, records: ["https://a.test/ path"] }, "route53.record-values records"],
    ["the same value twice", { ...A, records: ["192.0.2.1", "192.0.2.1"] }, "route53.record-values records"],
    ["MX without priority", { ...A, type: "MX", records: ["mail.test"] }, "route53.record-values records"],
    ["CAA without quotes", { ...A, type: "CAA", records: ["0 issue amazon.com"] }, "route53.record-values records"],
    ["an alias with a TTL", { ...ALIAS, ttl: 5 }, "route53.record-alias ttl"],
    ["an alias with values", { ...ALIAS, records: ["192.0.2.1"] }, "route53.record-alias records"],
    ["two aliases", { ...ALIAS, aliases: [...ALIAS.aliases, ...ALIAS.aliases] }, "route53.record-alias aliases"],
    ["two routing policies", { ...PRIMARY, weightedRoutingPolicies: [{ weight: 1 }] }, "route53.record-routing weightedRoutingPolicies"],
    ["a policy that the twin lacks", { ...A, setIdentifier: "l", latencyRoutingPolicies: [{ region: "us-east-1" }] }, "twin.not-modelled latencyRoutingPolicies"],
    ["failover without a set identifier", { ...PRIMARY, setIdentifier: undefined }, "route53.record-set-identifier setIdentifier"],
    ["a set identifier without routing", { ...A, setIdentifier: "x" }, "route53.record-set-identifier setIdentifier"],
    ["an unknown failover role", { ...PRIMARY, failoverRoutingPolicies: [{ type: "THIRD" }] }, "route53.record-routing failoverRoutingPolicies"],
    ["a PRIMARY that nothing checks: it would never fail over", { ...PRIMARY, healthCheckId: undefined }, "route53.primary-unchecked healthCheckId"],
    ["weight 256", { ...A, setIdentifier: "w", weightedRoutingPolicies: [{ weight: 256 }] }, "route53.record-weight weightedRoutingPolicies"],
  ])("%s", (_, inputs, expected) => {
    expect(objections(TYPES.record, inputs)).toContain(expected);
  });
});

describe("zones and certificates", () => {
  const DNS = { domainName: "example.test", validationMethod: "DNS" };
  test.each([
    ["a zone", TYPES.zone, { name: "example.test", enableAcceleratedRecovery: true }, []],
    ["a zone without a name", TYPES.zone, {}, ["route53.zone-name name"]],
    ["a private zone", TYPES.zone, { name: "example.test", vpcs: [{ vpcId: "v" }] }, ["twin.not-modelled vpcs"]],
    ["a certificate", TYPES.certificate, { ...DNS, subjectAlternativeNames: ["*.example.test"], keyAlgorithm: "EC_prime256v1" }, []],
    ["an imported certificate", TYPES.certificate, { certificateBody: "x" }, ["acm.domain domainName"]],
    ["a common name of 65 characters", TYPES.certificate, { ...DNS, domainName: `${"a".repeat(60)}.test` }, ["acm.domain domainName"]],
    ["an inner wildcard", TYPES.certificate, { ...DNS, subjectAlternativeNames: ["a.*.test"] }, ["acm.domain subjectAlternativeNames"]],
    ["eleven names", TYPES.certificate, { ...DNS, subjectAlternativeNames: Array.from({ length: 10 }, (_, i) => `a${i}.test`) }, ["acm.names subjectAlternativeNames"]],
    ["validation by e-mail", TYPES.certificate, { ...DNS, validationMethod: "EMAIL" }, ["acm.validation-method validationMethod"]],
    ["an unknown key", TYPES.certificate, { ...DNS, keyAlgorithm: "DSA" }, ["acm.key-algorithm keyAlgorithm"]],
    ["a validation of no certificate", TYPES.validation, { certificateArn: "x" }, ["acm.validation-certificate certificateArn"]],
  ])("%s", (_, type, inputs, expected) => {
    expect(objections(type, inputs)).toEqual(expected);
  });
});
