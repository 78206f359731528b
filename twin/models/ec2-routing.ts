import type { EipArgs, NatGatewayArgs, RouteArgs, RouteTableArgs, RouteTableAssociationArgs } from "@pulumi/aws/ec2";
import { natObjections, routeObjections, when } from "../../rules/network";
import { vpc as vpcOf } from "../services/vpc/index";
import { ec2Id, regionOf } from "./ec2-ids";
import { arn, stableId } from "./ids";
import { defineModel } from "./model";

export const routeTableModel = defineModel<RouteTableArgs>({
  type: "aws:ec2/routeTable:RouteTable",
  check: ({ routes = [], propagatingVgws = [] }) => [
    // The provider's documentation: inline routes and aws.ec2.Route undo each other.
    ...when(routes.length > 0, "inline-routes", "routes", "got inline routes; this twin models aws.ec2.Route"),
    ...when(propagatingVgws.length > 0, "virtual-gateways", "propagatingVgws", "this twin models no virtual private gateways"),
  ],
  outputs(_inputs, place) {
    const id = ec2Id("rtb", place);
    return { id, outputs: { arn: arn("ec2", place.region, place.accountId, `route-table/${id}`), ownerId: place.accountId, routes: [] } };
  },
  replaceOn: ["vpcId", "region"],
});

const targetOf = (inputs: Readonly<Record<string, unknown>>): string =>
  String(["gatewayId", "natGatewayId", "vpcPeeringConnectionId", "transitGatewayId", "networkInterfaceId", "egressOnlyGatewayId", "vpcEndpointId"].map((name) => inputs[name]).find((value) => value !== undefined));

export const routeModel = defineModel<RouteArgs>({
  type: "aws:ec2/route:Route",
  check: routeObjections,
  outputs(inputs) {
    const destination = inputs.destinationCidrBlock ?? inputs.destinationIpv6CidrBlock ?? inputs.destinationPrefixListId ?? "";
    return { id: `r-${inputs.routeTableId}${stableId(10, destination)}`, outputs: { origin: "CreateRoute", state: "active" } };
  },
  replaceOn: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "region"],
  live({ inputs, resource }, cloud) {
    const { routeTableId, destinationCidrBlock: destination } = inputs;
    // Services have IPv4 addresses here; other destinations lead to none of them.
    if (destination === undefined) return;
    vpcOf(cloud, regionOf(resource)).change(({ routes }) => routes.push({ routeTableId, destination, target: targetOf({ ...inputs }) }));
  },
});

export const routeTableAssociationModel = defineModel<RouteTableAssociationArgs>({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  check: ({ subnetId, gatewayId }) =>
    when((subnetId === undefined) === (gatewayId === undefined), "association", "subnetId", "allowed exactly one of subnetId, gatewayId"),
  outputs: (_inputs, place) => ({ id: ec2Id("rtbassoc", place), outputs: {} }),
  replaceOn: ["subnetId", "gatewayId", "region"],
  live({ inputs: { subnetId, routeTableId }, resource }, cloud) {
    if (subnetId !== undefined) vpcOf(cloud, regionOf(resource)).change(({ tables }) => tables.set(subnetId, routeTableId));
  },
});

export const eipModel = defineModel<EipArgs>({
  type: "aws:ec2/eip:Eip",
  check: ({ domain }) => when(domain !== undefined && domain !== "vpc", "eip-domain", "domain", `got ${domain}; allowed vpc`),
  outputs(_inputs, place) {
    const id = ec2Id("eipalloc", place);
    // 203.0.113.0/24 is for documentation (RFC 5737): nobody has the address.
    const publicIp = `203.0.113.${(Number.parseInt(stableId(2, id), 16) % 254) + 1}`;
    return { id, outputs: { allocationId: id, arn: arn("ec2", place.region, place.accountId, `elastic-ip/${id}`), publicIp, domain: "vpc" } };
  },
  replaceOn: ["domain", "address", "region"],
});

export const natGatewayModel = defineModel<NatGatewayArgs>({
  type: "aws:ec2/natGateway:NatGateway",
  check: natObjections,
  outputs: (inputs, place) => ({ id: ec2Id("nat", place), outputs: { connectivityType: inputs.connectivityType ?? "public", availabilityMode: inputs.availabilityMode ?? "zonal" } }),
  replaceOn: ["allocationId", "subnetId", "connectivityType", "availabilityMode", "region"],
  live({ inputs: { subnetId, connectivityType = "public" }, resource }, cloud) {
    // A private NAT gateway leads to other networks, never to the internet.
    if (subnetId === undefined || connectivityType !== "public") return;
    vpcOf(cloud, regionOf(resource)).change(({ natGateways }) => natGateways.set(resource.id, subnetId));
  },
});
