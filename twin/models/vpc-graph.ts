import { contains, overlap, parseCidr } from "../../rules/network-cidr";
import { isOpen, type SecurityGroupRule } from "../../rules/vpc-security-groups";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { mainTableId } from "./ec2-ids";
import type { GraphRule } from "./model";

const byId = (graph: Graph, type: string): ReadonlyMap<string, GraphResource> => new Map(ofType(graph, type).map((resource) => [resource.id, resource]));
const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);
const refuse = ({ urn: resource }: GraphResource, code: string, property: string, message: string): Refusal => ({ code: `vpc.${code}`, resource, property, message });

/** "Subnet CIDR blocks": inside the VPC's block, and apart from each other. */
const subnetsFit: GraphRule = (graph) => {
  const vpcs = byId(graph, VPC);
  const subnets = ofType(graph, SUBNET).flatMap((subnet) => {
    const block = parseCidr(text(subnet.inputs["cidrBlock"]));
    return block ? [{ subnet, block, vpcId: text(subnet.inputs["vpcId"]) }] : [];
  });
  return subnets.flatMap(({ subnet, block, vpcId }, index) => {
    const given = text(subnet.inputs["cidrBlock"]);
    const around = vpcs.get(vpcId);
    const outer = around && parseCidr(text(around.inputs["cidrBlock"]));
    const other = subnets.slice(0, index).find((earlier) => earlier.vpcId === vpcId && overlap(earlier.block, block));
    return [
      ...(outer && !contains(outer, block) ? [refuse(subnet, "subnet-outside", "cidrBlock", `got ${given}; allowed a part of ${text(around.inputs["cidrBlock"])}, its VPC's block`)] : []),
      ...(other ? [refuse(subnet, "subnet-overlap", "cidrBlock", `got ${given}, which ${other.subnet.name} (${text(other.subnet.inputs["cidrBlock"])}) has a part of`)] : []),
    ];
  });
};

/** "NAT gateways": a public one stands in a subnet whose default route leads to an internet gateway. */
const natInPublicSubnet: GraphRule = (graph) => {
  const tables = new Map(ofType(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation").map(({ inputs }) => [inputs["subnetId"], inputs["routeTableId"]]));
  const subnets = byId(graph, SUBNET);
  const isPublic = (subnetId: string): boolean => {
    const table = tables.get(subnetId) ?? mainTableId(text(subnets.get(subnetId)?.inputs["vpcId"]));
    return ofType(graph, "aws:ec2/route:Route").some(
      ({ inputs }) => inputs["routeTableId"] === table && inputs["destinationCidrBlock"] === "0.0.0.0/0" && text(inputs["gatewayId"]).startsWith("igw-"),
    );
  };
  return ofType(graph, "aws:ec2/natGateway:NatGateway")
    .filter(({ inputs }) => inputs["connectivityType"] !== "private" && !isPublic(text(inputs["subnetId"])))
    .map((nat) => refuse(nat, "nat-private-subnet", "subnetId", `got ${text(nat.inputs["subnetId"])}, whose route table has no route 0.0.0.0/0 to an internet gateway`));
};

/** "Private DNS names" (AWS PrivateLink): both DNS attributes of the VPC, one endpoint a service, one subnet a zone. */
const endpointsFit: GraphRule = (graph) => {
  const vpcs = byId(graph, VPC);
  const subnets = byId(graph, SUBNET);
  const taken = new Map<string, string>();
  return ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").flatMap((endpoint) => {
    const { inputs, outputs } = endpoint;
    const found: Refusal[] = [];
    if (outputs["privateDnsEnabled"] === true) {
      const around = vpcs.get(text(inputs["vpcId"]));
      if (around && !(around.outputs["enableDnsSupport"] === true && around.outputs["enableDnsHostnames"] === true)) {
        found.push(refuse(endpoint, "private-dns", "privateDnsEnabled", "true needs enableDnsSupport and enableDnsHostnames of its VPC"));
      }
    }
    const places = outputs["vpcEndpointType"] === "Gateway" ? texts(inputs["routeTableIds"]) : outputs["privateDnsEnabled"] === true ? [text(inputs["vpcId"])] : [];
    for (const place of places) {
      const key = `${place} ${text(inputs["serviceName"])} ${text(outputs["vpcEndpointType"])}`;
      const first = taken.get(key);
      if (first !== undefined) found.push(refuse(endpoint, "endpoint-twice", "serviceName", `${place} already leads to ${text(inputs["serviceName"])} by ${first}`));
      else taken.set(key, endpoint.name);
    }
    const zones = texts(inputs["subnetIds"]).map((id) => subnets.get(id)?.outputs["availabilityZone"] ?? id);
    if (new Set(zones).size < zones.length) found.push(refuse(endpoint, "endpoint-zone-twice", "subnetIds", `got zones ${zones.join(", ")}; allowed one subnet in each`));
    return found;
  });
};

