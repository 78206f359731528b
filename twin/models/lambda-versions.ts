import type * as aws from "@pulumi/aws";
import { aliasObjections, provisionedObjections, provisionedOverReserved } from "../../rules/lambda-concurrency";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { lambda } from "../services/lambda/index";
import { parseReference } from "../services/lambda/reference";
import { arn } from "./ids";
import { defineModel, type LiveResource, type Objection, type Place, type ServiceModels } from "./model";

const ALIAS = "aws:lambda/alias:Alias";
const PROVISIONED = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig";

const regionOf = ({ resource }: Pick<LiveResource<unknown>, "resource">): string => {
  if (resource.region === undefined) throw new Error(`${resource.urn}: a regional resource without a region`);
  return resource.region;
};

type AliasInputs = LiveResource<aws.lambda.AliasArgs>["inputs"];

/** What AWS has and this twin has not. */
const weighted = ({ routingConfig }: AliasInputs): readonly Objection[] =>
  routingConfig?.additionalVersionWeights === undefined
    ? []
    : [{ code: "lambda.alias-weights", property: "routingConfig", message: "this twin sends all of an alias's traffic to one version; leave the weights out" }];

const aliasOutputs = (inputs: AliasInputs, { region, accountId, name: logical }: Place) => {
  const name = inputs.name ?? logical;
  const aliasArn = arn("lambda", region, accountId, `function:${parseReference(inputs.functionName).name}:${name}`);
  return {
    id: aliasArn,
    outputs: { name, arn: aliasArn, invokeArn: arn("apigateway", region, "lambda", `path/2015-03-31/functions/${aliasArn}/invocations`) },
  };
};

const alias = defineModel<aws.lambda.AliasArgs>({
  type: ALIAS,
  check: (inputs) => [...aliasObjections(inputs), ...weighted(inputs)],
  outputs: aliasOutputs,
  replaceOn: ["functionName", "name", "region"],
  live: (live, cloud) => lambda(cloud, regionOf(live)).alias(live.inputs.functionName, String(live.outputs["name"]), live.inputs.functionVersion),
});

const provisioned = defineModel<aws.lambda.ProvisionedConcurrencyConfigArgs>({
  type: PROVISIONED,
  check: (inputs) => provisionedObjections(inputs),
  outputs: ({ functionName, qualifier, skipDestroy }) => ({ id: `${functionName},${qualifier}`, outputs: { skipDestroy: skipDestroy ?? false } }),
  replaceOn: ["functionName", "qualifier", "region"],
  live: (live, cloud) => {
    const { functionName, qualifier, provisionedConcurrentExecutions } = live.inputs;
    lambda(cloud, regionOf(live)).provision(functionName, qualifier, provisionedConcurrentExecutions);
  },
});

const functionOf = (graph: Graph, { inputs, region }: GraphResource): GraphResource | undefined => {
  const { name } = parseReference(String(inputs["functionName"]));
  return ofType(graph, "aws:lambda/function:Function").find((candidate) => candidate.region === region && candidate.outputs["name"] === name);
};

/** The version that a qualifier leads to, as far as the graph tells. */
function versionOf(graph: Graph, resource: GraphResource): string {
  const qualifier = String(resource.inputs["qualifier"]);
  const named = ofType(graph, ALIAS).find(({ inputs, outputs, region }) => region === resource.region && inputs["functionName"] === resource.inputs["functionName"] && outputs["name"] === qualifier);
  return named ? String(named.inputs["functionVersion"]) : qualifier;
}

const refuse = ({ urn: resource }: GraphResource, code: string, property: string, message: string): Refusal => ({ code: `lambda.${code}`, resource, property, message });

/** "CreateAlias", "PutProvisionedConcurrencyConfig" (Lambda API reference): versions must be there, and published. */
function versionsExist(graph: Graph): readonly Refusal[] {
  const missing = (resource: GraphResource, property: string, version: string, latest: boolean): readonly Refusal[] => {
    const owner = functionOf(graph, resource);
    if (!owner || (version === "$LATEST" ? latest : version === owner.outputs["version"])) return [];
    const name = String(owner.outputs["name"]);
    return [refuse(resource, "version", property, `${name} has no published version ${version}; set publish: true and name its version`)];
  };
  return [
    ...ofType(graph, ALIAS).flatMap((one) => missing(one, "functionVersion", String(one.inputs["functionVersion"]), true)),
    ...ofType(graph, PROVISIONED).flatMap((one) => missing(one, "qualifier", versionOf(graph, one), false)),
  ];
}

/** "Configuring provisioned concurrency for a function": never more than is reserved for it. */
function withinReservations(graph: Graph): readonly Refusal[] {
  return ofType(graph, PROVISIONED).flatMap((one) => {
    const given = Number(one.inputs["provisionedConcurrentExecutions"]);
    const owner = functionOf(graph, one);
    const reserved = Number(owner?.outputs["reservedConcurrentExecutions"] ?? -1);
    if (!owner || reserved < 0 || !provisionedOverReserved({ function: owner.name, reserved, provisioned: given })) return [];
    return [refuse(one, "provisioned-reserved", "provisionedConcurrentExecutions", `got ${given}; allowed at most ${reserved}, what is reserved for ${String(owner.outputs["name"])}`)];
  });
}

/** Lambda's aliases and what is provisioned for them. */
export const lambdaVersions: ServiceModels = {
  resources: [alias, provisioned],
  graph: (graph) => [...versionsExist(graph), ...withinReservations(graph)],
};
