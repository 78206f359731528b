import type { PlainInputs } from "../../../twin/models/model";
import { vpc } from "../../../twin/models/vpc";

const REGION = "us-east-1";
const place = { accountId: "123456789012", region: REGION, name: "thing" };

function codes(type: string, inputs: PlainInputs): readonly string[] {
  const model = vpc.resources.find((candidate) => candidate.type === type);
  if (!model) throw new Error(`no model of ${type}`);
  return model.check(inputs, place).map(({ code, property }) => `${code} ${property ?? ""}`);
}

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const ROUTE = "aws:ec2/route:Route";
const NAT = "aws:ec2/natGateway:NatGateway";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const CLOSED = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const route = { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };
const gateway = { vpcId: "vpc-1", serviceName: "com.amazonaws.us-east-1.dynamodb", routeTableIds: ["rtb-1"] };
const inter = { vpcId: "vpc-1", serviceName: "com.amazonaws.us-east-1.sns", vpcEndpointType: "Interface", subnetIds: ["subnet-1"], privateDnsEnabled: true };
const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId: "pl-1" };
const flow = { vpcId: "vpc-1", trafficType: "ALL", logDestination: "arn:aws:logs:us-east-1:123456789012:log-group:g", iamRoleArn: "arn:aws:iam::123456789012:role/r" };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: ["s3:*"], Resource: ["*"] }] });

test.each<[string, string, PlainInputs]>([
  ["a VPC", VPC, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true }],
  ["the smallest subnet", SUBNET, { vpcId: "vpc-1", cidrBlock: "10.0.0.0/28", availabilityZone: "us-east-1c" }],
  ["a route", ROUTE, route],
  ["a public NAT gateway", NAT, { subnetId: "subnet-1", allocationId: "eipalloc-1" }],
  ["a private NAT gateway", NAT, { subnetId: "subnet-1", connectivityType: "private" }],
  ["a gateway endpoint", ENDPOINT, { ...gateway, policy }],
  ["an interface endpoint", ENDPOINT, inter],
  ["a security group", GROUP, { name: "functions (private)", description: "Out only", vpcId: "vpc-1" }],
  ["a closed default group", CLOSED, { vpcId: "vpc-1", ingress: [], egress: [] }],
  ["a flow log", FLOW_LOG, flow],
  ["a rule", RULE, rule],
  ["a rule for all ports", RULE, { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv4: "10.0.0.0/16" }],
])("AWS takes %s", (_, type, inputs) => {
  expect(codes(type, inputs)).toEqual([]);
});

