import { RESERVED_PATHS } from "../../../rules/apigateway";
import type { Cloud } from "../../cloud";
import { arn } from "../../models/ids";
import { HostUnknown, type HttpRequest, type HttpResponse } from "../../network";
import { AccessLogs, accessVariables } from "./access-log";
import { parseApi, type Method } from "./api";
import type { Authorizer, Principal, SignedMethod } from "./authorize";
import { signedCallers } from "./authorize-signed";
import { proxyEvent } from "./event";
import { integrate, lambdaBackend, type Backend } from "./integration";
import { dashed, hex } from "../lambda/ids";
import { ApiMetrics } from "./metrics";
import { forbidden, gatewayResponse, Rejection } from "./responses";
import { checkSize, pathOf } from "./request";
import { match } from "./routes";
import { Registry, type DomainConfig, type RestApiConfig, type Site, type Stage } from "./registry";
import { Throttle, type ThrottleSettings } from "./throttle";
import { validate } from "./validation";

export type { Authorization, Authorizer, Principal, SignedMethod } from "./authorize";
export type { Backend } from "./integration";
export type { DomainConfig, RestApiConfig } from "./registry";
export type { ThrottleSettings } from "./throttle";

/** A request that has been answered. */
export interface Answered {
  readonly region: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From the request's arrival at the gateway to its answer. */
  readonly latencyMs: number;
}

/** One request under way. */
interface Exchange {
  readonly request: HttpRequest;
  readonly site: Site;
  readonly stage: Stage;
  readonly requestId: string;
  readonly receivedAt: number;
  /** Known once it is found. */
  method?: Method;
  /** Who signed it, once that is verified. */
  principal?: Principal;
  /** Why the gateway itself answered. */
  rejected?: string;
  /** How long the integration took, once it was asked. */
  integrationMs?: number;
}

/**
 * API Gateway of one region: REST APIs with Lambda proxy integrations behind regional custom domains. Not modelled:
 * binary answers (a body is text), caches, usage plans, API keys, Lambda authorizers, canaries, mutual TLS, WAF.
 */
