import { parseCidr } from "../../../rules/network-cidr";
import type { Cloud } from "../../../twin/cloud";
import type { Endpoint } from "../../../twin/services/vpc/state";
import { vpc, type NetworkAttachment, type VpcService } from "../../../twin/services/vpc/index";

export const REGION = "us-east-1";
export const LIST = "pl-dynamodb";
export const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/** Where a function stands: in the private subnet, in the group `fn`. */
export const attachment = (more: Partial<NetworkAttachment> = {}): NetworkAttachment => ({
  owner: "worker",
  region: REGION,
  subnetIds: ["private"],
  securityGroupIds: ["fn"],
  ...more,
});

export const gateway = (service: string, routeTableIds: readonly string[]) => ({
  id: `vpce-${service}`,
  vpcId: "vpc",
  service,
  type: "Gateway" as const,
  routeTableIds,
  prefixListId: `pl-${service}`,
  subnetIds: [],
  securityGroupIds: [],
  privateDns: false,
});

export const inter = (service: string, privateDns = true) => ({
  id: `vpce-${service}`,
  vpcId: "vpc",
  service,
  type: "Interface" as const,
  routeTableIds: [],
  subnetIds: ["private"],
  securityGroupIds: ["ends"],
  privateDns,
});

export type Change = (network: VpcService) => void;

export const egress = (end: object, ports: object = HTTPS): Change => ({ rules }) => void rules.push({ securityGroupId: "fn", direction: "egress", rule: { ...HTTPS, ...ports, ...end } });
export const ingress = (end: object): Change => ({ rules }) => void rules.push({ securityGroupId: "ends", direction: "ingress", rule: { ...HTTPS, ...end } });
export const through = (endpoint: Endpoint): Change => ({ endpoints }) => void endpoints.push(endpoint);
export const defaultRoute = (routeTableId: string, target: string): Change => ({ routes }) => void routes.push({ routeTableId, destination: "0.0.0.0/0", target });

/** NAT in the public subnet. */
export const nat: readonly Change[] = [
  ({ natGateways }) => void natGateways.set("nat", "public"),
  ({ internetGateways }) => void internetGateways.add("igw"),
  defaultRoute("private-table", "nat"),
  defaultRoute("public-table", "igw"),
];

/** A VPC with a private and a public subnet, each with its table, and no way out of either but by `changes`. */
export function network(cloud: Cloud, ...changes: readonly Change[]): VpcService {
  const service = vpc(cloud, REGION);
  service.change(({ subnets, tables }) => {
    for (const [id, text] of [["private", "10.0.64.0/20"], ["public", "10.0.0.0/20"]] as const) {
      const block = parseCidr(text);
      if (block) subnets.set(id, { id, vpcId: "vpc", block });
      tables.set(id, `${id}-table`);
    }
  });
  for (const change of changes) service.change(change);
  return service;
}
