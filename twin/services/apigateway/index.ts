import { RESERVED_PATHS } from "../../../rules/apigateway";
import type { Cloud } from "../../cloud";
import { HostUnknown, type HttpRequest, type HttpResponse } from "../../network";
import type { RandomStream } from "../../kernel/random";
import { uuid } from "../lambda/ids";
import { AccessLogs } from "./access-log";
import type { Authorizer, Principal } from "./authorize";
import { signedCallers } from "./authorize-signed";
import { proxyEvent } from "./event";
import { Exchange } from "./exchange";
import { integrate, lambdaBackend, type Backend, type Call } from "./integration";
import { ApiMetrics } from "./metrics";
import { Registry, type DomainConfig, type RestApiConfig } from "./registry";
import { checkSize, ParsedRequest } from "./request";
import { forbidden, gatewayResponse, healthy, Rejection, type Response } from "./responses";
import { match } from "./routes";
import type { Endpoint } from "./stage";
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

/**
 * API Gateway of one region: REST APIs with Lambda proxy integrations behind regional custom domains. Not modelled:
 * binary answers (a body is text), caches, usage plans, API keys, Lambda authorizers, canaries, mutual TLS, WAF.
 */
export class ApiGateway {
  /** Judges requests to methods with IAM authorization; the default verifies signatures. */
  authorize: Authorizer;
  /** Where invocations go; the default is the twin's Lambda. */
  backend: Backend;
  private readonly registry: Registry;
  private readonly throttle: Throttle;
  private readonly metrics: ApiMetrics;
  /** Which stages tell of each request, and where. */
  readonly accessLogs: AccessLogs;
  private readonly requestIds: RandomStream;
  private readonly listeners = new Set<(answered: Answered) => void>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.registry = new Registry(region, cloud.accountId);
    this.requestIds = cloud.kernel.random("apigateway/request-ids");
    this.authorize = signedCallers(cloud);
    this.backend = lambdaBackend(cloud);
    cloud.faults.checkWith(this.registry.certificateCheck());
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
    const { host, target, method } = request;
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const domain = this.domainOf(host);
    // Shaped like a UUID.
    const requestId = uuid(this.requestIds);
    const site = domain ? this.registry.locate(domain.domainName, path) : this.registry.locateDefault(host, path);
    let answer: Response;
    if (domain && RESERVED_PATHS.includes(path)) answer = healthy();
    else if (!site || (!domain && site.stage.snapshot.disableExecuteApiEndpoint)) answer = forbidden();
    else answer = await this.served(new Exchange(request, path, site.stage, requestId, receivedAt), request, site.path);
    answer.headers["x-amzn-requestid"] = requestId;

    const answered = { region: this.region, host, method, path, status: answer.status, latencyMs: kernel.now() - receivedAt };
    kernel.record("apigateway.request", answered);
    for (const listener of this.listeners) listener(answered);
    return answer;
  }

  /** The custom domain of a host; undefined for the API's own endpoint. */
  private domainOf(host: string): DomainConfig | undefined {
    const domain = this.cloud.faults.certified(this.region, host) ? this.registry.domain(host) : undefined;
    // The service's own certificate covers every name below execute-api.
    if (!domain && !host.endsWith(`.execute-api.${this.region}.amazonaws.com`)) throw new HostUnknown(host, this.region);
    return domain;
  }

  /** @param path what is left of it below the stage */
  private async served(exchange: Exchange, request: HttpRequest, path: string): Promise<Response> {
    const { kernel } = this.cloud;
    let answer: Response;
    let askedAt: number | undefined;
    try {
      const call = this.admit(exchange, request, path);
      askedAt = kernel.now();
      answer = await integrate(this.cloud, this.backend, call);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      exchange.rejected = error.type;
      answer = gatewayResponse(error, exchange, request);
    }
    const now = kernel.now();
    exchange.status = answer.status;
    exchange.latencyMs = now - exchange.receivedAt;
    if (askedAt !== undefined) exchange.integrationMs = now - askedAt;
    this.metrics.count(exchange);
    this.accessLogs.write(exchange);
    return answer;
  }

  /** The call of the function behind a request that is let through; throws {@link Rejection}. */
  private admit(exchange: Exchange, request: HttpRequest, path: string): Call {
    const { stage } = exchange;
    const found = match(stage.api, request.method, path);
    if (!found?.method) throw new Rejection("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
    const { method, pathParameters } = found;
    const endpoint = stage.endpoint(method);
    exchange.endpoint = endpoint;

    const sourceArn = endpoint.arnOf(request.method, pathParameters);
    if (method.iam) exchange.principal = this.admitSigned(request, endpoint, sourceArn);
    if (request.throttled || !this.throttle.admit(endpoint)) throw new Rejection("THROTTLED", "Too Many Requests");
    checkSize(request);

    const parsed = new ParsedRequest(request, pathParameters);
    validate(method, parsed);
    return { method, event: proxyEvent(exchange, endpoint, parsed), sourceArn, region: this.region };
  }

  private admitSigned(request: HttpRequest, { stage, method: { resourcePath } }: Endpoint, methodArn: string): Principal | undefined {
    const verdict = this.authorize(request, { region: this.region, apiId: stage.apiId, stage: stage.name, httpMethod: request.method, resourcePath, methodArn });
    if (!verdict.allowed) throw new Rejection(verdict.response, verdict.message);
    return verdict.principal;
  }

  private defaultHost(apiId: string): string {
    return `${apiId}.execute-api.${this.region}.amazonaws.com`;
  }
}

/** API Gateway of a region. */
export const gateway = (cloud: Cloud, region: string): ApiGateway =>
  cloud.service("apigateway", region, () => new ApiGateway(cloud, region));
