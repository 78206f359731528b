import type { GraphResource } from "../deploy/graph";
import { stableId } from "./ids";
import type { Place } from "./model";

/** An id as Amazon EC2 makes it, e.g. `vpc-` and 17 hex digits; the same in every deployment. */
export const ec2Id = (prefix: string, { accountId, region, name }: Place): string => `${prefix}-${stableId(17, prefix, accountId, region, name)}`;

/** The group that every VPC has from its beginning. */
export const defaultGroupId = (vpcId: string): string => `sg-${stableId(17, "default", vpcId)}`;

/** The table that serves subnets without one of their own. */
export const mainTableId = (vpcId: string): string => `rtb-${stableId(17, "main", vpcId)}`;

/** The addresses of a service with a gateway endpoint: one list for all of a region. */
export const prefixListId = (region: string, service: string): string => `pl-${stableId(8, region, service)}`;

/** Regional resources carry their region in the graph. */
export function regionOf({ urn, region }: GraphResource): string {
  if (region === undefined) throw new Error(`${urn}: a regional resource without a region`);
  return region;
}
