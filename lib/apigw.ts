import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessLog } from "./access-logs";
import type { Config } from "./config";
import type { FunctionName } from "./functions";
import { createServiceRole } from "./iam";
import type { DeployedFunction } from "./lambda";
import { apiDocument } from "./openapi";
import { writeExecutionLogs } from "./policies/logs";
import { PROBE_LIMIT } from "./probe-limit";
import type { RegionContext } from "./regions";
import { routeId, routesOf, type Route } from "./routes";

/** A region's two host names at API Gateway. */
export interface Domains {
  /** The failover host, which exists in both regions. */
  readonly failover: aws.apigateway.DomainName;
  readonly own: aws.apigateway.DomainName;
}

/** A host name without an API behind it yet: the latch's function needs to know where both regions' names lead. */
export function createDomains({ host, name, options }: RegionContext, certificateArn: pulumi.Output<string>, failoverHost: string): Domains {
  const create = (service: string, domainName: string): aws.apigateway.DomainName =>
    new aws.apigateway.DomainName(
      name(service, "tag"),
      {
        domainName,
        regionalCertificateArn: certificateArn,
        endpointConfiguration: { types: "REGIONAL" },
        // Route 53's checkers speak TLS 1.0 to 1.2: a policy of TLS 1.3 alone would be permanent ill health.
        securityPolicy: "TLS_1_2",
      },
      options,
    );
  return { failover: create("payments-failover-domain", failoverHost), own: create("payments-own-domain", host) };
}

export interface Api {
  /** The ApiName of its metrics. */
  readonly name: string;
  readonly stage: pulumi.Output<string>;
  /** Once these exist the host names answer. */
  readonly ready: readonly pulumi.Resource[];
}

export interface ApiArgs {
  readonly functions: Readonly<Partial<Record<FunctionName, DeployedFunction>>>;
  readonly domains: Domains;
  /** API Gateway's role for logs, where this stack makes it. */
  readonly account?: pulumi.Resource | undefined;
}

const STAGE = "live";

/** The region's REST API: reachable by its two host names only. */
export function createApi(context: RegionContext, args: ApiArgs, config: Pick<Config, "apiAuth" | "throttle" | "accessLogs" | "logRetentionDays">): Api {
  const { options } = context;
  const routes = routesOf(context.role);
  const name = context.name("payments-api", "api");
  const disableExecuteApiEndpoint = true;
  const body = documentOf(context, name, routes, args, config);
  const api = new aws.apigateway.RestApi(
    name,
    { name, body, putRestApiMode: "overwrite", endpointConfiguration: { types: "REGIONAL" }, disableExecuteApiEndpoint, failOnWarnings: true },
    options,
  );
  const permissions = allowCalls(context, api, routes, args);

  // All that only a deployment publishes. Replaced create-first: the stage still points at the old one.
  const sha256 = body.apply((text) => createHash("sha256").update(JSON.stringify({ text, disableExecuteApiEndpoint })).digest("hex"));
  const deployment = new aws.apigateway.Deployment(name, { restApi: api.id, triggers: { sha256 } }, options);
  const stage = new aws.apigateway.Stage(
    name,
    { restApi: api.id, deployment: deployment.id, stageName: STAGE, ...accessLog(context, name, config) },
    // What it publishes is called at once.
    { ...options, dependsOn: [...(args.account ? [args.account] : []), ...permissions] },
  );
  createLimits(context, name, { api, stage, routes }, config);
  const mappings = (Object.entries(args.domains) as [keyof Domains, aws.apigateway.DomainName][]).map( // Object.entries forgets the keys
    ([role, domain]) => new aws.apigateway.BasePathMapping(`${name}-${role}`, { domainName: domain.domainName, restApi: api.id, stageName: stage.stageName }, options),
  );
  return { name, stage: stage.stageName, ready: [...permissions, ...mappings] };
}

interface Limited {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  readonly routes: readonly Route[];
}

/** What the API takes, and how little of it a flood on a probed route may use: anybody may ask those. */
function createLimits({ options }: RegionContext, name: string, { api, stage, routes }: Limited, { throttle }: Pick<Config, "throttle">): void {
  const create = (logicalName: string, methodPath: string, requestsPerSecond: number, burst: number): void => {
    new aws.apigateway.MethodSettings(
      logicalName,
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath,
        settings: { metricsEnabled: true, dataTraceEnabled: false, throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: burst },
      },
      options,
    );
  };
  create(name, "*/*", throttle.requestsPerSecond, throttle.burst);
  for (const route of routes.filter(({ probed }) => probed)) {
    // A method's path in settings has no leading slash: "MethodSetting" (API Gateway API reference).
    create(`${name}-${routeId(route)}`, `${route.path.slice(1)}/${route.method}`, PROBE_LIMIT.requestsPerSecond, PROBE_LIMIT.burst);
  }
}

function documentOf({ region }: RegionContext, title: string, routes: readonly Route[], { functions }: ApiArgs, { apiAuth }: Pick<Config, "apiAuth">) {
  return pulumi.all(routes.map((route) => functionOf(functions, route).invokeArn)).apply((invokeArns) =>
    JSON.stringify(apiDocument({ title, region, auth: apiAuth, routes, uri: (route) => invokeArns[routes.indexOf(route)] ?? "" })),
  );
}

/**
 * Each route may call its own function, and nothing else of the API may. The permission for an alias has a name of its own:
 * a named permission is replaced by deleting it first, and until the stage changes over, callers still need the old one.
 */
function allowCalls({ name, options }: RegionContext, api: aws.apigateway.RestApi, routes: readonly Route[], { functions }: ApiArgs): readonly pulumi.Resource[] {
  return routes.map((route) => {
    const { name: called, qualifier } = functionOf(functions, route);
    const statementId = qualifier === undefined ? routeId(route) : `${routeId(route)}-${qualifier}`;
    return new aws.lambda.Permission(
      name(`payments-${statementId}`, "tag"),
      {
        statementId,
        action: "lambda:InvokeFunction",
        function: called,
        ...(qualifier === undefined ? {} : { qualifier }),
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/${route.method}${route.path.replace(/\{\w+\}/g, "*")}`,
      },
      options,
    );
  });
}

function functionOf(functions: ApiArgs["functions"], route: Route): DeployedFunction {
  const found = functions[route.function];
  if (!found) throw new Error(`${route.method} ${route.path}: this region has no function ${route.function}`);
  return found;
}

/**
 * The role by which API Gateway logs. There is ONE per account and region, and destroying it takes it from every API
 * there: only the stack that says tap:manageAccountSettings makes it, and it stays when that stack goes.
 */
export function createApiAccount(context: RegionContext, accountId: pulumi.Output<string>): pulumi.Resource {
  const role = createServiceRole(context, {
    service: "apigateway-logs",
    kept: true,
    trusts: "apigateway.amazonaws.com",
    statements: accountId.apply((account) => writeExecutionLogs(context.region, account)),
  });
  return new aws.apigateway.Account(
    context.name("apigateway-account", "tag"),
    { cloudwatchRoleArn: role.arn },
    { ...context.options, retainOnDelete: true, dependsOn: [...role.ready] },
  );
}
