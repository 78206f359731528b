import { AnswerError } from "../../errors";
import type { HttpRequest, HttpResponse } from "../../network";
import { RESPONSE_VARIABLES, type Exchange } from "./exchange";

/**
 * Every gateway response that the twin gives, with its default status ("Gateway response types for API Gateway") and the
 * exception that the header x-amzn-ErrorType names.
 */
const TYPES = {
  ACCESS_DENIED: { status: 403, errorType: "AccessDeniedException" },
  API_CONFIGURATION_ERROR: { status: 500, errorType: "InternalServerErrorException" },
  BAD_REQUEST_BODY: { status: 400, errorType: "BadRequestException" },
  BAD_REQUEST_PARAMETERS: { status: 400, errorType: "BadRequestException" },
  DEFAULT_4XX: { status: 400, errorType: "BadRequestException" },
  EXPIRED_TOKEN: { status: 403, errorType: "ExpiredTokenException" },
  INTEGRATION_FAILURE: { status: 504, errorType: "InternalServerErrorException" },
  INTEGRATION_TIMEOUT: { status: 504, errorType: "InternalServerErrorException" },
  INVALID_SIGNATURE: { status: 403, errorType: "InvalidSignatureException" },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, errorType: "MissingAuthenticationTokenException" },
  REQUEST_TOO_LARGE: { status: 413, errorType: "RequestEntityTooLargeException" },
  THROTTLED: { status: 429, errorType: "TooManyRequestsException" },
} as const;
export type GatewayResponseType = keyof typeof TYPES;

/** A customized response: an entry of `x-amazon-apigateway-gateway-responses`. */
export interface GatewayResponse {
  readonly status: number | undefined;
  /** Header name, lower case, and the expression of its value. */
  readonly headers: readonly (readonly [string, string])[];
  readonly template: string | undefined;
}

/** API Gateway answers by itself. */
export class Rejection extends AnswerError {
  override readonly name = "Rejection";
  /**
   * @param status where AWS answers another one than the type's default
   * @param validation what request validation found
   */
  constructor(
    readonly type: GatewayResponseType,
    message: string,
    readonly status?: number,
    readonly validation?: string,
  ) {
    super(message);
  }
}

/** AWS's words for all that went wrong behind the gateway. "Handling Lambda errors with an API Gateway API". */
export const INTERNAL = "Internal server error";

/** An answer that still gets headers. */
export interface Response extends HttpResponse {
  readonly headers: Record<string, string>;
}

/** Reads the variables of a template, by their names after `$context.`; undefined = there is no such variable. */
type Variables = (name: string) => string | undefined;

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';
const VARIABLE = /\$(?:\{context\.([\w.]+)\}|context\.(\w+(?:\.\w+)*))/g;

/** Simple substitution, no loops or conditions. "Set up a gateway response for a REST API". */
const substitute = (template: string, variables: Variables): string =>
  template.replace(VARIABLE, (_, braced?: string, plain?: string) => variables(braced ?? plain ?? "") ?? "");

/** The answer, customized by the type's own entry or else by the fall-back DEFAULT_4XX or DEFAULT_5XX. */
export function gatewayResponse(rejection: Rejection, exchange: Exchange, request: HttpRequest): Response {
  const { type } = rejection;
  const customized = exchange.stage.api.gatewayResponses;
  const usual = rejection.status ?? TYPES[type].status;
  const custom = customized.get(type) ?? customized.get(usual >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX");
  const variables: Variables = (name) => errorVariable(rejection, name) ?? RESPONSE_VARIABLES.get(name)?.(exchange);
  const headers: Record<string, string> = { "content-type": "application/json", "x-amzn-errortype": TYPES[type].errorType };
  for (const [name, expression] of custom?.headers ?? []) {
    const value = headerValue(expression, variables, request);
    if (value !== undefined) headers[name] = value;
  }
  return { status: custom?.status ?? usual, headers, body: substitute(custom?.template ?? DEFAULT_TEMPLATE, variables) };
}

function errorVariable({ type, message, validation }: Rejection, name: string): string | undefined {
  switch (name) {
    case "error.message":
      return message;
    case "error.messageString":
      return JSON.stringify(message);
    case "error.responseType":
      return type;
    case "error.validationErrorString":
      // Unescaped, as AWS inserts it: inside a JSON string its quotation marks break the body.
      return validation ?? "";
    default:
      return undefined;
  }
}

/** A static value in quotes, a context variable, or a part of the request. "Gateway response parameters". */
function headerValue(expression: string, variables: Variables, request: HttpRequest): string | undefined {
  const fixed = /^'(.*)'$/s.exec(expression);
  if (fixed) return fixed[1];
  if (expression.startsWith("context.")) return variables(expression.slice("context.".length));
  const [, place, name = ""] = /^method\.request\.(header|querystring)\.(.+)$/.exec(expression) ?? [];
  if (place === "header") return request.headers[name.toLowerCase()]?.at(-1);
  if (place === "querystring") return new URLSearchParams(request.target.split("?").slice(1).join("?")).get(name) ?? undefined;
  return undefined;
}

/** What the service answers before it knows an API: not customizable. */
export const forbidden = (): Response => ({
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
});

/** What the service answers at the paths that it keeps for itself. */
export const healthy = (): Response => ({ status: 200, headers: { "content-type": "text/plain" }, body: "healthy" });
