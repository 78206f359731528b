import type { Cidr } from "../../../rules/network-cidr";
import type { CompiledPolicy } from "../../../rules/iam-evaluate";
import type { SecurityGroupRule } from "../../../rules/vpc-security-groups";

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly block: Cidr;
}

export interface Route {
  readonly routeTableId: string;
  readonly destination: string;
  /** The id of what it leads to, e.g. `igw-…`, `nat-…`. */
  readonly target: string;
}

export interface Endpoint {
  readonly id: string;
  readonly vpcId: string;
  /** The last part of its service name, e.g. `sns`. */
  readonly service: string;
  readonly type: "Gateway" | "Interface";
  /** Gateway endpoints: where AWS adds the route to the prefix list. */
  readonly routeTableIds: readonly string[];
  /** Gateway endpoints: the addresses of the service. */
  readonly prefixListId?: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** The service's own name leads to the endpoint. */
  readonly privateDns: boolean;
  /** What passes; undefined = everything, as AWS's default policy says. */
  readonly policy?: CompiledPolicy | undefined;
}

/** How a call gets to a service: by an endpoint of the VPC, or through NAT. */
export type Way = Endpoint | "nat";

/** A rule of a security group. */
export interface GroupRule {
  readonly securityGroupId: string;
  readonly direction: "ingress" | "egress";
  readonly rule: SecurityGroupRule;
}

/** What a region's networks consist of, by id. A NAT gateway is the subnet it stands in. */
export interface NetworkState {
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Subnet -> its route table. A subnet without one has the VPC's main table, which knows local routes only. */
  readonly tables: ReadonlyMap<string, string>;
  readonly routes: readonly Route[];
  readonly internetGateways: ReadonlySet<string>;
  readonly natGateways: ReadonlyMap<string, string>;
  readonly endpoints: readonly Endpoint[];
  readonly rules: readonly GroupRule[];
}
