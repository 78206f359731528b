import { formatCidr, parseCidr, part } from "../rules/network-cidr";

/** The addresses of each region's network. They never overlap, so that the two can be peered. */
export const VPC_CIDRS = { primary: "10.0.0.0/16", secondary: "10.1.0.0/16" } as const;

/** Availability zones that a network spans. */
export const ZONES = 3;

/**
 * What a subnet is for: `public` holds NAT gateways, `private` functions and interface endpoints, `isolated` what must
 * never meet the internet, whatever `tap:nat` says.
 */
export const TIERS = ["public", "private", "isolated"] as const;
export type Tier = (typeof TIERS)[number];

/** Two bits choose the tier (a fourth is free), two more the zone (a fourth is free). */
const TIER_BITS = 2;
const ZONE_BITS = 2;

/**
 * The block of one subnet: of a /16 a /20, 4,091 addresses for use (AWS keeps five of each).
 * @throws {RangeError} when `vpcCidr` is no block, or too small to be cut
 */
export function subnetCidr(vpcCidr: string, tier: Tier, zone: number): string {
  const block = parseCidr(vpcCidr);
  if (!block) throw new RangeError(`${vpcCidr}: got no CIDR block; allowed e.g. 10.0.0.0/16`);
  return formatCidr(part(part(block, TIER_BITS, TIERS.indexOf(tier)), ZONE_BITS, zone));
}
