import type { DeployedStack } from "../../platform/stack";
import { ofType, type Graph, type GraphResource } from "../../twin/deploy/graph";
import { resourceName } from "../../twin/kernel/resource";
import { dependency, type Dependency, type Found, type Purpose } from "./dependency";
import { ofFunction } from "./graph-function";
import { ofRoutes } from "./graph-routes";
import { list, text } from "./plain";

type Bare = Omit<Found, "source">;

/** What the routes of the secondary's API are for; others are no part of a recovery. */
export type RoutePurposes = Readonly<Record<string, readonly Purpose[]>>;

/** Everything that the deployed graph makes a recovery depend on. Pure. */
export function graphDependencies(stack: DeployedStack): readonly Dependency[] {
  const { graph } = stack.deployment;
  const { outputs } = stack;
  const found = [...detection(graph, outputs.hostnames.failover, outputs.regions.primary), ...names(graph, outputs.hostnames.failover, outputs.regions.secondary), ...serving(stack)];
  return found.map((each) => dependency({ ...each, source: "graph" }, outputs));
}

/** The functions of the secondary that a recovery goes through, by name, with what they are for. */
export function functionPurposes(stack: DeployedStack): ReadonlyMap<string, ReadonlySet<Purpose>> {
  const { graph } = stack.deployment;
  const { secondary } = stack.outputs.regions;
  const purposes = new Map<string, Set<Purpose>>();
  const add = (arn: string, purpose: Purpose): unknown => purposes.set(resourceName(arn), (purposes.get(resourceName(arn)) ?? new Set()).add(purpose));
  for (const { function: arn, purpose } of ofRoutes(graph, secondary, routePurposes(stack))) add(arn, purpose);
  for (const arn of scheduled(graph, secondary)) add(arn, WATCHES);
  return purposes;
}

/** What runs by the clock in the secondary watches; a failback asks what it has seen. */
const WATCHES: Purpose = "fail back";
const scheduled = (graph: Graph, region: string): readonly string[] =>
  ofType(graph, "aws:scheduler/schedule:Schedule")
    .filter((schedule) => schedule.region === region)
    .map(({ inputs }) => text((inputs["target"] as { readonly arn?: string } | undefined)?.arn)) // ScheduleArgs.target
    .filter((arn) => arn.includes(":lambda:"));

const recordsOf = (graph: Graph, name: string): readonly GraphResource[] => ofType(graph, "aws:route53/record:Record").filter(({ inputs }) => inputs["name"] === name);
const failoverRecord = (graph: Graph, name: string, type: "PRIMARY" | "SECONDARY"): GraphResource | undefined =>
  recordsOf(graph, name).find(({ inputs }) => list<{ type?: unknown }>(inputs["failoverRoutingPolicies"]).some((policy) => policy.type === type));
const checkOf = (graph: Graph, id: unknown): GraphResource | undefined => ofType(graph, "aws:route53/healthCheck:HealthCheck").find((check) => check.id === id);

/** API Gateway's regional names have the region as a label: "Regional custom domain names". */
const regionIn = (target: string): string => /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com\.?$/.exec(target)?.[1] ?? target;
const targetRegion = (graph: Graph, name: string): string => regionIn(text(list(recordsOf(graph, name)[0]?.inputs["records"])[0]));

/** Operators ask the secondary's health before a failover; DNS obeys it only where the SECONDARY record has a check. */
export function routePurposes({ deployment: { graph }, outputs }: DeployedStack): RoutePurposes {
  const checked = failoverRecord(graph, outputs.hostnames.failover, "SECONDARY")?.inputs["healthCheckId"] !== undefined;
  return { "POST /payments": ["pay"], "GET /health": checked ? ["dns", "fail over"] : ["fail over"], "GET /switch": ["latch"] };
}

