import type { DeployedStack } from "../../platform/stack";
import { ofType } from "../../twin/deploy/graph";
import { resourceName } from "../../twin/kernel/resource";
import { keyOf, whereOf, type Dependency, type Need } from "./dependency";
import { EXPECTED, type Expected } from "./expected";
import { SILENCES } from "./faults";
import { functionPurposes, graphDependencies } from "./graph";
import { COMMANDS, observeOperators, observeRecovery, type Commands, type Observation } from "./observe";
import { GLOBAL_ENDPOINT_REGION } from "./planes";

/** A dependency with everything that was found of it. */
export interface Line extends Omit<Dependency, "source"> {
  readonly sources: readonly Dependency["source"][];
  /** Why it may be; undefined where nobody expects it. */
  readonly because?: string;
}

export type FindingKind = "added" | "forbidden" | "stale" | "drill";

/** Why the proof fails. */
export interface Finding {
  readonly kind: FindingKind;
  readonly what: string;
}

export interface Proof {
  readonly stack: string;
  readonly lines: readonly Line[];
  readonly drills: readonly Pick<Observation, "name" | "pass" | "outcome">[];
  readonly findings: readonly Finding[];
  readonly pass: boolean;
}

export interface ProofOptions {
  readonly commands?: Commands;
  readonly expected?: readonly Expected[];
}

/** Reads the graph, plays the drills, compares both with what is expected. Deterministic: virtual time, one seed. */
export async function prove(deployed: DeployedStack, { commands = COMMANDS, expected = EXPECTED }: ProofOptions = {}): Promise<Proof> {
  const drills: Observation[] = [];
  for (const mode of SILENCES) drills.push(await observeRecovery(deployed, mode), await observeOperators(deployed, mode, commands));
  return judged(deployed, [...graphDependencies(deployed), ...drills.flatMap(({ dependencies }) => dependencies)], drills, expected);
}

/** Compares what was found with what is expected. Pure. */
export function judged(deployed: DeployedStack, found: readonly Dependency[], drills: readonly Observation[], expected: readonly Expected[]): Proof {
  const wanted = new Map(expected.flatMap((entry) => expand(entry, deployed)));
  const lines = merged(found).map((line): Line => {
    const entry = wanted.get(keyOf(line));
    return entry && STRENGTH[line.need] <= STRENGTH[entry.need ?? "needed"] ? { ...line, because: entry.because } : line;
  });
  const foundKeys = new Set(lines.map(keyOf));
  const findings: readonly Finding[] = [
    ...drills.filter(({ pass }) => !pass).map(({ name, outcome }): Finding => ({ kind: "drill", what: `${name}: ${outcome}` })),
    ...lines.filter((line) => isForbidden(line, deployed)).map((line): Finding => ({ kind: "forbidden", what: worded(line) })),
    ...lines.filter(({ because }) => because === undefined).map((line): Finding => ({ kind: "added", what: worded(line) })),
    ...[...wanted.keys()].filter((key) => !foundKeys.has(key)).map((key): Finding => ({ kind: "stale", what: key })),
  ];
  return { stack: deployed.stack, lines, drills: drills.map(({ name, pass, outcome }) => ({ name, pass, outcome })), findings, pass: findings.length === 0 };
}

const STRENGTH: Readonly<Record<Need, number>> = { asked: 0, "returned to": 1, needed: 2 };

function merged(found: readonly Dependency[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { source, ...each } of found) {
    const known = lines.get(keyOf(each));
    const need = known && STRENGTH[known.need] > STRENGTH[each.need] ? known.need : each.need;
    lines.set(keyOf(each), { ...each, need, sources: [...new Set([...(known?.sources ?? []), source])].sort() });
  }
  return [...lines.values()];
}

/** A recovery waits for no control plane, for nothing in us-east-1, and for nothing that it is to recover from. */
const isForbidden = ({ plane, region, need, where }: Line, { outputs }: DeployedStack): boolean =>
  plane === "control" || (need === "needed" && (region === GLOBAL_ENDPOINT_REGION || where === whereOf(outputs.regions.primary, outputs)));

const worded = ({ what, where, region, plane, purpose, need, sources }: Line): string =>
  `${what} in ${region}${where === region ? "" : ` (${where})`}, ${plane} plane, ${need} to ${purpose}, found by ${sources.join(" and ")}`;

/** The entry for each of its purposes that the stack has. */
function expand(entry: Expected, deployed: DeployedStack): readonly (readonly [string, Expected])[] {
  if (entry.only === "in a VPC" && !inVpc(deployed)) return [];
  return entry.neededFor.flatMap((each) => {
    const { purpose, consistency = deployed.consistency } = typeof each === "string" ? { purpose: each } : each;
    return consistency === deployed.consistency ? [[keyOf({ ...entry, purpose }), entry] as const] : [];
  });
}

const inVpc = (deployed: DeployedStack): boolean => {
  const names = functionPurposes(deployed);
  return ofType(deployed.deployment.graph, "aws:lambda/function:Function").some(({ id, inputs }) => names.has(resourceName(id)) && inputs["vpcConfig"] !== undefined);
};
