import type { DeployedStack } from "../../../platform/stack";
import type { GraphResource } from "../../../twin/deploy/graph";
import { graphDependencies } from "../../../drill/static-stability/graph";
import { EXPECTED } from "../../../drill/static-stability/expected";
import { judged, type Finding } from "../../../drill/static-stability/prove";
import { deployedStack } from "../../helpers/deployed";
import { withInputs } from "../../helpers/system";

export const PRIMARY = "us-east-1";
export const SECONDARY = "us-east-2";

export const deployed = (consistency: "strong" | "eventual" = "strong"): Promise<DeployedStack> =>
  deployedStack({ overrides: { "tap:consistency": consistency } });

/** What the graph alone shows of a program: dependencies that are there and must not be. */
export const addedByGraph = (stack: DeployedStack): readonly Finding[] =>
  judged(stack, graphDependencies(stack), [], EXPECTED).findings.filter(({ kind }) => kind !== "stale");

/** One resource of the secondary, found by type and part of its name, changed. */
export const changed =
  (type: string, name: string, change: (resource: GraphResource) => GraphResource) =>
  (resource: GraphResource): GraphResource =>
    resource.type === `aws:${type}` && resource.name.includes(name) ? change(resource) : resource;

/** The role's policy with one more statement. */
export function grant(resource: GraphResource, Action: string, Resource: string): GraphResource {
  const document = JSON.parse(String(resource.inputs["policy"])) as { readonly Statement: readonly object[] }; // the program's own policy
  return withInputs(resource, { policy: JSON.stringify({ ...document, Statement: [...document.Statement, { Effect: "Allow", Action, Resource }] }) });
}

/** The function with other variables beside its own. */
export function withVariables(resource: GraphResource, change: Readonly<Record<string, string>>): GraphResource {
  const { variables } = resource.inputs["environment"] as { readonly variables: Readonly<Record<string, string>> }; // FunctionArgs.environment
  return withInputs(resource, { environment: { variables: { ...variables, ...change } } });
}
