import { compilePolicy, judge } from "../../rules/iam-evaluate";
import { MAX_FILTERS } from "../../rules/logs";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { waitsFor } from "./s3-graph";

const FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter";
const DESTINATION = "aws:cloudwatch/logDestination:LogDestination";
const DESTINATION_POLICY = "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy";
const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

const refuse = ({ urn }: GraphResource, code: string, property: string, message: string): Refusal => ({ code: `logs.${code}`, resource: urn, property, message });

const sameGroup = (a: GraphResource, b: GraphResource): boolean => a.region === b.region && a.inputs["logGroup"] === b.inputs["logGroup"];

/** "CloudWatch Logs quotas": two filters for a group. */
function tooManyFilters(graph: Graph): readonly Refusal[] {
  const filters = ofType(graph, FILTER);
  return filters
    .filter((filter, index) => filters.slice(0, index).filter((other) => sameGroup(filter, other)).length === MAX_FILTERS)
    .map((filter) => refuse(filter, "filters", "logGroup", `${String(filter.inputs["logGroup"])} has more than ${MAX_FILTERS} subscription filters; drop one`));
}

const destinationOf = (graph: Graph, filter: GraphResource): GraphResource | undefined =>
  ofType(graph, DESTINATION).find(({ outputs }) => outputs["arn"] === filter.inputs["destinationArn"]);

/** "Step 2: Create a destination": the policy says who may subscribe, the own account too, and must be there first. */
function destinationAdmits(graph: Graph): readonly Refusal[] {
  return ofType(graph, FILTER).flatMap((filter) => {
    const destination = destinationOf(graph, filter);
    if (!destination) return [];
    const arn = String(destination.outputs["arn"]);
    const accountId = arn.split(":")[4] ?? "";
    const policy = ofType(graph, DESTINATION_POLICY).find((one) => one.region === destination.region && one.inputs["destinationName"] === destination.id);
    if (!policy) return [refuse(filter, "destination-policy", "destinationArn", `${arn} has no LogDestinationPolicy; it must admit the account ${accountId}`)];
    const question = { requester: { arn: `arn:aws:iam::${accountId}:user/deployer`, accountId }, action: "logs:PutSubscriptionFilter", resource: arn, context: () => ({}) };
    const verdict = judge([compilePolicy(String(policy.inputs["accessPolicy"]))], question);
    if (verdict !== "allow" && verdict !== "delegate") {
      return [refuse(policy, "destination-policy", "accessPolicy", `does not let the account ${accountId} call logs:PutSubscriptionFilter on ${arn}; name it, the own account needs it too`)];
    }
    if (waitsFor(graph, filter).has(policy.urn)) return [];
    return [refuse(filter, "filter-order", "destinationArn", `does not wait for the policy of ${arn}; name it in dependsOn, or AWS refuses the filter whenever it comes first`)];
  });
}

/** "PutDestination" sends a test message as the role: its permissions must be there first. */
function destinationWaits(graph: Graph): readonly Refusal[] {
  return ofType(graph, DESTINATION).flatMap((destination) => {
    const role = ofType(graph, "aws:iam/role:Role").find(({ outputs }) => outputs["arn"] === destination.inputs["roleArn"]);
    const policies = ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => role !== undefined && inputs["role"] === role.outputs["name"]);
    const before = waitsFor(graph, destination);
    return policies
      .filter(({ urn }) => !before.has(urn))
      .map(({ name }) => refuse(destination, "destination-order", "roleArn", `does not wait for the role's policy ${name}; AWS sends a test message as the role at once, so name it in dependsOn`));
  });
}

/** What a delivery logs about itself would be delivered, and logged, again. */
function noLoop(graph: Graph): readonly Refusal[] {
  return ofType(graph, STREAM).flatMap((stream) => {
    const configuration = (stream.inputs["extendedS3Configuration"] ?? {}) as { readonly cloudwatchLoggingOptions?: { readonly logGroupName?: unknown } }; // the class's own shape
    const own = configuration.cloudwatchLoggingOptions?.logGroupName;
    if (own === undefined) return [];
    return ofType(graph, FILTER)
      .filter((filter) => filter.region === stream.region && filter.inputs["logGroup"] === own && destinationOf(graph, filter)?.inputs["targetArn"] === stream.outputs["arn"])
      .map((filter) => refuse(filter, "loop", "logGroup", `got ${String(own)}, the delivery's own error log: each failure would make the next; leave it out`));
  });
}

/** What only shows across resources. */
export const graphRules = (graph: Graph): readonly Refusal[] => [tooManyFilters, destinationAdmits, destinationWaits, noLoop].flatMap((rule) => rule(graph));
