import { formatCidr, parseCidr } from "./network-cidr";

/** What AWS refuses in one property. */
export interface NetworkObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

type Found = readonly NetworkObjection[];

/** One objection under `vpc.<code>` where `wrong` holds. */
export const when = (wrong: boolean, code: string, property: string, message: string): Found => (wrong ? [{ code: `vpc.${code}`, property, message }] : []);

/** "VPC CIDR blocks" and "Subnet sizing" (Amazon VPC user guide): from /16 to /28, without bits behind the prefix. */
export function cidrObjections(property: string, given: string | undefined): Found {
  const block = given === undefined ? undefined : parseCidr(given);
  if (!block) return when(true, "cidr", property, `got ${given ?? "nothing"}; allowed an IPv4 block whose address ends where its prefix does, e.g. 10.0.0.0/16`);
  const size = block.prefix >= 16 && block.prefix <= 28;
  return when(!size, "cidr-size", property, `got ${formatCidr(block)}; allowed /16 to /28`);
}

export interface VpcInputs {
  readonly cidrBlock?: string | undefined;
  readonly enableDnsHostnames?: boolean | undefined;
  readonly enableDnsSupport?: boolean | undefined;
}

/** "DNS attributes for your VPC": host names need the resolver. */
export const vpcObjections = ({ cidrBlock, enableDnsHostnames = false, enableDnsSupport = true }: VpcInputs): Found => [
  ...cidrObjections("cidrBlock", cidrBlock),
  ...when(enableDnsHostnames && !enableDnsSupport, "dns", "enableDnsHostnames", "true needs enableDnsSupport true"),
];

/** "Subnets for your VPC": a zone of the VPC's region. */
export const subnetObjections = (inputs: { readonly cidrBlock?: string | undefined; readonly availabilityZone?: string | undefined }, region: string): Found => [
  ...cidrObjections("cidrBlock", inputs.cidrBlock),
  ...when(
    inputs.availabilityZone !== undefined && !new RegExp(`^${region}[a-z]$`).test(inputs.availabilityZone),
    "zone",
    "availabilityZone",
    `got ${inputs.availabilityZone}; allowed a zone of ${region}, e.g. ${region}a`,
  ),
];

const ROUTE_DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;
const ROUTE_TARGETS = ["gatewayId", "natGatewayId", "vpcPeeringConnectionId", "transitGatewayId", "networkInterfaceId", "egressOnlyGatewayId", "vpcEndpointId"] as const;
export type RouteInputs = Readonly<Partial<Record<(typeof ROUTE_DESTINATIONS)[number] | (typeof ROUTE_TARGETS)[number], string | undefined>>>;

const given = (inputs: Readonly<Record<string, unknown>>, names: readonly string[]): readonly string[] => names.filter((name) => inputs[name] !== undefined);
const list = (names: readonly string[]): string => names.join(", ") || "none";

/** "CreateRoute" (Amazon EC2 API reference). */
export function routeObjections(inputs: RouteInputs): Found {
  const destinations = given(inputs, ROUTE_DESTINATIONS);
  const targets = given(inputs, ROUTE_TARGETS);
  const { destinationCidrBlock: block, gatewayId } = inputs;
  return [
    ...when(destinations.length !== 1, "route-destination", "destinationCidrBlock", `got ${list(destinations)}; allowed exactly one of ${list(ROUTE_DESTINATIONS)}`),
    ...when(targets.length !== 1, "route-target", "gatewayId", `got ${list(targets)}; allowed exactly one of ${list(ROUTE_TARGETS)}`),
    ...when(block !== undefined && !parseCidr(block), "cidr", "destinationCidrBlock", `got ${block}; allowed an IPv4 block, e.g. 0.0.0.0/0`),
    // The provider's documentation of aws_route: such a route differs for ever.
    ...when(gatewayId?.startsWith("nat-") ?? false, "route-nat", "gatewayId", `got the NAT gateway ${gatewayId}; put it into natGatewayId`),
  ];
}

export interface NatInputs {
  readonly connectivityType?: string | undefined;
  readonly availabilityMode?: string | undefined;
  readonly allocationId?: string | undefined;
  readonly subnetId?: string | undefined;
}

/** "CreateNatGateway" (Amazon EC2 API reference). */
export function natObjections({ connectivityType = "public", availabilityMode = "zonal", allocationId, subnetId }: NatInputs): Found {
  if (availabilityMode !== "zonal") return when(true, "nat-mode", "availabilityMode", `got ${availabilityMode}; this twin models zonal NAT gateways`);
  return [
    ...when(subnetId === undefined, "nat-subnet", "subnetId", "missing; a zonal NAT gateway stands in a subnet"),
    ...when(connectivityType === "public" && allocationId === undefined, "nat-address", "allocationId", "missing; a public NAT gateway needs an Elastic IP address"),
    ...when(connectivityType === "private" && allocationId !== undefined, "nat-address", "allocationId", "a private NAT gateway takes no Elastic IP address"),
  ];
}

export interface FlowLogInputs {
  readonly vpcId?: string | undefined;
  readonly subnetId?: string | undefined;
  readonly eniId?: string | undefined;
  readonly transitGatewayId?: string | undefined;
  readonly trafficType?: string | undefined;
  readonly logDestinationType?: string | undefined;
  readonly logDestination?: string | undefined;
  readonly iamRoleArn?: string | undefined;
  readonly maxAggregationInterval?: number | undefined;
}

const TRAFFIC = ["ACCEPT", "REJECT", "ALL"];

/** "CreateFlowLogs" (Amazon EC2 API reference). */
export function flowLogObjections(inputs: FlowLogInputs): Found {
  const { logDestinationType = "cloud-watch-logs", trafficType, maxAggregationInterval: interval = 600 } = inputs;
  const watched = given({ ...inputs }, ["vpcId", "subnetId", "eniId", "transitGatewayId"]);
  const inLogs = logDestinationType === "cloud-watch-logs";
  return [
    ...when(watched.length !== 1, "flow-log-source", "vpcId", `got ${list(watched)}; allowed exactly one of vpcId, subnetId, eniId, transitGatewayId`),
    ...when(inputs.logDestination === undefined, "flow-log-destination", "logDestination", "missing; the ARN of a log group, bucket or delivery stream"),
    ...when(inLogs && inputs.iamRoleArn === undefined, "flow-log-role", "iamRoleArn", "missing; a log group is written with a role"),
    ...when(![60, 600].includes(interval), "flow-log-interval", "maxAggregationInterval", `got ${interval}; allowed 60, 600 (seconds)`),
    ...when(inputs.transitGatewayId === undefined && !TRAFFIC.includes(trafficType ?? ""), "flow-log-traffic", "trafficType", `got ${trafficType ?? "nothing"}; allowed ${list(TRAFFIC)}`),
  ];
}
