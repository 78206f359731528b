import { contains, parseCidr } from "../../../rules/network-cidr";
import { coversTcp } from "../../../rules/vpc-security-groups";
import type { Endpoint, GroupRule, NetworkState, Subnet, Way } from "./state";

/** AWS's services are asked over HTTPS. */
const PORT = 443;
const EVERYWHERE = "0.0.0.0/0";

interface Interface {
  readonly subnet: Subnet;
  readonly securityGroupIds: readonly string[];
}

/**
 * How an interface reaches a service's address in its own region (`local`), or in another one; undefined = not at all. Names
 * resolve without any way out: the VPC's resolver is Amazon's ("DNS attributes for your VPC"); its answers decide which address is meant.
 * @param service the endpoint's name of the service, e.g. `sns`
 */
export function wayTo(state: NetworkState, from: Interface, service: string, local: boolean): Way | undefined {
  const own = local ? state.endpoints.filter((endpoint) => endpoint.vpcId === from.subnet.vpcId && endpoint.service === service) : [];
  // With private DNS the service's name means the endpoint, open or not: there is no way around it.
  const named = own.find(({ type, privateDns }) => type === "Interface" && privateDns);
  if (named) return throughInterface(state, from, named) ? named : undefined;
  const gateways = own.filter(({ type }) => type === "Gateway");
  const table = state.tables.get(from.subnet.id);
  // A route to a prefix list is more specific than the default route.
  const gateway = table === undefined ? undefined : gateways.find(({ routeTableIds }) => routeTableIds.includes(table));
  const list = (gateway ?? gateways[0])?.prefixListId;
  const mayLeave = egress(state, from, ({ rule }) => rule.cidrIpv4 === EVERYWHERE || (list !== undefined && rule.prefixListId === list));
  if (!mayLeave) return undefined;
  return gateway ?? (throughNat(state, table) ? "nat" : undefined);
}

const rulesOf = (state: NetworkState, groups: readonly string[], direction: GroupRule["direction"]): readonly GroupRule[] =>
  state.rules.filter((rule) => rule.direction === direction && groups.includes(rule.securityGroupId) && coversTcp(rule.rule, PORT));

const egress = (state: NetworkState, from: Interface, to: (rule: GroupRule) => boolean): boolean =>
  rulesOf(state, from.securityGroupIds, "egress").some(to);

/** A rule that names a block which holds the subnet, or one of the groups. */
const names = ({ rule }: GroupRule, groups: readonly string[], subnet: Subnet | undefined): boolean => {
  if (rule.referencedSecurityGroupId !== undefined) return groups.includes(rule.referencedSecurityGroupId);
  const block = rule.cidrIpv4 === undefined ? undefined : parseCidr(rule.cidrIpv4);
  return block !== undefined && subnet !== undefined && contains(block, subnet.block);
};

/** The endpoint's interfaces are in the VPC: local routes lead there, and both ends' groups must agree. */
function throughInterface(state: NetworkState, from: Interface, endpoint: Endpoint): boolean {
  return endpoint.subnetIds.some((id) => {
    const out = egress(state, from, (rule) => names(rule, endpoint.securityGroupIds, state.subnets.get(id)));
    const ins = rulesOf(state, endpoint.securityGroupIds, "ingress").some((rule) => names(rule, from.securityGroupIds, from.subnet));
    return out && ins;
  });
}

/**
 * The default route leads to a NAT gateway whose own subnet's default route leads to an internet gateway. A function's
 * interface has no public address, so an internet gateway alone is no way out. "Enable internet access for VPC-connected Lambda functions".
 */
function throughNat(state: NetworkState, table: string | undefined): boolean {
  const nat = defaultRoute(state, table);
  const stands = nat === undefined ? undefined : state.natGateways.get(nat);
  const way = stands === undefined ? undefined : defaultRoute(state, state.tables.get(stands));
  return way !== undefined && state.internetGateways.has(way);
}

const defaultRoute = ({ routes }: NetworkState, table: string | undefined): string | undefined =>
  routes.find(({ routeTableId, destination }) => routeTableId === table && destination === EVERYWHERE)?.target;
