import type { GraphResource } from "../../../twin/deploy/graph";
import type { PlainInputs } from "../../../twin/models/model";
import { vpc } from "../../../twin/models/vpc";

const TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  table: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  igw: "aws:ec2/internetGateway:InternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  group: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
} as const;

/** Adds resources by kind and name; answers their ids. */
class Network {
  readonly resources: GraphResource[] = [];

  add(kind: keyof typeof TYPES | "function", name: string, inputs: PlainInputs): string {
    const type = kind === "function" ? "aws:lambda/function:Function" : TYPES[kind];
    const model = vpc.resources.find((candidate) => candidate.type === type);
    const { id, outputs } = model?.outputs(inputs, { accountId: "123456789012", region: "us-east-1", name }) ?? { id: name, outputs: {} };
    const options = { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true };
    this.resources.push({ urn: name, type, name, id, region: "us-east-1", inputs, outputs: { ...inputs, ...outputs }, dependsOn: [], propertyDependencies: {}, options });
    return id;
  }

  /** `resource code property` of all refusals. */
  refusals(): readonly string[] {
    const graph = { resources: this.resources, outputs: {}, refusals: [] };
    return (vpc.graph?.(graph) ?? []).map(({ resource, code, property }) => `${resource} ${code} ${property ?? ""}`);
  }
}

function base() {
  const network = new Network();
  const vpcId = network.add("vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
  const subnetId = network.add("subnet", "public", { vpcId, cidrBlock: "10.0.0.0/20", availabilityZone: "us-east-1a" });
  const tableId = network.add("table", "table", { vpcId });
  const igw = network.add("igw", "igw", { vpcId });
  return { network, vpcId, subnetId, tableId, igw };
}
type Base = ReturnType<typeof base>;

const endpoint = (service: string, more: PlainInputs) => ({ serviceName: `com.amazonaws.us-east-1.${service}`, ...more });

test("a network whose parts fit is taken", () => {
  const { network, vpcId, subnetId, tableId, igw } = base();
  network.add("association", "a", { subnetId, routeTableId: tableId });
  network.add("route", "r", { routeTableId: tableId, destinationCidrBlock: "0.0.0.0/0", gatewayId: igw });
  network.add("nat", "nat", { subnetId, allocationId: "eipalloc-1" });
  network.add("subnet", "next", { vpcId, cidrBlock: "10.0.16.0/20", availabilityZone: "us-east-1b" });
  network.add("endpoint", "s3", endpoint("s3", { vpcId, routeTableIds: [tableId] }));
  network.add("endpoint", "sns", endpoint("sns", { vpcId, vpcEndpointType: "Interface", privateDnsEnabled: true, subnetIds: [subnetId] }));
  const group = network.add("group", "group", { vpcId });
  network.add("ingress", "in", { securityGroupId: group, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/16" });
  network.add("function", "fn", { vpcConfig: { subnetIds: [subnetId], securityGroupIds: [group] } });
  expect(network.refusals()).toEqual([]);
});

test.each<[string, (given: Base) => void, readonly string[]]>([
  ["a subnet outside its VPC", ({ network, vpcId }) => void network.add("subnet", "far", { vpcId, cidrBlock: "10.1.0.0/20" }), ["far vpc.subnet-outside cidrBlock"]],
  ["two subnets with common addresses", ({ network, vpcId }) => void network.add("subnet", "twin", { vpcId, cidrBlock: "10.0.8.0/24" }), ["twin vpc.subnet-overlap cidrBlock"]],
  [
    "a NAT gateway in a subnet that the internet gateway does not serve",
    ({ network, subnetId, tableId }) => {
      network.add("association", "a", { subnetId, routeTableId: tableId });
      network.add("nat", "nat", { subnetId, allocationId: "eipalloc-1" });
    },
    ["nat vpc.nat-private-subnet subnetId"],
  ],
  [
    "private DNS in a VPC without host names",
    ({ network }) => {
      const vpcId = network.add("vpc", "plain", { cidrBlock: "10.9.0.0/16" });
      network.add("endpoint", "sns", endpoint("sns", { vpcId, vpcEndpointType: "Interface", privateDnsEnabled: true }));
    },
    ["sns vpc.private-dns privateDnsEnabled"],
  ],
  [
    "one service's name for two endpoints",
    ({ network, vpcId }) => {
      for (const name of ["one", "two"]) network.add("endpoint", name, endpoint("sns", { vpcId, vpcEndpointType: "Interface", privateDnsEnabled: true }));
    },
    ["two vpc.endpoint-twice serviceName"],
  ],
  [
    "one table with two routes to one prefix list",
    ({ network, vpcId, tableId }) => {
      for (const name of ["one", "two"]) network.add("endpoint", name, endpoint("s3", { vpcId, routeTableIds: [tableId] }));
    },
    ["two vpc.endpoint-twice serviceName"],
  ],
  [
    "an endpoint twice in one zone",
    ({ network, vpcId, subnetId }) => {
      const other = network.add("subnet", "same-zone", { vpcId, cidrBlock: "10.0.16.0/20", availabilityZone: "us-east-1a" });
      network.add("endpoint", "sns", endpoint("sns", { vpcId, vpcEndpointType: "Interface", subnetIds: [subnetId, other] }));
    },
    ["sns vpc.endpoint-zone-twice subnetIds"],
  ],
  ["a door for the whole internet", ({ network }) => void network.add("ingress", "open", { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" }), ["open vpc.open-ingress cidrIpv4"]],
  ["the same by IPv6", ({ network }) => void network.add("ingress", "open", { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv6: "::/0" }), ["open vpc.open-ingress cidrIpv4"]],
  ["a function in a subnet that is not there", ({ network }) => void network.add("function", "fn", { vpcConfig: { subnetIds: ["subnet-0"], securityGroupIds: [] } }), ["fn vpc.unknown vpcConfig"]],
  [
    "a function with one foot in another VPC",
    ({ network, subnetId }) => {
      const other = network.add("vpc", "other", { cidrBlock: "10.9.0.0/16" });
      network.add("function", "fn", { vpcConfig: { subnetIds: [subnetId], securityGroupIds: [network.add("group", "far", { vpcId: other })] } });
    },
    ["fn vpc.two-vpcs vpcConfig"],
  ],
  [
    "a subnet with two tables",
    ({ network, subnetId, tableId }) => {
      for (const name of ["one", "two"]) network.add("association", name, { subnetId, routeTableId: tableId });
    },
    ["two vpc.association-twice routeTableId"],
  ],
  [
    "a table with two default routes",
    ({ network, tableId, igw }) => {
      for (const name of ["one", "two"]) network.add("route", name, { routeTableId: tableId, destinationCidrBlock: "0.0.0.0/0", gatewayId: igw });
    },
    ["two vpc.route-twice routeTableId"],
  ],
])("refused before anything is made: %s", (_, build, expected) => {
  const given = base();
  build(given);
  expect(given.network.refusals()).toEqual(expected);
});
