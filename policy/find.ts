import { CHECKS, type Check } from "./checks";
import type { Known } from "./known";
import type { Objection, Place } from "./objection";
import { RESOURCE_RULES, type ResourceRule } from "./rules";

/** What the twin cannot do is no fault of a stack on AWS. */
const OF_THE_TWIN = "twin.";

const matches = (pattern: string, code: string): boolean => (pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern);

/** The rule that speaks of a finding: the first of the lines. */
const ownerOf = (check: unknown, code: string): ResourceRule | undefined => RESOURCE_RULES.find((rule) => rule.check === check && rule.codes.some((pattern) => matches(pattern, code)));

/** A finding about an input that is not known yet is none. */
const isKnown = ({ property }: Objection, unknown: ReadonlySet<string>): boolean => property === undefined ? unknown.size === 0 : !unknown.has(property.split(/[.[]/)[0] ?? property);

/** What a check finds; nothing where it stumbles over a required input that is not known yet: it is asked again before the resource is made. */
function ask(check: Check, { values, unknown }: Known, place: Place): readonly Objection[] {
  try {
    return check.find(values, place);
  } catch (error) {
    if (unknown.size > 0 && error instanceof TypeError) return [];
    throw error;
  }
}

/** What one line of the pack finds in a resource of a type. */
export function findings(rule: ResourceRule, type: string, inputs: Known, place: Place): readonly Objection[] {
  const { values, unknown } = inputs;
  if (!rule.check.types.includes(type) || rule.needs?.some((input) => unknown.has(input) && !(input in values))) return [];
  return ask(rule.check, inputs, place).filter((objection) => ownerOf(rule.check, objection.code) === rule && isKnown(objection, unknown));
}

/** What the checks find and no line of the pack speaks of. */
export function others(type: string, inputs: Known, place: Place): readonly Objection[] {
  return Object.values(CHECKS)
    .filter(({ types }) => types.some((each) => each === type))
    .flatMap((check) => ask(check, inputs, place).filter(({ code }) => ownerOf(check, code) === undefined))
    .filter((objection) => !objection.code.startsWith(OF_THE_TWIN) && isKnown(objection, inputs.unknown));
}
