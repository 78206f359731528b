import type { SecurityGroupEgressRuleArgs, SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import { RULE_ENDS, securityRuleObjections, type SecurityGroupRule } from "../../rules/vpc-security-groups";
import { vpc as vpcOf } from "../services/vpc/index";
import { defaultSecurityGroupModel, flowLogModel, securityGroupModel, vpcEndpointModel } from "./ec2-access";
import { availabilityZones, internetGatewayModel, subnetModel, vpcModel } from "./ec2-network";
import { ec2Id, regionOf } from "./ec2-ids";
import { eipModel, natGatewayModel, routeModel, routeTableAssociationModel, routeTableModel } from "./ec2-routing";
import { arn } from "./ids";
import { defineModel, type AnyModel, type ServiceModels } from "./model";
import { vpcGraph } from "./vpc-graph";

type RuleArgs = SecurityGroupEgressRuleArgs & SecurityGroupIngressRuleArgs;

/** Both rule resources differ in their direction only. */
const ruleModel = (type: string, direction: "ingress" | "egress"): AnyModel =>
  defineModel<RuleArgs>({
    type,
    check: securityRuleObjections,
    outputs(_inputs, place) {
      const id = ec2Id("sgr", place);
      return { id, outputs: { securityGroupRuleId: id, arn: arn("ec2", place.region, place.accountId, `security-group-rule/${id}`) } };
    },
    replaceOn: ["securityGroupId", "region"],
    live({ inputs, resource }, cloud) {
      const { ipProtocol, fromPort, toPort, securityGroupId } = inputs;
      const ends = Object.fromEntries(RULE_ENDS.map((end) => [end, inputs[end]]));
      const rule: SecurityGroupRule = { ...ends, ipProtocol, fromPort, toPort };
      vpcOf(cloud, regionOf(resource)).change(({ rules }) => rules.push({ securityGroupId, direction, rule }));
    },
  });

/** Virtual private clouds: subnets, routes, gateways, endpoints, security groups. */
export const vpc: ServiceModels = {
  resources: [
    vpcModel,
    subnetModel,
    internetGatewayModel,
    routeTableModel,
    routeModel,
    routeTableAssociationModel,
    eipModel,
    natGatewayModel,
    vpcEndpointModel,
    securityGroupModel,
    defaultSecurityGroupModel,
    flowLogModel,
    ruleModel("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress"),
    ruleModel("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress"),
  ],
  invokes: [availabilityZones],
  graph: vpcGraph,
};
