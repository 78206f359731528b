import * as aws from "@pulumi/aws";
import type { Config } from "./config";
import type { Subnets } from "./network";
import type { NatMode } from "./reach";
import type { RegionContext } from "./regions";
import { ZONES } from "./subnets";

/** The tables that functions and data use; a gateway endpoint adds its routes to them. */
export interface Routing {
  /** One for each zone. */
  readonly private: readonly aws.ec2.RouteTable[];
  readonly isolated: aws.ec2.RouteTable;
}

/** NAT gateways ($32.85 a month each, and $0.045 a gigabyte) by mode, and which of them a zone uses. */
const NAT: Readonly<Record<NatMode, { readonly gateways: number; of(zone: number): number }>> = {
  none: { gateways: 0, of: () => 0 },
  single: { gateways: 1, of: () => 0 },
  perAz: { gateways: ZONES, of: (zone) => zone },
};

const EVERYWHERE = "0.0.0.0/0";

/** Ways out of a VPC: public subnets by the internet gateway, private ones by NAT where there is one, isolated ones none. */
export function createRouting(context: RegionContext, { vpc, subnets }: { readonly vpc: aws.ec2.Vpc; readonly subnets: Subnets }, { nat }: Pick<Config, "nat">): Routing {
  const { options } = context;
  const gatewayName = context.name("payments", "tag");
  const gateway = new aws.ec2.InternetGateway(gatewayName, { vpcId: vpc.id, tags: { Name: gatewayName } }, options);

  const table = (service: string, members: readonly (readonly [string, aws.ec2.Subnet])[]): aws.ec2.RouteTable => {
    const name = context.name(service, "tag");
    const made = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags: { Name: name } }, options);
    for (const [member, subnet] of members) new aws.ec2.RouteTableAssociation(context.name(member, "tag"), { routeTableId: made.id, subnetId: subnet.id }, options);
    return made;
  };
  const members = (tier: keyof Subnets) => subnets[tier].map((subnet, zone) => [`payments-${tier}-${zone + 1}`, subnet] as const);

  const open = table("payments-public", members("public"));
  const out = new aws.ec2.Route(context.name("payments-public", "tag"), { routeTableId: open.id, destinationCidrBlock: EVERYWHERE, gatewayId: gateway.id }, options);
  const { gateways, of } = NAT[nat];
  const nats = subnets.public.slice(0, gateways).map((subnet, zone) => {
    const name = context.name(`payments-nat-${zone + 1}`, "tag");
    const address = new aws.ec2.Eip(name, { domain: "vpc", tags: { Name: name } }, { ...options, dependsOn: [gateway] });
    // AWS makes it only where the internet is reached; its subnet's route must be there.
    return new aws.ec2.NatGateway(name, { allocationId: address.allocationId, subnetId: subnet.id, tags: { Name: name } }, { ...options, dependsOn: [gateway, out] });
  });
  const hidden = members("private").map((member, zone) => {
    const [name] = member;
    const made = table(name, [member]);
    const way = nats[of(zone)];
    if (way) new aws.ec2.Route(context.name(name, "tag"), { routeTableId: made.id, destinationCidrBlock: EVERYWHERE, natGatewayId: way.id }, options);
    return made;
  });
  return { private: hidden, isolated: table("payments-isolated", members("isolated")) };
}
