import type { HttpRequest } from "../../network";
import type { Principal } from "./authorize";
import type { Endpoint, Stage } from "./stage";

/**
 * One request of a stage, under way or answered. It does not keep the request itself: lines of access logs live as long
 * as the objects that they are delivered in, and a request's body may be large.
 */
export class Exchange {
  readonly method: string;
  readonly host: string;
  readonly sourceIp: string;
  /** Known once it is found. */
  endpoint: Endpoint | undefined;
  /** Who signed it, once that is verified. */
  principal: Principal | undefined;
  /** Why the gateway itself answered. */
  rejected: string | undefined;
  /** How long the integration took, once it was asked. */
  integrationMs: number | undefined;
  /** Of the answer. */
  status = 0;
  /** From the request's arrival to its answer. */
  latencyMs = 0;

  /**
   * @param path as sent, without the query
   * @param receivedAt epoch milliseconds
   */
  constructor(
    { method, host, sourceIp }: HttpRequest,
    readonly path: string,
    readonly stage: Stage,
    readonly requestId: string,
    readonly receivedAt: number,
  ) {
    this.method = method;
    this.host = host;
    this.sourceIp = sourceIp;
  }
}

/** Reads a variable `$context.…`; undefined where a request has none. */
export type Variable = (exchange: Exchange) => string | undefined;

const milliseconds = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : String(Math.round(ms)));

/** By their names after `$context.`: what gateway responses know of a request. "Variables for access logging for API Gateway". */
export const RESPONSE_VARIABLES: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ["accountId", ({ stage }) => stage.accountId],
  ["apiId", ({ stage }) => stage.apiId],
  ["domainName", ({ host }) => host],
  ["httpMethod", ({ method }) => method],
  ["identity.sourceIp", ({ sourceIp }) => sourceIp],
  ["path", ({ path }) => path],
  ["protocol", () => "HTTP/1.1"],
  ["requestId", ({ requestId }) => requestId],
  ["requestTimeEpoch", ({ receivedAt }) => String(receivedAt)],
  ["resourcePath", ({ endpoint }) => endpoint?.method.resourcePath],
  ["stage", ({ stage }) => stage.name],
]);

/** What access logs know of it, when it has been answered. */
export const ACCESS_LOG_VARIABLES: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ...RESPONSE_VARIABLES,
  ["error.responseType", ({ rejected }) => rejected],
  ["identity.userArn", ({ principal }) => principal?.userArn],
  ["integrationLatency", ({ integrationMs }) => milliseconds(integrationMs)],
  ["responseLatency", ({ latencyMs }) => milliseconds(latencyMs)],
  ["status", ({ status }) => String(status)],
]);
