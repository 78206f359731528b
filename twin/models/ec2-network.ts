import type { InternetGatewayArgs, SubnetArgs, VpcArgs } from "@pulumi/aws/ec2";
import { subnetObjections, vpcObjections } from "../../rules/network";
import { parseCidr } from "../../rules/network-cidr";
import { vpc as vpcOf } from "../services/vpc/index";
import { defaultGroupId, ec2Id, mainTableId, regionOf } from "./ec2-ids";
import { arn } from "./ids";
import { defineModel, type InvokeModel } from "./model";

export const vpcModel = defineModel<VpcArgs>({
  type: "aws:ec2/vpc:Vpc",
  check: vpcObjections,
  outputs(inputs, place) {
    const id = ec2Id("vpc", place);
    return {
      id,
      outputs: {
        arn: arn("ec2", place.region, place.accountId, `vpc/${id}`),
        // Defaults of CreateVpc (Amazon EC2 API reference).
        enableDnsSupport: inputs.enableDnsSupport ?? true,
        enableDnsHostnames: inputs.enableDnsHostnames ?? false,
        instanceTenancy: inputs.instanceTenancy ?? "default",
        mainRouteTableId: mainTableId(id),
        defaultRouteTableId: mainTableId(id),
        defaultSecurityGroupId: defaultGroupId(id),
        ownerId: place.accountId,
      },
    };
  },
  replaceOn: ["cidrBlock", "region"],
  live({ resource }, cloud) {
    // "Default security groups for your VPCs": open among its members and to the outside, until a program closes it.
    const group = defaultGroupId(resource.id);
    vpcOf(cloud, regionOf(resource)).change(({ rules }) => {
      rules.push({ securityGroupId: group, direction: "ingress", rule: { ipProtocol: "-1", referencedSecurityGroupId: group } });
      rules.push({ securityGroupId: group, direction: "egress", rule: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" } });
    });
  },
});

export const subnetModel = defineModel<SubnetArgs>({
  type: "aws:ec2/subnet:Subnet",
  check: (inputs, { region }) => subnetObjections(inputs, region),
  outputs(inputs, place) {
    const id = ec2Id("subnet", place);
    return {
      id,
      outputs: {
        arn: arn("ec2", place.region, place.accountId, `subnet/${id}`),
        availabilityZone: inputs.availabilityZone ?? `${place.region}a`,
        mapPublicIpOnLaunch: inputs.mapPublicIpOnLaunch ?? false,
        ownerId: place.accountId,
      },
    };
  },
  replaceOn: ["cidrBlock", "availabilityZone", "vpcId", "region"],
  live({ inputs, resource }, cloud) {
    const block = parseCidr(inputs.cidrBlock ?? "");
    if (!block) throw new Error(`${resource.urn}: ${inputs.cidrBlock} is no CIDR block`);
    vpcOf(cloud, regionOf(resource)).change(({ subnets }) => subnets.set(resource.id, { id: resource.id, vpcId: inputs.vpcId, block }));
  },
});

export const internetGatewayModel = defineModel<InternetGatewayArgs>({
  type: "aws:ec2/internetGateway:InternetGateway",
  check: () => [],
  outputs(_inputs, place) {
    const id = ec2Id("igw", place);
    return { id, outputs: { arn: arn("ec2", place.region, place.accountId, `internet-gateway/${id}`), ownerId: place.accountId } };
  },
  replaceOn: ["region"],
  live({ inputs, resource }, cloud) {
    // Without a VPC it leads nowhere.
    if (inputs.vpcId !== undefined) vpcOf(cloud, regionOf(resource)).change(({ internetGateways }) => internetGateways.add(resource.id));
  },
});

/** Zones without opting in. "Regions and Zones" (Amazon EC2 user guide); six in us-east-1, new accounts see two in us-west-1. */
const ZONE_LETTERS: Readonly<Record<string, string>> = { "us-east-1": "abcdef", "us-west-1": "ac", "us-west-2": "abcd", "ap-northeast-1": "acd", "ap-northeast-2": "abcd", "ca-central-1": "abd" };

/** Local zones of the account, which come too where nobody filters them out. "Available Local Zones" (AWS Local Zones user guide). */
const LOCAL_ZONES: Readonly<Record<string, readonly string[]>> = { "us-east-1": ["us-east-1-atl-2a"], "us-west-2": ["us-west-2-lax-1a"] };

interface Filter {
  readonly name?: unknown;
  readonly values?: unknown;
}

export const availabilityZones: InvokeModel = {
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  answer(args, place) {
    const region = typeof args["region"] === "string" ? args["region"] : place.region;
    const filters = (Array.isArray(args["filters"]) ? args["filters"] : []) as readonly Filter[]; // the invoke's own argument type
    const optIn = filters.some(({ name, values }) => name === "opt-in-status" && Array.isArray(values) && values.every((value) => value === "opt-in-not-required"));
    const own = [...(ZONE_LETTERS[region] ?? "abc")].map((letter) => `${region}${letter}`);
    const names = optIn ? own : [...own, ...(LOCAL_ZONES[region] ?? [])].sort();
    const zoneIds = names.map((_, index) => `${region.replace(/-([a-z])[a-z]*-/, "$1")}-az${index + 1}`);
    return { id: region, names, zoneIds, groupNames: [region], state: args["state"] ?? "available" };
  },
};