export class ApiGateway {
  /** Judges requests to methods with IAM authorization; the default verifies signatures. */
  authorize: Authorizer;
  /** Where invocations go; the default is the twin's Lambda. */
  backend: Backend;
  private readonly registry = new Registry();
  private readonly throttle: Throttle;
  private readonly metrics: ApiMetrics;
  /** Which stages tell of each request, and where. */
  readonly accessLogs: AccessLogs;
  private readonly listeners = new Set<(answered: Answered) => void>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.authorize = signedCallers(cloud);
    this.backend = lambdaBackend(cloud);
    cloud.faults.checkWith(this.registry.certificateCheck(region));
    this.metrics = new ApiMetrics(cloud, region);
    this.accessLogs = new AccessLogs(cloud, region);
    this.throttle = new Throttle(() => cloud.kernel.now());
  }

  /** Creates or changes an API. Only a deployment makes a change visible. */
  putApi(id: string, config: RestApiConfig): void {
    this.registry.putApi(id, config);
    this.cloud.network.publishName(this.defaultHost(id), this.region);
  }

  /** Takes a snapshot of the API as it is. */
  deploy(deploymentId: string, apiId: string): void {
    this.registry.deploy(deploymentId, apiId);
  }

  /** A stage serves a deployment's snapshot. */
  putStage(apiId: string, name: string, deploymentId: string, variables: Readonly<Record<string, string>> = {}): void {
    this.registry.putStage(apiId, name, deploymentId, variables);
  }

  /** @param methodPath the whole stage, or e.g. `payments/POST` */
  setThrottle(apiId: string, stage: string, methodPath: string, settings: ThrottleSettings): void {
    this.throttle.set(`${apiId}/${stage}`, methodPath, settings);
  }

  /** Switches metrics by method on or off; `methodPath` as in {@link setThrottle}. */
  setDetailedMetrics(apiId: string, stage: string, methodPath: string, enabled: boolean): void {
    this.metrics.setDetailed(apiId, stage, methodPath, enabled);
  }

  /** A custom domain: its certificate makes TLS succeed for the name in this region. */
  addDomain(config: DomainConfig): void {
    this.registry.addDomain(config);
    this.cloud.network.publishName(config.regionalDomainName, this.region);
  }

  /** @param stage undefined: the first segment after the base path names it */
  mapBasePath(domainName: string, basePath: string, apiId: string, stage?: string): void {
    this.registry.map(domainName, { basePath, apiId, stage });
  }

  /** The custom domains of the region. */
  domains(): readonly DomainConfig[] {
    return this.registry.listDomains();
  }

  /** Calls `listener` for every answered request; returns the function that stops it. */
  onResponse(listener: (answered: Answered) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The region's front door. Throws {@link HostUnknown} for a host without a custom domain in this region. */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const { kernel } = this.cloud;
    const receivedAt = kernel.now();
    const path = request.target.split("?")[0] ?? "/";
    const answer = await this.answer(request, path, receivedAt);
    const answered = { region: this.region, host: request.host, method: request.method, path, status: answer.status, latencyMs: kernel.now() - receivedAt };
    kernel.record("apigateway.request", { ...answered });
    for (const listener of this.listeners) listener(answered);
    return answer;
  }

  private async answer(request: HttpRequest, path: string, receivedAt: number): Promise<HttpResponse> {
    const domain = this.cloud.faults.certified(this.region, request.host) ? this.registry.domain(request.host) : undefined;
    // The service's own certificate covers every name below execute-api.
    if (!domain && !request.host.endsWith(`.execute-api.${this.region}.amazonaws.com`)) throw new HostUnknown(request.host, this.region);
    const requestId = this.requestId();
    const withId = (response: HttpResponse): HttpResponse => ({ ...response, headers: { ...response.headers, "x-amzn-requestid": requestId } });
    if (domain && RESERVED_PATHS.includes(path)) return withId({ status: 200, headers: { "content-type": "text/plain" }, body: "healthy" });

    const site = domain ? this.registry.locate(domain.domainName, path) : this.registry.locateDefault(request.host, path);
    const stage = site && this.registry.stage(site.apiId, site.stage);
    if (!site || !stage || (!domain && stage.snapshot.disableExecuteApiEndpoint)) return withId(forbidden);
    const exchange: Exchange = { request, site, stage, requestId, receivedAt };
    const response = await this.served(exchange, path);
    this.measure(exchange, response.status);
    this.accessLogs.write(site.apiId, site.stage, () => accessVariables(exchange, this.variables(exchange, path), response.status, this.cloud.kernel.now() - receivedAt));
    return withId(response);
  }

  private async served(exchange: Exchange, path: string): Promise<HttpResponse> {
    const variables = this.variables(exchange, path);
    try {
      return await this.serve(exchange, variables);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      exchange.rejected = error.type;
      return gatewayResponse(error, parseApi(exchange.stage.snapshot.body).gatewayResponses, variables, exchange.request);
    }
  }

  private measure({ site: { apiId, stage: stageName }, stage, receivedAt, method, integrationMs }: Exchange, status: number): void {
    this.metrics.count({ apiName: stage.snapshot.name, apiId, stage: stageName, method, status, latencyMs: this.cloud.kernel.now() - receivedAt, integrationMs });
  }

  private async serve(exchange: Exchange, variables: Record<string, string>): Promise<HttpResponse> {
    const { request, site, stage, requestId, receivedAt } = exchange;
    const api = parseApi(stage.snapshot.body);
    const found = match(api, request.method, site.path);
    if (!found?.method) throw new Rejection("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
    const { method, pathParameters } = found;
    exchange.method = method;
    variables["resourcePath"] = method.resourcePath;

    const methodArn = this.executionArn(site.apiId, `${site.stage}/${request.method}${pathOf(method.resourcePath, pathParameters)}`);
    const principal = method.iam ? this.admitSigned(exchange, { methodArn, resourcePath: method.resourcePath }) : undefined;
    if (principal) exchange.principal = principal;
    if (request.throttled || !this.throttle.admit(`${site.apiId}/${site.stage}`, method.resourcePath, method.httpMethod)) throw new Rejection("THROTTLED", "Too Many Requests");
    checkSize(request);

    const parsed = { request, query: new URLSearchParams(request.target.split("?").slice(1).join("?")), pathParameters };
    validate(method, parsed);
    const event = proxyEvent(parsed, {
      accountId: this.cloud.accountId,
      apiId: site.apiId,
      stage: site.stage,
      stageVariables: stage.variables,
      requestId,
      receivedAt,
      resourcePath: method.resourcePath,
      binaryMediaTypes: [...api.binaryMediaTypes, ...stage.snapshot.binaryMediaTypes],
      principal,
    });
    const askedAt = this.cloud.kernel.now();
    try {
      return await integrate(this.cloud, this.backend, { method, event, sourceArn: methodArn, region: this.region });
    } finally {
      exchange.integrationMs = this.cloud.kernel.now() - askedAt;
    }
  }

  private admitSigned({ request, site }: Exchange, method: Pick<SignedMethod, "methodArn" | "resourcePath">): Principal | undefined {
    const { apiId, stage } = site;
    const verdict = this.authorize(request, { region: this.region, apiId, stage, httpMethod: request.method, ...method });
    if (!verdict.allowed) throw new Rejection(verdict.response, verdict.message);
    return verdict.principal;
  }

  /** The template variables of "Variables for access logging and gateway responses" that are known before a resource is. */
  private variables({ request, site, requestId, receivedAt }: Exchange, path: string): Record<string, string> {
    return {
      accountId: this.cloud.accountId,
      apiId: site.apiId,
      domainName: request.host,
      httpMethod: request.method,
      "identity.sourceIp": request.sourceIp,
      path,
      protocol: "HTTP/1.1",
      requestId,
      requestTimeEpoch: String(receivedAt),
      stage: site.stage,
    };
  }

  private executionArn(apiId: string, rest: string): string {
    return arn("execute-api", this.region, this.cloud.accountId, `${apiId}/${rest}`);
  }

  private defaultHost(apiId: string): string {
    return `${apiId}.execute-api.${this.region}.amazonaws.com`;
  }

  /** Shaped like a UUID. */
  private requestId(): string {
    return dashed(hex(this.cloud.kernel.random("apigateway/request-ids"), 4));
  }
}

/** API Gateway of a region. */
export const gateway = (cloud: Cloud, region: string): ApiGateway =>
  cloud.service("apigateway", region, () => new ApiGateway(cloud, region));
