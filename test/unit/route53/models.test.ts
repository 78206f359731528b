import { VirtualKernel } from "../../../twin/kernel/virtual";
import { route53 as models } from "../../../twin/models/route53";
import { route53 } from "../../../twin/services/route53/index";
import { newCloud } from "../../twin/route53/world";
import { ACCOUNT, modelOf, place, TestGraph, TYPES } from "./graph";

const HOSTS = ["pay.example.test", "us-east-1.pay.example.test", "us-east-2.pay.example.test"] as const;

interface ValidationOption {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

const optionsOf = (outputs: Readonly<Record<string, unknown>>): readonly ValidationOption[] =>
  outputs["domainValidationOptions"] as readonly ValidationOption[]; // what the model is tested for

interface Stack {
  readonly graph: TestGraph;
  readonly checks: { readonly east: string; readonly steer: string };
}

/** A sound stack: what a program of this kind registers. `zoneId` names a zone made before it. */
function stack(changes: { readonly zoneId?: string; readonly withoutRecordOf?: string; readonly fqdns?: readonly string[] } = {}): Stack {
  const graph = new TestGraph();
  const zoneId = changes.zoneId ?? graph.add(TYPES.zone, "zone", { name: "example.test" }).id;
  const certificates = (["us-east-1", "us-east-2"] as const).map((region) => {
    const names = { domainName: HOSTS[0], subjectAlternativeNames: [`${region}.pay.example.test`], validationMethod: "DNS" };
    return { region, ...graph.add(TYPES.certificate, `cert-${region}`, names, region) };
  });
  const options = new Map(certificates.flatMap(({ outputs }) => optionsOf(outputs)).map((option) => [option.domainName, option]));
  for (const { domainName, resourceRecordName: name, resourceRecordType: type, resourceRecordValue } of options.values()) {
    if (domainName !== changes.withoutRecordOf) graph.add(TYPES.record, `validate-${domainName}`, { zoneId, name, type, records: [resourceRecordValue], ttl: 300 });
  }
  for (const { region, outputs } of certificates) {
    const fqdns = changes.fqdns ?? optionsOf(outputs).map(({ resourceRecordName }) => resourceRecordName.slice(0, -1));
    graph.add(TYPES.validation, `validated-${region}`, { certificateArn: outputs["arn"], validationRecordFqdns: fqdns }, region);
  }
  const check = (region: string): string =>
    graph.add(TYPES.check, `check-${region}`, { type: "HTTPS", fqdn: `${region}.pay.example.test`, resourcePath: "/health", requestInterval: 10, tags: { Name: region } }).id;
  const east = check("us-east-1");
  const ohio = check("us-east-2");
  const steer = graph.add(TYPES.check, "steer", { type: "CALCULATED", childHealthchecks: [east], childHealthThreshold: 1 }).id;
  const record = { zoneId, name: HOSTS[0], type: "CNAME", ttl: 5 };
  graph.add(TYPES.record, "p", { ...record, records: ["d-1.aws.test"], setIdentifier: "p", healthCheckId: steer, failoverRoutingPolicies: [{ type: "PRIMARY" }] });
  graph.add(TYPES.record, "s", { ...record, records: ["d-2.aws.test"], setIdentifier: "s", healthCheckId: ohio, failoverRoutingPolicies: [{ type: "SECONDARY" }] });
  return { graph, checks: { east, steer } };
}

describe("a whole stack", () => {
  test.each([[{}], [{ zoneId: "ZEXISTING" }]])("is accepted as it should be, %o", (changes) => {
    expect(stack(changes).graph.refusals()).toEqual([]);
  });

  test.each([[{}], [{ zoneId: "ZEXISTING" }]])("comes to life: names, checks, failover, %o", (changes) => {
    const cloud = newCloud(new VirtualKernel(1));
    const { graph, checks } = stack(changes);
    for (const resource of graph.resources) {
      const { inputs, outputs } = resource;
      modelOf(resource.type).live?.({ inputs, outputs, resource, blobs: new Map() }, cloud);
    }
    const dns = route53(cloud);
    expect(dns.answer(HOSTS[0], "CNAME").answers.map(({ data, ttl }) => [data, ttl])).toEqual([["d-1.aws.test", 5]]);
    expect(dns.healthChecks().map(({ name, type }) => [name, type])).toEqual([["us-east-1", "HTTPS"], ["us-east-2", "HTTPS"], [checks.steer, "CALCULATED"]]);
    expect(dns.healthChecks()[0]).toMatchObject({ port: 443, path: "/health", intervalMs: 10_000, threshold: 3, inverted: false });
    expect(dns.failovers()).toMatchObject([{ name: HOSTS[0], role: "PRIMARY" }]);
    expect(dns.status(checks.east)).toMatchObject({ healthy: true, checkers: 16, healthyCheckers: 16 });
  });
});

describe("what only the whole graph shows", () => {
  const record = { zoneId: "Z9", type: "CNAME", ttl: 5, records: ["d.aws.test"] };
  const alarm = { name: "errors", statistic: "Average", period: 60, evaluationPeriods: 3 };
  const onAlarm = { type: "CLOUDWATCH_METRIC", cloudwatchAlarmName: "errors", cloudwatchAlarmRegion: "us-east-1" };
  const tables: readonly [string, (made: Stack) => void, string | undefined][] = [
    ["a check on the failover name itself", ({ graph }) => graph.add(TYPES.check, "x", { type: "HTTPS", fqdn: "PAY.example.test" }), "route53.check-on-failover-name fqdn"],
    ["a calculated check of calculated ones", ({ graph, checks }) => graph.add(TYPES.check, "x", { type: "CALCULATED", childHealthchecks: [checks.steer], childHealthThreshold: 1 }), "route53.health-nested childHealthchecks"],
    ["a child that is not there", ({ graph }) => graph.add(TYPES.check, "x", { type: "CALCULATED", childHealthchecks: ["no"], childHealthThreshold: 1 }), "route53.unknown-check childHealthchecks"],
    ["a record whose check is not there", ({ graph }) => graph.add(TYPES.record, "x", { ...record, name: "x.test", healthCheckId: "no" }), "route53.unknown-check healthCheckId"],
    ["a third record of a failover name", ({ graph }) => graph.add(TYPES.record, "x", { ...record, zoneId: graph.resources[0]?.id, name: HOSTS[0], setIdentifier: "x", failoverRoutingPolicies: [{ type: "PRIMARY" }] }), "route53.record-refused name"],
    ["a CNAME at the apex", ({ graph }) => graph.add(TYPES.record, "x", { ...record, zoneId: graph.resources[0]?.id, name: "example.test" }), "route53.record-refused name"],
    ["a name outside of the zone", ({ graph }) => graph.add(TYPES.record, "x", { ...record, zoneId: graph.resources[0]?.id, name: "www.example.org" }), "route53.record-refused name"],
    ["TLS 1.3 only on a checked name", ({ graph }) => graph.addForeign(TYPES.domain, "x", { domainName: HOSTS[1], securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" }), "route53.health-tls securityPolicy"],
    ["client certificates on a checked name", ({ graph }) => graph.addForeign(TYPES.domain, "x", { domainName: HOSTS[1], mutualTlsAuthentication: { truststoreUri: "s3://x" } }), "route53.health-tls mutualTlsAuthentication"],
    ["TLS 1.2 on a checked name is fine", ({ graph }) => graph.addForeign(TYPES.domain, "x", { domainName: HOSTS[1], securityPolicy: "TLS_1_2" }), undefined],
    ["TLS 1.3 only where nothing checks is fine", ({ graph }) => graph.addForeign(TYPES.domain, "x", { domainName: HOSTS[0], securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" }), undefined],
    ["a check on an alarm that is not there", ({ graph }) => graph.add(TYPES.check, "x", onAlarm), "route53.unknown-alarm cloudwatchAlarmName"],
    ...([
      ["fine", {}, undefined],
      ["in another region", { region: "us-east-2" }, "route53.unknown-alarm cloudwatchAlarmName"],
      ["of a percentile", { statistic: undefined, extendedStatistic: "p99" }, "route53.alarm-unsupported cloudwatchAlarmName"],
      ["of metric math", { statistic: undefined, metricQueries: [{ id: "e" }] }, "route53.alarm-unsupported cloudwatchAlarmName"],
      ["of high resolution", { period: 10 }, "route53.alarm-unsupported cloudwatchAlarmName"],
      ["of M out of N", { datapointsToAlarm: 2 }, "route53.alarm-unsupported cloudwatchAlarmName"],
    ] as const).map(([what, change, code]): [string, (made: Stack) => void, string | undefined] => [
      `an alarm ${what}`,
      ({ graph }) => {
        const { region, ...inputs } = { region: "us-east-1", ...change };
        graph.addForeign(TYPES.alarm, "errors", { ...alarm, ...inputs }, region);
        graph.add(TYPES.check, "x", onAlarm);
      },
      code,
    ]),
  ];
  test.each(tables)("%s", (_, change, expected) => {
    const made = stack();
    change(made);
    expect(made.graph.refusals()).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    ["a validation record is missing: ACM waits for ever", { withoutRecordOf: HOSTS[1] }, ["acm.validation-record certificateArn"]],
    ["the failover name's is missing: both regions wait", { withoutRecordOf: HOSTS[0] }, ["acm.validation-record certificateArn", "acm.validation-record certificateArn"]],
    ["the lists miss all domains", { fqdns: [] }, Array.from({ length: 4 }, () => "acm.validation-record validationRecordFqdns")],
  ])("%s", (_, changes, expected) => {
    expect(stack(changes).graph.refusals()).toEqual(expected);
  });

  test("a validation in another region than its certificate, or of none", () => {
    const { graph } = stack();
    const first = graph.resources.find(({ type }) => type === TYPES.certificate);
    graph.add(TYPES.validation, "astray", { certificateArn: first?.id }, "us-east-2");
    graph.add(TYPES.validation, "lost", { certificateArn: "arn:aws:acm:us-east-1:1:certificate/none" });
    expect(graph.refusals()).toEqual(["acm.validation-region certificateArn", "acm.validation-certificate certificateArn"]);
  });
});

describe("what AWS answers", () => {
  const certificate = (region: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
    modelOf(TYPES.certificate).outputs({ domainName: HOSTS[0], validationMethod: "DNS", ...more }, place("c", region)).outputs;

  test("both regions' certificates share one validation record per name, and are two certificates", () => {
    expect(optionsOf(certificate("us-east-1"))).toEqual(optionsOf(certificate("us-east-2")));
    expect(certificate("us-east-1")["arn"]).not.toBe(certificate("us-east-2")["arn"]);
    expect(optionsOf(certificate("us-east-1"))[0]?.resourceRecordName).toMatch(/^_[0-9a-f]{32}\.pay\.example\.test\.$/);
    expect(optionsOf(certificate("us-east-1"))[0]?.resourceRecordValue).toMatch(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/);
  });

  test("one option per distinct domain; a wildcard shares its base's record", () => {
    const options = optionsOf(certificate("us-east-1", { subjectAlternativeNames: [HOSTS[0], `*.${HOSTS[0]}`] }));
    expect(options.map(({ domainName }) => domainName)).toEqual([HOSTS[0], `*.${HOSTS[0]}`]);
    expect(new Set(options.map(({ resourceRecordName }) => resourceRecordName)).size).toBe(1);
  });

  test("ids look like AWS's and are the same in every deployment", () => {
    const zone = (): { id: string } => modelOf(TYPES.zone).outputs({ name: "example.test." }, place("z"));
    const check = (): { id: string } => modelOf(TYPES.check).outputs({ type: "HTTPS", fqdn: "a.test" }, place("h"));
    expect(zone()).toEqual(zone());
    expect(zone().id).toMatch(/^Z[0-9A-F]{20}$/);
    expect(check().id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(check()).toEqual(check());
    expect(modelOf(TYPES.zone).outputs({ name: "Example.test." }, place("z")).outputs).toMatchObject({ name: "example.test", nameServers: expect.any(Array) });
    const nameServers = modelOf(TYPES.zone).outputs({ name: "example.test" }, place("z")).outputs["nameServers"] as readonly string[]; // asserted right here
    expect(nameServers.map((name) => name.replace(/\d+/g, "N"))).toEqual(["ns-N.awsdns-N.com", "ns-N.awsdns-N.net", "ns-N.awsdns-N.org", "ns-N.awsdns-N.co.uk"]);
  });

  const getZone = (args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const model = models.invokes?.find(({ token }) => token === "aws:route53/getZone:getZone");
    return model?.answer(args, { accountId: ACCOUNT, region: "us-east-1", name: "" }) ?? {};
  };

  test("an existing zone is found by id and by name; its name is never empty", () => {
    expect(getZone({ zoneId: "Z123" })).toMatchObject({ id: "Z123", zoneId: "Z123", arn: "arn:aws:route53:::hostedzone/Z123", name: "z123.existing-zone.test" });
    expect(getZone({ name: "Example.test." })).toMatchObject({ name: "example.test", zoneId: expect.stringMatching(/^Z/) });
  });

  test("a question for no zone, or a private one, is an error", () => {
    expect(() => getZone({})).toThrow(/neither zoneId nor name/);
    expect(() => getZone({ zoneId: "Z1", privateZone: true })).toThrow(/public hosted zones only/);
  });

  test.each([
    [TYPES.check, ["type", "requestInterval", "measureLatency", "referenceName", "routingControlArn"]],
    [TYPES.certificate, ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "region"]],
    [TYPES.record, ["name", "zoneId"]],
    [TYPES.zone, ["name", "delegationSetId"]],
  ])("%s is replaced by a change of %p only: the plan must show it", (type, properties) => {
    expect(modelOf(type).replaceOn).toEqual(properties);
  });
});
