import type { DefaultSecurityGroupArgs, FlowLogArgs, SecurityGroupArgs, VpcEndpointArgs } from "@pulumi/aws/ec2";
import { policyObjections } from "../../rules/iam";
import { compilePolicy } from "../../rules/iam-evaluate";
import { flowLogObjections, when } from "../../rules/network";
import { endpointObjections, serviceOfEndpoint } from "../../rules/vpc-endpoints";
import { securityGroupObjections } from "../../rules/vpc-security-groups";
import { vpc as vpcOf } from "../services/vpc/index";
import { defaultGroupId, ec2Id, prefixListId, regionOf } from "./ec2-ids";
import { arn, stableId } from "./ids";
import { defineModel, type Objection } from "./model";

const malformed = (policy: string | undefined): readonly Objection[] =>
  policy === undefined ? [] : policyObjections(policy, "resource").map((message) => ({ code: "vpc.malformed-policy", property: "policy", message }));

/** The provider's default: CreateVpcEndpoint makes gateway endpoints. */
const typeOf = (given: string | undefined): "Gateway" | "Interface" => (given === "Interface" ? "Interface" : "Gateway");

export const vpcEndpointModel = defineModel<VpcEndpointArgs>({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: (inputs, { region }) => [...endpointObjections(inputs, region), ...malformed(inputs.policy)],
  outputs(inputs, place) {
    const id = ec2Id("vpce", place);
    const service = serviceOfEndpoint(place.region, inputs.serviceName ?? "") ?? "";
    const shared = {
      arn: arn("ec2", place.region, place.accountId, `vpc-endpoint/${id}`),
      vpcEndpointType: typeOf(inputs.vpcEndpointType),
      state: "available",
      ownerId: place.accountId,
    };
    if (shared.vpcEndpointType === "Gateway") return { id, outputs: { ...shared, prefixListId: prefixListId(place.region, service), privateDnsEnabled: false } };
    const dnsName = `${id}-${stableId(8, id)}.${service}.${place.region}.vpce.amazonaws.com`;
    const dnsEntries = [{ dnsName, hostedZoneId: `Z${stableId(13, place.region, service).toUpperCase()}` }];
    // No group given = the VPC's default one. "CreateVpcEndpoint", SecurityGroupIds.
    const securityGroupIds = inputs.securityGroupIds ?? [defaultGroupId(inputs.vpcId)];
    return { id, outputs: { ...shared, dnsEntries, securityGroupIds, privateDnsEnabled: inputs.privateDnsEnabled ?? false } };
  },
  replaceOn: ["serviceName", "vpcEndpointType", "vpcId", "region"],
  live({ inputs, outputs, resource }, cloud) {
    const region = regionOf(resource);
    const service = serviceOfEndpoint(region, inputs.serviceName ?? "") ?? "";
    const type = typeOf(inputs.vpcEndpointType);
    vpcOf(cloud, region).change(({ endpoints }) =>
      endpoints.push({
        id: resource.id,
        vpcId: inputs.vpcId,
        service,
        type,
        routeTableIds: inputs.routeTableIds ?? [],
        ...(type === "Gateway" ? { prefixListId: prefixListId(region, service) } : {}),
        subnetIds: inputs.subnetIds ?? [],
        securityGroupIds: (outputs["securityGroupIds"] ?? []) as readonly string[], // the model's own output
        privateDns: type === "Interface" && inputs.privateDnsEnabled === true,
        policy: inputs.policy === undefined ? undefined : compilePolicy(inputs.policy),
      }),
    );
  },
});

const inline = ({ ingress = [], egress = [] }: { readonly ingress?: readonly unknown[] | undefined; readonly egress?: readonly unknown[] | undefined }): readonly Objection[] =>
  // The provider's documentation: inline rules and rule resources undo each other.
  when(ingress.length + egress.length > 0, "inline-rules", "ingress", "got inline rules; this twin models aws.vpc.SecurityGroupIngressRule and …EgressRule");

export const securityGroupModel = defineModel<SecurityGroupArgs>({
  type: "aws:ec2/securityGroup:SecurityGroup",
  check: (inputs) => [...securityGroupObjections(inputs), ...inline(inputs)],
  outputs(inputs, place) {
    const id = ec2Id("sg", place);
    return {
      id,
      outputs: {
        arn: arn("ec2", place.region, place.accountId, `security-group/${id}`),
        name: inputs.name ?? `${place.name}-${stableId(7, id)}`,
        description: inputs.description ?? "Managed by Pulumi",
        ownerId: place.accountId,
      },
    };
  },
  replaceOn: ["name", "namePrefix", "description", "vpcId", "region"],
});

export const defaultSecurityGroupModel = defineModel<DefaultSecurityGroupArgs>({
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  check: (inputs) => [...inline(inputs), ...when(inputs.vpcId === undefined, "default-group", "vpcId", "missing; this twin models no default VPC")],
  outputs(inputs, place) {
    const id = defaultGroupId(inputs.vpcId ?? "");
    return { id, outputs: { arn: arn("ec2", place.region, place.accountId, `security-group/${id}`), name: "default", description: "default VPC security group", ownerId: place.accountId } };
  },
  replaceOn: ["vpcId", "region"],
  live({ resource }, cloud) {
    // The provider adopts the group and empties it.
    vpcOf(cloud, regionOf(resource)).change((network) => {
      network.rules = network.rules.filter(({ securityGroupId }) => securityGroupId !== resource.id);
    });
  },
});

export const flowLogModel = defineModel<FlowLogArgs>({
  type: "aws:ec2/flowLog:FlowLog",
  check: flowLogObjections,
  outputs(inputs, place) {
    const id = ec2Id("fl", place);
    return {
      id,
      outputs: {
        arn: arn("ec2", place.region, place.accountId, `vpc-flow-log/${id}`),
        logDestinationType: inputs.logDestinationType ?? "cloud-watch-logs",
        maxAggregationInterval: inputs.maxAggregationInterval ?? 600,
      },
    };
  },
  replaceOn: ["vpcId", "subnetId", "eniId", "trafficType", "logDestination", "logDestinationType", "iamRoleArn", "logFormat", "maxAggregationInterval", "region"],
});