test.each<[string, string, PlainInputs, string]>([
  ["a VPC with bits behind its prefix", VPC, { cidrBlock: "10.0.0.1/16" }, "vpc.cidr cidrBlock"],
  ["a VPC that is too large", VPC, { cidrBlock: "10.0.0.0/8" }, "vpc.cidr-size cidrBlock"],
  ["host names without a resolver", VPC, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, enableDnsSupport: false }, "vpc.dns enableDnsHostnames"],
  ["a subnet that is too small", SUBNET, { vpcId: "vpc-1", cidrBlock: "10.0.0.0/29" }, "vpc.cidr-size cidrBlock"],
  ["a subnet in another region's zone", SUBNET, { vpcId: "vpc-1", cidrBlock: "10.0.0.0/20", availabilityZone: "us-east-2a" }, "vpc.zone availabilityZone"],
  ["a subnet in a local zone that came along unasked", SUBNET, { vpcId: "vpc-1", cidrBlock: "10.0.0.0/20", availabilityZone: "us-east-1-atl-2a" }, "vpc.zone availabilityZone"],
  ["a route to nowhere", ROUTE, { ...route, gatewayId: undefined }, "vpc.route-target gatewayId"],
  ["a route with two targets", ROUTE, { ...route, natGatewayId: "nat-1" }, "vpc.route-target gatewayId"],
  ["a route without a destination", ROUTE, { ...route, destinationCidrBlock: undefined }, "vpc.route-destination destinationCidrBlock"],
  ["a route to what is no block", ROUTE, { ...route, destinationCidrBlock: "everywhere" }, "vpc.cidr destinationCidrBlock"],
  ["a NAT gateway as an internet gateway", ROUTE, { ...route, gatewayId: "nat-1" }, "vpc.route-nat gatewayId"],
  ["a NAT gateway in no subnet", NAT, { allocationId: "eipalloc-1" }, "vpc.nat-subnet subnetId"],
  ["a public NAT gateway without an address", NAT, { subnetId: "subnet-1" }, "vpc.nat-address allocationId"],
  ["a private NAT gateway with a public address", NAT, { subnetId: "subnet-1", connectivityType: "private", allocationId: "eipalloc-1" }, "vpc.nat-address allocationId"],
  ["a regional NAT gateway, which the twin does not model", NAT, { availabilityMode: "regional", vpcId: "vpc-1" }, "vpc.nat-mode availabilityMode"],
  ["an address outside VPCs", "aws:ec2/eip:Eip", { domain: "standard" }, "vpc.eip-domain domain"],
  ["an association with nothing", "aws:ec2/routeTableAssociation:RouteTableAssociation", { routeTableId: "rtb-1" }, "vpc.association subnetId"],
  ["routes in the table, which fight with route resources", "aws:ec2/routeTable:RouteTable", { vpcId: "vpc-1", routes: [{ cidrBlock: "0.0.0.0/0" }] }, "vpc.inline-routes routes"],
  ["a table fed by a virtual private gateway", "aws:ec2/routeTable:RouteTable", { vpcId: "vpc-1", propagatingVgws: ["vgw-1"] }, "vpc.virtual-gateways propagatingVgws"],
  ["another region's endpoint", ENDPOINT, { ...gateway, serviceName: "com.amazonaws.us-east-2.dynamodb" }, "vpc.endpoint-service serviceName"],
  ["a gateway endpoint of a service that has none", ENDPOINT, { ...gateway, serviceName: "com.amazonaws.us-east-1.sns" }, "vpc.endpoint-service serviceName"],
  ["an interface endpoint of a service that does not exist", ENDPOINT, { ...inter, serviceName: "com.amazonaws.us-east-1.snss" }, "vpc.endpoint-service serviceName"],
  ["a gateway endpoint with subnets", ENDPOINT, { ...gateway, subnetIds: ["subnet-1"] }, "vpc.endpoint-argument subnetIds"],
  ["a gateway endpoint with groups", ENDPOINT, { ...gateway, securityGroupIds: ["sg-1"] }, "vpc.endpoint-argument securityGroupIds"],
  ["a gateway endpoint with private DNS", ENDPOINT, { ...gateway, privateDnsEnabled: true }, "vpc.endpoint-argument privateDnsEnabled"],
  ["an interface endpoint with route tables", ENDPOINT, { ...inter, routeTableIds: ["rtb-1"] }, "vpc.endpoint-argument routeTableIds"],
  ["an endpoint type that the twin does not model", ENDPOINT, { ...inter, vpcEndpointType: "GatewayLoadBalancer" }, "vpc.endpoint-type vpcEndpointType"],
  ["an endpoint with a policy for nobody", ENDPOINT, { ...gateway, policy: policy.replace('"Principal":{"AWS":"*"},', "") }, "vpc.malformed-policy policy"],
  ["a group's name that looks like an id", GROUP, { name: "sg-functions", vpcId: "vpc-1" }, "vpc.group-name name"],
  ["a group's name with letters that EC2 does not take", GROUP, { name: "fünf", vpcId: "vpc-1" }, "vpc.group-name name"],
  ["a description with an apostrophe", GROUP, { description: "the functions' group", vpcId: "vpc-1" }, "vpc.group-description description"],
  ["rules in the group, which fight with rule resources", GROUP, { vpcId: "vpc-1", egress: [{ protocol: "-1" }] }, "vpc.inline-rules ingress"],
  ["a default group that stays open", CLOSED, { vpcId: "vpc-1", egress: [{ protocol: "-1" }] }, "vpc.inline-rules ingress"],
  ["a default group of no VPC", CLOSED, {}, "vpc.default-group vpcId"],
  ["a rule with two ends", RULE, { ...rule, cidrIpv4: "10.0.0.0/16" }, "vpc.rule-end cidrIpv4"],
  ["a rule without an end", RULE, { ...rule, prefixListId: undefined }, "vpc.rule-end cidrIpv4"],
  ["a rule to what is no block", RULE, { ...rule, prefixListId: undefined, cidrIpv4: "10.0.0.0" }, "vpc.cidr cidrIpv4"],
  ["ports of everything", RULE, { ...rule, ipProtocol: "-1" }, "vpc.rule-ports fromPort"],
  ["TCP without ports", RULE, { ...rule, toPort: undefined }, "vpc.rule-ports fromPort"],
  ["ports in the wrong order", RULE, { ...rule, fromPort: 444 }, "vpc.rule-ports fromPort"],
  ["a rule's description with an apostrophe", RULE, { ...rule, description: "the table's list" }, "vpc.rule-description description"],
  ["a flow log of nothing", FLOW_LOG, { ...flow, vpcId: undefined }, "vpc.flow-log-source vpcId"],
  ["a flow log to nowhere", FLOW_LOG, { ...flow, logDestination: undefined }, "vpc.flow-log-destination logDestination"],
  ["a flow log that nobody may write", FLOW_LOG, { ...flow, iamRoleArn: undefined }, "vpc.flow-log-role iamRoleArn"],
  ["a flow log every five minutes", FLOW_LOG, { ...flow, maxAggregationInterval: 300 }, "vpc.flow-log-interval maxAggregationInterval"],
  ["a flow log without its traffic", FLOW_LOG, { ...flow, trafficType: undefined }, "vpc.flow-log-traffic trafficType"],
])("AWS refuses %s, and so does the model", (_, type, inputs, code) => {
  expect(codes(type, inputs)).toEqual([code]);
});

test("who asks for zones without the filter gets local zones too, as from AWS", () => {
  const [zones] = vpc.invokes ?? [];
  const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
  expect(zones?.answer({ filters }, place)).toMatchObject({ names: ["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`) });
  expect(zones?.answer({}, place)["names"]).toContain("us-east-1-atl-2a");
  expect(zones?.answer({ filters, region: "us-east-2" }, place)).toMatchObject({ names: ["us-east-2a", "us-east-2b", "us-east-2c"] });
});
