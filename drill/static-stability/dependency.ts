import type { Role } from "../role-fault";
import { homeOf, planeOf, type Plane } from "./planes";

/** What of a recovery a dependency serves. */
export const PURPOSES = ["detect", "dns", "latch", "pay", "fail over", "fail back"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** `needed`; `asked`: an answer helps, none is as good; `returned to`: a failback leads there, so it must live by then. */
export type Need = "needed" | "asked" | "returned to";

/** A region by its role in the stack, `global` for what every region answers, or the name of a region without a role. */
export type Where = Role | "global" | (string & {});

/** One thing that has to work, for one purpose. */
export interface Dependency {
  /** Service, operation and resource, e.g. `dynamodb:PutItem payments-control`; names without region and environment. */
  readonly what: string;
  readonly where: Where;
  readonly region: string;
  readonly plane: Plane;
  readonly purpose: Purpose | "unknown";
  readonly need: Need;
  readonly source: "graph" | "drill";
}

/** The stack's regions and environment, to speak of its parts without naming them. */
export interface StackNames {
  readonly environment: string;
  readonly regions: Readonly<Partial<Record<Role, string>>>;
}

/** The region's role, or its own name where it has none. */
export const whereOf = (region: string, { regions }: StackNames): Where =>
  (["primary", "secondary", "witness"] as const).find((role) => regions[role] === region) ?? region;

/** `payments-control-us-east-2-dev` -> `payments-control`; other names stay as they are. */
export function plainName(name: string, { environment, regions }: StackNames): string {
  const ends = [...Object.values(regions), "global"].map((region) => `-${region}-${environment}`);
  const end = ends.find((each) => name.endsWith(each));
  return end === undefined ? name : name.slice(0, -end.length);
}

/** What was found, before it is a dependency: the call, for whom, and where it was found. */
export interface Found {
  readonly service: string;
  readonly operation: string;
  readonly resource?: string | undefined;
  /** Where the call is sent to. */
  readonly region: string;
  readonly purpose: Purpose | "unknown";
  readonly need: Need;
  readonly source: Dependency["source"];
}

/** The dependency that a call makes: its plane, and the region whose loss would take it away. Pure. */
export function dependency({ service, operation, resource, region: sentTo, purpose, need, source }: Found, names: StackNames): Dependency {
  const region = homeOf(service, operation, sentTo);
  const what = `${service}:${operation}${resource === undefined ? "" : ` ${plainName(resource, names)}`}`;
  return { what, where: whereOf(region, names), region, plane: planeOf(service, operation), purpose, need, source };
}

/** The same thing, for the same purpose, in the same place. */
export const keyOf = ({ what, where, purpose }: Pick<Dependency, "what" | "where" | "purpose">): string => `${what} | ${where} | ${purpose}`;
