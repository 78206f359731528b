import { ConfigError, parseConfig } from "../../../lib/config";
import { FUNCTION_NAMES } from "../../../lib/functions";
import { missingEndpoints, PLACEMENTS } from "../../../lib/reach";
import type { PolicyDocument } from "../../../lib/policies/document";
import { deploy, MINIMAL, type Deployed, type Registered } from "./helper";

const REGIONS = ["us-east-1", "us-east-2"] as const;

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy(MINIMAL);
});

const inRegion = (deployed: Deployed, type: string, region: string): readonly Registered[] => deployed.all(type).filter((resource) => deployed.regionOf(resource) === region);
/** Without the region and the environment. */
const short = (name: unknown): string => String(name).replace(/^id-of-/, "").replace(/-us-east-[12]-dev$/, "");
const shorts = (ids: unknown): readonly string[] => (ids as readonly unknown[]).map(short); // ids of the program's own resources

test("both regions get the same network, at addresses that can be peered", () => {
  const shape = (region: string) =>
    stack.resources.filter((resource) => /^aws:(ec2|vpc)\//.test(resource.type) && stack.regionOf(resource) === region).map(({ type, name }) => `${type} ${short(name)}`);
  expect(shape("us-east-1").length).toBeGreaterThan(30);
  expect(shape("us-east-2")).toEqual(shape("us-east-1"));
  expect(REGIONS.map((region) => inRegion(stack, "aws:ec2/vpc:Vpc", region).map(({ inputs }) => inputs["cidrBlock"]))).toEqual([["10.0.0.0/16"], ["10.1.0.0/16"]]);
});

test.each(REGIONS)("in %s every tier spans three zones, and a zone that AWS adds later moves nothing", (region) => {
  const subnets = inRegion(stack, "aws:ec2/subnet:Subnet", region);
  expect(subnets.map(({ name, inputs }) => [short(name), inputs["availabilityZone"]])).toEqual(
    ["public", "private", "isolated"].flatMap((tier) => ["a", "b", "c"].map((zone, index) => [`payments-${tier}-${index + 1}`, `zone-${zone}`])),
  );
  for (const { ignoreChanges, inputs } of subnets) {
    expect(ignoreChanges).toEqual(["availabilityZone"]);
    expect(inputs["mapPublicIpOnLaunch"]).toBe(false);
  }
  const asked = stack.calls.filter(({ token }) => token.includes("getAvailabilityZones"));
  expect(asked.every(({ provider }) => provider !== "")).toBe(true);
});

test("what must never meet the internet has no route to it", () => {
  const ways = stack.all("aws:ec2/route:Route").map(({ inputs }) => [short(inputs["routeTableId"]), short(inputs["gatewayId"])]);
  expect(ways).toEqual(REGIONS.map(() => ["payments-public", "payments"]));
  expect(stack.all("aws:ec2/natGateway:NatGateway")).toEqual([]);
});

describe("ways to AWS's services", () => {
  test.each(REGIONS)("in %s buckets and tables are reached by gateway, topics by interface, by name", (region) => {
    const [s3, dynamodb, sns] = inRegion(stack, "aws:ec2/vpcEndpoint:VpcEndpoint", region).map(({ inputs }) => inputs);
    for (const [inputs, service] of [[s3, "s3"], [dynamodb, "dynamodb"]] as const) {
      expect(inputs).toMatchObject({ vpcEndpointType: "Gateway", serviceName: `com.amazonaws.${region}.${service}` });
      expect(shorts(inputs?.["routeTableIds"])).toEqual(["payments-private-1", "payments-private-2", "payments-private-3", "payments-isolated"]);
    }
    expect(sns).toMatchObject({ vpcEndpointType: "Interface", serviceName: `com.amazonaws.${region}.sns`, privateDnsEnabled: true });
    expect(shorts(sns?.["subnetIds"])).toEqual(["payments-private-1", "payments-private-2", "payments-private-3"]);
    const [vpc] = inRegion(stack, "aws:ec2/vpc:Vpc", region);
    expect(vpc?.inputs).toMatchObject({ enableDnsSupport: true, enableDnsHostnames: true });
  });

  test("nobody else's credentials carry data out through them", () => {
    for (const { inputs } of stack.all("aws:ec2/vpcEndpoint:VpcEndpoint")) {
      const { Statement } = JSON.parse(String(inputs["policy"])) as PolicyDocument; // written by the program under test
      for (const { Condition } of Statement) expect(Condition?.["StringEquals"]).toMatchObject({ "aws:PrincipalAccount": "123456789012" });
    }
  });

  test("a small stack pays for one zone only", async () => {
    const small = await deploy({ ...MINIMAL, "tap:interfaceEndpointZones": "1", "tap:interfaceEndpoints": '["sns","sts"]' });
    const interfaces = inRegion(small, "aws:ec2/vpcEndpoint:VpcEndpoint", "us-east-2").filter(({ inputs }) => inputs["vpcEndpointType"] === "Interface");
    expect(interfaces.map(({ inputs }) => [inputs["serviceName"], shorts(inputs["subnetIds"])])).toEqual(
      ["sns", "sts"].map((service) => [`com.amazonaws.us-east-2.${service}`, ["payments-private-1"]]),
    );
  });
});

describe("security groups", () => {
  const rules = (deployed: Deployed, direction: "Ingress" | "Egress") =>
    inRegion(deployed, `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, "us-east-1").map(({ inputs }) => inputs);

  test("functions reach the services' addresses and endpoints by HTTPS, and nothing else", () => {
    const out = rules(stack, "Egress");
    expect(out.map(({ description }) => description).sort()).toEqual(["To dynamodb", "To endpoints", "To s3"]);
    for (const rule of out) {
      expect(rule).toMatchObject({ ipProtocol: "tcp", fromPort: 443, toPort: 443, securityGroupId: "id-of-payments-functions-us-east-1-dev" });
      expect(rule).not.toHaveProperty("cidrIpv4");
    }
  });

  test("endpoints let functions in, functions nobody, and the default group is closed", () => {
    expect(rules(stack, "Ingress")).toEqual([
      expect.objectContaining({ fromPort: 443, toPort: 443, securityGroupId: "id-of-payments-endpoints-us-east-1-dev", referencedSecurityGroupId: "id-of-payments-functions-us-east-1-dev" }),
    ]);
    for (const { inputs } of stack.all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")) expect(inputs).toMatchObject({ ingress: [], egress: [] });
    expect(stack.all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")).toHaveLength(2);
  });

  test.each<[string, number, readonly (readonly [string, string])[]]>([
    ["single", 1, [["payments-private-1", "payments-nat-1"], ["payments-private-2", "payments-nat-1"], ["payments-private-3", "payments-nat-1"]]],
    ["perAz", 3, [["payments-private-1", "payments-nat-1"], ["payments-private-2", "payments-nat-2"], ["payments-private-3", "payments-nat-3"]]],
  ])("NAT %s: private subnets, and they alone, leave through it", async (nat, gateways, ways) => {
    const deployed = await deploy({ ...MINIMAL, "tap:nat": nat, "tap:interfaceEndpoints": "[]" });
    const nats = inRegion(deployed, "aws:ec2/natGateway:NatGateway", "us-east-1");
    expect(nats.map(({ inputs }) => short(inputs["subnetId"]))).toEqual(["payments-public-1", "payments-public-2", "payments-public-3"].slice(0, gateways));
    for (const { dependsOn } of nats) expect(dependsOn.some((urn) => urn.includes("internetGateway"))).toBe(true);
    const routes = inRegion(deployed, "aws:ec2/route:Route", "us-east-1").filter(({ inputs }) => inputs["natGatewayId"] !== undefined);
    expect(routes.map(({ inputs }) => [short(inputs["routeTableId"]), short(inputs["natGatewayId"])])).toEqual(ways);
    expect(rules(deployed, "Egress").map(({ description, cidrIpv4 }) => [description, cidrIpv4])).toContainEqual(["To internet", "0.0.0.0/0"]);
    expect(rules(deployed, "Ingress")).toEqual([]);
  });
});

test("every function stands in the private subnets, or its reason to stay outside is written down", () => {
  for (const { name, inputs } of stack.all("aws:lambda/function:Function")) {
    const own = FUNCTION_NAMES.find((candidate) => short(name) === `payments-${candidate}`);
    if (own === undefined) throw new Error(`${name}: not in FUNCTION_NAMES`);
    const { vpcConfig, replaceSecurityGroupsOnDestroy } = inputs as { vpcConfig?: { subnetIds: unknown; securityGroupIds: unknown }; replaceSecurityGroupsOnDestroy?: unknown }; // FunctionArgs
    const placement = PLACEMENTS[own];
    if ("outside" in placement) {
      expect([own, vpcConfig]).toEqual([own, undefined]);
      expect(placement.outside.length).toBeGreaterThan(30);
    } else {
      expect([own, shorts(vpcConfig?.subnetIds), shorts(vpcConfig?.securityGroupIds)]).toEqual([own, ["payments-private-1", "payments-private-2", "payments-private-3"], ["payments-functions"]]);
      expect(replaceSecurityGroupsOnDestroy).toBe(true);
    }
  }
});

test.each(REGIONS)("in %s all traffic is logged, into a group that is encrypted and forgets", (region) => {
  const [log] = inRegion(stack, "aws:ec2/flowLog:FlowLog", region);
  expect(log?.inputs).toMatchObject({ trafficType: "ALL", logDestinationType: "cloud-watch-logs", vpcId: `id-of-payments-${region}-dev` });
  const group = stack.one("aws:cloudwatch/logGroup:LogGroup", `/aws/vpc/payments-flow-logs-${region}-dev`);
  expect(log?.inputs["logDestination"]).toBe(`arn-of-${group.name}`);
  expect(group.inputs["retentionInDays"]).toBe(30);
  expect(group.inputs["kmsKeyId"]).toBeDefined();
});

describe("a network in which a function cannot reach what it calls is refused, naming the missing endpoint", () => {
  const refusals = (raw: Record<string, string>): readonly string[] => {
    try {
      parseConfig({ domain: "payments.example.com", createHostedZone: "true", ...raw }, { stack: "dev", environmentSuffix: undefined });
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.message.split("\n  ").slice(1);
      throw error;
    }
  };

  test.each<[string, Record<string, string>, readonly string[]]>([
    [
      "no way to topics",
      { interfaceEndpoints: "[]" },
      ["tap:interfaceEndpoints: got []; allowed a list with sns, since notify calls sns from a private subnet, or tap:nat single or perAz; pulumi config set --path 'tap:interfaceEndpoints[0]' sns"],
    ],
    [
      "another way than the needed one",
      { nat: "none", interfaceEndpoints: '["sts"]' },
      ["tap:interfaceEndpoints: got [\"sts\"]; allowed a list with sns, since notify calls sns from a private subnet, or tap:nat single or perAz; pulumi config set --path 'tap:interfaceEndpoints[1]' sns"],
    ],
    ["an endpoint that nothing here calls", { interfaceEndpoints: '["sns","fax"]' }, [expect.stringMatching(/^tap:interfaceEndpoints: got \["sns","fax"\]; allowed a list of different items, each events, kms/) as unknown as string]], // an asymmetric matcher
    ["NAT by another name", { nat: "all" }, ["tap:nat: got all; allowed none, single, perAz; pulumi config set tap:nat single"]],
    ["more zones than there are", { interfaceEndpointZones: "4" }, ["tap:interfaceEndpointZones: got 4; allowed 1..3 (availability zones); pulumi config set tap:interfaceEndpointZones 1"]],
    [
      "a region of two zones",
      { consistency: "eventual", secondaryRegion: "us-west-1" },
      ["tap:secondaryRegion: got us-west-1; allowed a region with 3 availability zones; pulumi config set tap:secondaryRegion us-east-2"],
    ],
    ["but not: topics by endpoint", { interfaceEndpoints: '["sns"]' }, []],
    ["but not: topics by NAT", { nat: "single", interfaceEndpoints: "[]" }, []],
    ["but not: a file that says nothing", {}, []],
  ])("%s", (_, raw, expected) => {
    expect(refusals(raw)).toEqual(expected);
  });

  test("the table behind it says who calls what", () => {
    expect(missingEndpoints("none", [])).toEqual([{ endpoint: "sns", functions: ["notify"] }]);
    expect(missingEndpoints("perAz", [])).toEqual([]);
  });
});
