import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { createEndpoints } from "./network-endpoints";
import { createRouting } from "./network-routing";
import { createServiceRole } from "./iam";
import { createLogGroup } from "./logs";
import type { Statement } from "./policies/document";
import { useNetworkInterfaces, writeFlowLogs } from "./policies/network";
import type { RegionContext } from "./regions";
import { PLACEMENTS } from "./reach";
import { subnetCidr, TIERS, VPC_CIDRS, ZONES, type Tier } from "./subnets";

/** The region has too few availability zones. */
export class ZonesError extends Error {
  readonly code = "ZONES";
  override readonly name = "ZonesError";
}

/** Where a function's network interfaces stand, and what its role needs for them. */
export interface FunctionNetwork {
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Output<string>;
  /** Interfaces that Lambda gives back slowly are left to this group, so that the others can go. */
  readonly closedGroupId: pulumi.Output<string>;
  statements(functionName: string): pulumi.Output<readonly Statement[]>;
}

export interface RegionNetwork {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly subnetIds: Readonly<Record<Tier, readonly pulumi.Output<string>[]>>;
  readonly functions: FunctionNetwork;
}

/** What differs between networks: who they belong to is the context's. */
export type NetworkConfig = Pick<Config, "nat" | "interfaceEndpoints" | "interfaceEndpointZones" | "logRetentionDays">;

export type Subnets = Readonly<Record<Tier, readonly aws.ec2.Subnet[]>>;

/** The region's VPC: three tiers of subnets in three zones, and only such ways in and out as its functions need. */
export function createNetwork(context: RegionContext, accountId: pulumi.Output<string>, config: NetworkConfig): RegionNetwork {
  const cidr = VPC_CIDRS[context.role];
  const name = context.name("payments", "tag");
  // Both flags: private DNS of interface endpoints needs them.
  const vpc = new aws.ec2.Vpc(name, { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } }, context.options);
  const closed = new aws.ec2.DefaultSecurityGroup(name, { vpcId: vpc.id, ingress: [], egress: [] }, context.options);
  const subnets = createSubnets(context, vpc, cidr);
  const routing = createRouting(context, { vpc, subnets }, config);
  const { functionGroup } = createEndpoints(context, { vpc, subnets, tables: [...routing.private, routing.isolated], accountId }, config);
  createFlowLogs(context, vpc, accountId, config);
  const ids = (tier: Tier): readonly pulumi.Output<string>[] => subnets[tier].map(({ id }) => id);
  return {
    vpcId: vpc.id,
    cidr,
    subnetIds: { public: ids("public"), private: ids("private"), isolated: ids("isolated") },
    functions: {
      subnetIds: ids("private"),
      securityGroupId: functionGroup.id,
      closedGroupId: closed.id,
      statements: (functionName) => accountId.apply((account) => useNetworkInterfaces(context.region, account, functionName)),
    },
  };
}

/** The network of a function, or none where its placement gives a reason to stay outside. */
export const placed = (network: RegionNetwork, name: keyof typeof PLACEMENTS): { readonly network?: FunctionNetwork } =>
  "outside" in PLACEMENTS[name] ? {} : { network: network.functions };

/** Zones in which AWS takes no new NAT gateways, interface endpoints or functions. Lambda and VPC user guides, by zone id. */
const CONSTRAINED_ZONES = ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"] as const;

function createSubnets(context: RegionContext, vpc: aws.ec2.Vpc, cidr: string): Subnets {
  // Without the filter local zones would come too.
  const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
  const { names } = aws.getAvailabilityZonesOutput({ state: "available", filters, excludeZoneIds: [...CONSTRAINED_ZONES] }, context.options);
  const zone = (index: number): pulumi.Output<string> =>
    names.apply((found) => {
      const one = found[index];
      if (one === undefined) throw new ZonesError(`${context.region}: got ${found.length} availability zones; ${ZONES} are needed; choose another region`);
      return one;
    });
  const create = (tier: Tier, index: number): aws.ec2.Subnet => {
    const name = context.name(`payments-${tier}-${index + 1}`, "tag");
    return new aws.ec2.Subnet(
      name,
      { vpcId: vpc.id, cidrBlock: subnetCidr(cidr, tier, index), availabilityZone: zone(index), mapPublicIpOnLaunch: false, tags: { Name: name, Tier: tier } },
      // A zone that AWS adds later would shift the list, and replace subnets that hold interfaces.
      { ...context.options, ignoreChanges: ["availabilityZone"] },
    );
  };
  const [open, hidden, isolated] = TIERS.map((tier) => Array.from({ length: ZONES }, (_, index) => create(tier, index)));
  return { public: open ?? [], private: hidden ?? [], isolated: isolated ?? [] };
}

/** Every connection, accepted or refused, within a minute. */
function createFlowLogs(context: RegionContext, vpc: aws.ec2.Vpc, accountId: pulumi.Output<string>, config: NetworkConfig): void {
  const name = context.name("payments-flow-logs", "role");
  const logGroup = createLogGroup(context, `/aws/vpc/${name}`, config);
  const role = createServiceRole(context, {
    service: "payments-flow-logs",
    trusts: "vpc-flow-logs.amazonaws.com",
    // Nobody else's flow log. Amazon VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs".
    when: accountId.apply((account) => ({ StringEquals: { "aws:SourceAccount": account } })),
    statements: pulumi.all([logGroup.arn, accountId]).apply(([arn, account]) => writeFlowLogs(arn, context.region, account)),
  });
  new aws.ec2.FlowLog(
    name,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: name },
    },
    { ...context.options, dependsOn: [...role.ready] },
  );
}
