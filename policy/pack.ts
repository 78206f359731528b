import type { PolicyResource, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { fields, isGlobal, text, type Declared } from "../rules/stack";
import { findings, others } from "./find";
import { known } from "./known";
import type { Objection, Place } from "./objection";
import { RESOURCE_RULES, REST, STACK_RULES } from "./rules";

interface Provided {
  readonly props: object;
  readonly provider?: { readonly name: string; readonly props: object } | undefined;
}

/** `aws:region` of the provider, or the resource's own region (a property of every regional resource since version 7). */
function regionOf({ props, provider }: Provided): string | undefined {
  const own = text(known(props).values["region"]);
  return own ?? (provider && text(known(provider.props).values["region"]));
}

/** The engine calls a default provider `default` or `default_<version>`. */
const isExplicit = ({ provider }: Provided): boolean => provider === undefined || !/^default(_|$)/.test(provider.name);

const placeOf = (args: ResourceValidationArgs): Place => ({ region: regionOf(args), protect: args.opts.protect });

const say = ({ message, code, property }: Objection): string => `${property === undefined ? "" : `${property}: `}${message} [${code}]`;

/** Rules about one resource at a time, asked before it is made. */
export const resourcePolicies: readonly ResourceValidationPolicy[] = [
  ...RESOURCE_RULES.map(
    (rule): ResourceValidationPolicy => ({
      name: rule.name,
      description: rule.why,
      enforcementLevel: rule.level,
      validateResource: (args, report) => {
        if (!rule.check.types.includes(args.type)) return;
        for (const found of findings(rule, args.type, known(args.props), placeOf(args))) report(say(found));
      },
    }),
  ),
  {
    name: REST.name,
    description: REST.why,
    enforcementLevel: REST.level,
    validateResource: (args, report) => {
      for (const found of others(args.type, known(args.props), placeOf(args))) report(say(found));
    },
  },
];

/** A resource of a stack as the rules know it. */
export function declared(resource: PolicyResource): Declared {
  const region = isGlobal(resource.type) ? undefined : regionOf(resource);
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    ...(region === undefined ? {} : { region }),
    values: fields(known(resource.props).values),
    references: Object.fromEntries(Object.entries(resource.propertyDependencies).map(([property, resources]) => [property, resources.map(({ urn }) => urn)])),
    explicitProvider: isExplicit(resource),
  };
}

/** Rules about all resources together, asked when the program has ended. */
export const stackPolicies: readonly StackValidationPolicy[] = STACK_RULES.map((rule) => ({
  name: rule.name,
  description: rule.why,
  enforcementLevel: rule.level,
  validateStack: ({ resources }, report) => {
    for (const { resource, ...found } of rule.across(resources.map(declared))) report(say(found), resource);
  },
}));
