import { findings, others } from "../../../policy/find";
import { RESOURCE_RULES, STACK_RULES } from "../../../policy/rules";
import type { Graph } from "../../../twin/deploy/graph";
import { asGraphRule } from "../../../twin/models/declared";
import { deployedStack } from "../../helpers/deployed";

/** What the pack says of a graph with everything known: `policy resource`. */
function said(graph: Graph): readonly string[] {
  const each = graph.resources.flatMap(({ type, name, region, inputs, options }) => {
    const known = { values: inputs, unknown: new Set<string>() };
    const place = { region, protect: options.protect };
    const found = [...RESOURCE_RULES.flatMap((rule) => findings(rule, type, known, place)), ...others(type, known, place)];
    return found.map(({ code }) => `${code} ${name}`);
  });
  const together = STACK_RULES.flatMap(({ across }) => asGraphRule(across)(graph)).map(({ code, resource }) => `${code} ${resource.split("::").slice(-1)[0] ?? ""}`);
  return [...each, ...together];
}

/** The graph with one resource's inputs changed. */
const changed = (graph: Graph, type: string, part: string, change: Readonly<Record<string, unknown>>): Graph => ({
  ...graph,
  resources: graph.resources.map((resource) =>
    resource.type === type && resource.name.includes(part) ? { ...resource, inputs: { ...resource.inputs, ...change }, outputs: { ...resource.outputs, ...change } } : resource,
  ),
});

describe("this project's own stack", () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = (await deployedStack({ stack: "dev" })).deployment.graph;
  });

  test("passes the whole pack, or nobody could deploy it with the pack on", () => {
    expect(said(graph)).toEqual([]);
  });

  test.each([
    ["a health check on a path without a route", "aws:route53/healthCheck:HealthCheck", "payments-health-us-east-1", { resourcePath: "/nope" }, "route53.health-route payments-health-us-east-1-dev"],
    ["a health check on a route that takes POST only", "aws:route53/healthCheck:HealthCheck", "payments-health-us-east-1", { resourcePath: "/payments/validate" }, "route53.health-route payments-health-us-east-1-dev"],
    ["a reserved variable", "aws:lambda/function:Function", "payments-process-us-east-2", { environment: { variables: { AWS_REGION: "us-east-2" } } }, "lambda.reserved-variable payments-process-us-east-2-dev"],
    ["a permission for any API", "aws:lambda/permission:Permission", "get-health-us-east-1", { sourceArn: undefined }, "lambda.permission-open payments-get-health-us-east-1-dev"],
    ["a log group for ever", "aws:cloudwatch/logGroup:LogGroup", "payments-process-us-east-1", { retentionInDays: undefined }, "logs.no-retention /aws/lambda/payments-process-us-east-1-dev"],
  ])("%s is found in it", (_, type, part, change, expected) => {
    expect(said(changed(graph, type, part, change))).toEqual([expected]);
  });
});