/** How Route 53 notices the primary's loss: the check on the PRIMARY record, its children, the alarms that they follow. */
function detection(graph: Graph, failover: string, primary: string): readonly Bare[] {
  const top = checkOf(graph, failoverRecord(graph, failover, "PRIMARY")?.inputs["healthCheckId"]);
  if (!top) return [];
  const calculated = top.inputs["type"] === "CALCULATED";
  const children = calculated ? list(top.inputs["childHealthchecks"]).flatMap((id) => checkOf(graph, id) ?? []) : [top];
  const threshold = calculated ? Number(top.inputs["childHealthThreshold"]) : 1;
  // The lost region's endpoints fail; its alarms fall silent, and nobody can count on what they said last.
  const failing = children.filter(({ inputs }) => inputs["invertHealthcheck"] !== true && targetRegion(graph, text(inputs["fqdn"])) === primary).length;
  const noticed = children.length - failing < threshold;
  const need = noticed ? "asked" : "needed";
  return [
    { service: "route53", operation: "HealthCheck", region: "global", purpose: "detect", need: "needed" },
    ...children.flatMap(({ inputs }): readonly Bare[] => {
      const alarm = inputs["cloudwatchAlarmName"];
      if (alarm !== undefined) return [{ service: "cloudwatch", operation: "Alarm", resource: text(alarm), region: text(inputs["cloudwatchAlarmRegion"]), purpose: "detect", need }];
      const region = targetRegion(graph, text(inputs["fqdn"]));
      const operation = `GET ${text(inputs["resourcePath"])}`;
      if (inputs["invertHealthcheck"] === true) return [{ service: "execute-api", operation, region, purpose: "latch", need: "needed" }];
      return [{ service: "execute-api", operation, region, purpose: "detect", need: region === primary ? "asked" : "needed" }];
    }),
  ];
}

/** How DNS answers the secondary: the zone, the secondary record's own check, AWS's name of its front door. */
function names(graph: Graph, failover: string, secondary: string): readonly Bare[] {
  const record = failoverRecord(graph, failover, "SECONDARY");
  const check = checkOf(graph, record?.inputs["healthCheckId"]);
  const target = regionIn(text(list(record?.inputs["records"])[0]));
  return [
    { service: "route53", operation: "Resolve", region: "global", purpose: "dns", need: "needed" },
    { service: "execute-api", operation: "Domain", region: target, purpose: "dns", need: "needed" },
    ...(check ? [{ service: "execute-api", operation: `GET ${text(check.inputs["resourcePath"])}`, region: targetRegion(graph, text(check.inputs["fqdn"])), purpose: "dns", need: "needed" } as const] : []),
    ...certificates(graph, secondary),
  ];
}

/** TLS of the secondary's custom domains. */
const certificates = (graph: Graph, region: string): readonly Bare[] =>
  ofType(graph, "aws:apigateway/domainName:DomainName")
    .filter((domain) => domain.region === region)
    .map(({ inputs }) => text(inputs["regionalCertificateArn"] ?? inputs["certificateArn"]).split(":")[3] ?? region)
    .map((at) => ({ service: "acm", operation: "Certificate", region: at, purpose: "pay", need: "needed" }));

/** What answers in the secondary: its API's routes, their functions, and all that those may call. */
function serving(stack: DeployedStack): readonly Bare[] {
  const { graph } = stack.deployment;
  const { regions } = stack.outputs;
  const need = "needed";
  const invoked = (arn: string, purpose: Purpose): readonly Bare[] => {
    const region = arn.split(":")[3] ?? regions.secondary;
    return [
      { service: "lambda", operation: "Invoke", resource: resourceName(arn), region, purpose, need },
      ...ofFunction(graph, resourceName(arn), region).map((use): Bare => ({ ...use, purpose, need })),
    ];
  };
  return [
    ...ofRoutes(graph, regions.secondary, routePurposes(stack)).flatMap(({ route, function: arn, purpose }): readonly Bare[] => [
      { service: "execute-api", operation: route, region: regions.secondary, purpose, need },
      ...invoked(arn, purpose),
    ]),
    ...scheduled(graph, regions.secondary).flatMap((arn): readonly Bare[] => [{ service: "scheduler", operation: "Fire", region: regions.secondary, purpose: WATCHES, need }, ...invoked(arn, WATCHES)]),
  ];
}