/** Nothing of a VPC is for everybody: what the world may use has an API in front. */
const noOpenIngress: GraphRule = (graph) =>
  ofType(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => isOpen(inputs as unknown as SecurityGroupRule)) // the model has checked them
    .map((rule) => refuse(rule, "open-ingress", "cidrIpv4", "lets the whole internet in; name a security group, a prefix list or a smaller block"));

/** "CreateFunction", VpcConfig: subnets and groups exist and belong to one VPC. */
const functionsFit: GraphRule = (graph) => {
  const subnets = byId(graph, SUBNET);
  const groups = new Map([...byId(graph, "aws:ec2/securityGroup:SecurityGroup"), ...byId(graph, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")]);
  return ofType(graph, "aws:lambda/function:Function").flatMap((fn) => {
    const given = fn.inputs["vpcConfig"] as { readonly subnetIds?: unknown; readonly securityGroupIds?: unknown } | undefined; // the class's own argument type
    if (given === undefined) return [];
    const vpcOf = (resource: GraphResource | undefined): string => text(resource?.inputs["vpcId"]);
    const unknown = [...texts(given.subnetIds).filter((id) => !subnets.has(id)), ...texts(given.securityGroupIds).filter((id) => !groups.has(id))];
    const vpcs = new Set([...texts(given.subnetIds).map((id) => vpcOf(subnets.get(id))), ...texts(given.securityGroupIds).map((id) => vpcOf(groups.get(id)))]);
    if (unknown.length > 0) return [refuse(fn, "unknown", "vpcConfig", `${unknown.join(", ")}: no such subnet or security group in this stack`)];
    return vpcs.size > 1 ? [refuse(fn, "two-vpcs", "vpcConfig", `got parts of ${[...vpcs].join(", ")}; allowed one VPC`)] : [];
  });
};

/** "Route tables": one table a subnet, one route a destination. */
const routesFit: GraphRule = (graph) => {
  const twice = (type: string, code: string, key: (inputs: GraphResource["inputs"]) => string): readonly Refusal[] => {
    const seen = new Set<string>();
    return ofType(graph, type).flatMap((resource) => {
      const of = key(resource.inputs);
      if (seen.has(of)) return [refuse(resource, code, "routeTableId", `${of} has one already`)];
      seen.add(of);
      return [];
    });
  };
  return [
    ...twice("aws:ec2/routeTableAssociation:RouteTableAssociation", "association-twice", ({ subnetId, gatewayId }) => text(subnetId ?? gatewayId)),
    ...twice("aws:ec2/route:Route", "route-twice", (inputs) => `${text(inputs["routeTableId"])} ${text(inputs["destinationCidrBlock"] ?? inputs["destinationPrefixListId"])}`),
  ];
};

const RULES: readonly GraphRule[] = [subnetsFit, natInPublicSubnet, endpointsFit, noOpenIngress, functionsFit, routesFit];

/** What only a whole network shows. */
export const vpcGraph: GraphRule = (graph) => RULES.flatMap((rule) => rule(graph));
