import type { Fault } from "../twin/kernel/faults";
import { ScenarioError } from "./scenario";

export type Role = "primary" | "secondary" | "witness";

/** The regions of a stack by what they are for. */
export type Regions = Readonly<Partial<Record<Role, string>>>;

/** What scenarios need to know of a stack. */
export interface Place {
  readonly regions: Regions;
  /** The environment's suffix, as in names. */
  readonly environment: string;
  readonly hostnames: Readonly<Record<"failover" | "primary" | "secondary", string>>;
}

/**
 * A fault that names a role instead of a region, so that a scenario fits any stack; without a role it hits all regions.
 * Names are written with {region}, {environment} and {failover}, e.g. `payments-process-{region}-{environment}`. `region`
 * is for what has no role: Route 53's checkers.
 */
export type RoleFault = Omit<Fault, "peer"> & { readonly role?: Role; readonly peerRole?: Role };

/**
 * The fault on a stack's regions.
 * @throws ScenarioError when the stack has no region of a role
 */
export function faultOn({ role, peerRole, ...fault }: RoleFault, place: Place): Fault {
  const region = regionOf(role, place) ?? fault.region;
  const peer = regionOf(peerRole, place);
  const filled = (text: string): string =>
    text.replaceAll("{region}", region ?? "").replaceAll("{environment}", place.environment).replaceAll("{failover}", place.hostnames.failover);
  return {
    ...fault,
    ...(region === undefined ? {} : { region }),
    ...(peer === undefined ? {} : { peer }),
    ...(fault.resource === undefined ? {} : { resource: filled(fault.resource) }),
    ...(fault.caller === undefined ? {} : { caller: filled(fault.caller) }),
    ...(fault.host === undefined ? {} : { host: filled(fault.host) }),
  };
}

function regionOf(role: Role | undefined, { regions }: Place): string | undefined {
  if (role === undefined) return undefined;
  const region = regions[role];
  if (region !== undefined) return region;
  throw new ScenarioError("UNKNOWN_ROLE", `the stack has no ${role} region; it has: ${Object.keys(regions).join(", ")}`);
}
