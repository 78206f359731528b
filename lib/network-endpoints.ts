import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { endpointServiceName } from "../rules/vpc-endpoints";
import type { Config } from "./config";
import type { Subnets } from "./network";
import type { PolicyDocument } from "./policies/document";
import { throughDynamoDbEndpoint, throughInterfaceEndpoint, throughS3Endpoint } from "./policies/endpoints";
import type { RegionContext } from "./regions";

interface Surroundings {
  readonly vpc: aws.ec2.Vpc;
  readonly subnets: Subnets;
  /** Those that lead to gateway endpoints. */
  readonly tables: readonly aws.ec2.RouteTable[];
  readonly accountId: pulumi.Output<string>;
}

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/** Free, and in every network: what is asked of the table and the buckets never leaves AWS. */
const GATEWAYS: Readonly<Record<string, (region: string, accountId: string) => PolicyDocument>> = {
  s3: (_region, accountId) => throughS3Endpoint(accountId),
  dynamodb: throughDynamoDbEndpoint,
};

/**
 * The ways to AWS's services, and the functions' security group, which lets them take these ways and no other. DNS needs no
 * rule: security groups do not filter the VPC's own resolver.
 */
export function createEndpoints(
  context: RegionContext,
  { vpc, subnets, tables, accountId }: Surroundings,
  config: Pick<Config, "nat" | "interfaceEndpoints" | "interfaceEndpointZones">,
): { readonly functionGroup: aws.ec2.SecurityGroup } {
  const { options, region } = context;
  const group = (service: string, description: string): aws.ec2.SecurityGroup => {
    const name = context.name(service, "securityGroup");
    return new aws.ec2.SecurityGroup(name, { name, vpcId: vpc.id, description, tags: { Name: name } }, options);
  };
  const functionGroup = group("payments-functions", "Functions: out to AWS services only, nothing in");
  const mayReach = (what: string, end: Pick<aws.vpc.SecurityGroupEgressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId">): void => {
    const name = context.name(`payments-functions-to-${what}`, "tag");
    new aws.vpc.SecurityGroupEgressRule(name, { securityGroupId: functionGroup.id, ...HTTPS, ...end, description: `To ${what}`, tags: { Name: name } }, options);
  };
  const endpoint = (service: string, policy: (accountId: string) => PolicyDocument, more: Partial<aws.ec2.VpcEndpointArgs>): aws.ec2.VpcEndpoint => {
    const name = context.name(`payments-${service}`, "tag");
    const text = accountId.apply((account) => JSON.stringify(policy(account)));
    return new aws.ec2.VpcEndpoint(name, { vpcId: vpc.id, serviceName: endpointServiceName(region, service), policy: text, tags: { Name: name }, ...more }, options);
  };

  for (const [service, policy] of Object.entries(GATEWAYS)) {
    const gateway = endpoint(service, (account) => policy(region, account), { vpcEndpointType: "Gateway", routeTableIds: tables.map(({ id }) => id) });
    mayReach(service, { prefixListId: gateway.prefixListId });
  }
  if (config.interfaceEndpoints.length > 0) {
    const endpointGroup = group("payments-endpoints", "Interface endpoints: in from functions only");
    mayReach("endpoints", { referencedSecurityGroupId: endpointGroup.id });
    const from = context.name("payments-endpoints-from-functions", "tag");
    new aws.vpc.SecurityGroupIngressRule(
      from,
      { securityGroupId: endpointGroup.id, ...HTTPS, referencedSecurityGroupId: functionGroup.id, description: "From functions", tags: { Name: from } },
      options,
    );
    const subnetIds = subnets.private.slice(0, config.interfaceEndpointZones).map(({ id }) => id);
    for (const service of config.interfaceEndpoints) {
      endpoint(service, (account) => throughInterfaceEndpoint(service, account), { vpcEndpointType: "Interface", privateDnsEnabled: true, subnetIds, securityGroupIds: [endpointGroup.id] });
    }
  }
  if (config.nat !== "none") mayReach("internet", { cidrIpv4: "0.0.0.0/0" });
  return { functionGroup };
}
