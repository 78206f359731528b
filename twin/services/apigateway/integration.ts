import { isObject, members } from "../../../rules/apigateway-document";
import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { ConnectionRefused, InjectedError } from "../../kernel/door";
import { within } from "../../kernel/kernel";
import type { HttpResponse } from "../../network";
import { lambda } from "../lambda/index";
import type { Method } from "./api";
import { INTERNAL, Rejection } from "./responses";

/** What API Gateway needs of Lambda. */
export interface Backend {
  /** A function that fails is a result with `functionError`; Lambda's own refusals reject. */
  invoke(functionArn: string, event: unknown, from: Caller): Promise<{ readonly payload: unknown; readonly functionError?: object }>;
  /** Does the function's resource policy let the service invoke it on behalf of `sourceArn`? */
  allows(functionArn: string, principal: string, sourceArn: string): boolean;
}

const SERVICE = "apigateway.amazonaws.com";

/** Lambda of the region that the function's ARN names. */
export function lambdaBackend(cloud: Cloud): Backend {
  const serviceOf = (functionArn: string) => lambda(cloud, functionArn.split(":")[3] ?? "");
  return {
    invoke: (functionArn, event, from) => serviceOf(functionArn).invoke(functionArn, event, from),
    allows: (functionArn, principal, sourceArn) => serviceOf(functionArn).allows(functionArn, principal, sourceArn),
  };
}

/** A call of the function behind a method. */
export interface Call {
  readonly method: Method;
  readonly event: unknown;
  /** `arn:aws:execute-api:…/<stage>/<METHOD>/<path as requested>` */
  readonly sourceArn: string;
  readonly region: string;
}

/**
 * "Handling Lambda errors with an API Gateway API" (Lambda developer guide): 500 when Lambda rejects the invocation
 * (throttled, no permission, no function), 502 when the function fails or its answer has the wrong format; nothing is
 * repeated. Throws {@link Rejection}.
 */
export async function integrate(cloud: Cloud, backend: Backend, { method, event, sourceArn, region }: Call): Promise<HttpResponse> {
  const { functionArn, timeoutMs } = method;
  if (functionArn === undefined || !backend.allows(functionArn, SERVICE, sourceArn)) {
    cloud.kernel.record("apigateway.not-permitted", { region, function: functionArn ?? "none", sourceArn });
    throw new Rejection("API_CONFIGURATION_ERROR", INTERNAL);
  }
  const invoke = async () => backend.invoke(functionArn, event, { region, principal: SERVICE });
  const outcome = await within(cloud.kernel, timeoutMs, invoke()).catch((error: unknown) => {
    if (error instanceof AwsError || error instanceof ConnectionRefused || error instanceof InjectedError) {
      throw new Rejection("INTEGRATION_FAILURE", INTERNAL, 500);
    }
    throw error;
  });
  if (outcome.timedOut) throw new Rejection("INTEGRATION_TIMEOUT", "Endpoint request timed out");
  const response = outcome.value.functionError ? undefined : httpResponse(outcome.value.payload);
  if (!response) throw new Rejection("INTEGRATION_FAILURE", INTERNAL, 502);
  return response;
}

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Names that the gateway sets itself: the function's go by another name. "Amazon API Gateway important notes for REST APIs". */
const REMAPPED = ["authorization", "connection", "content-md5", "date", "host", "max-forwards", "server", "trailer", "user-agent", "www-authenticate"];
const DROPPED = ["content-length", "transfer-encoding"];

/** The function's answer; undefined where it is malformed. "Lambda proxy integrations in API Gateway", output format: no member is needed, no other allowed. */
export function httpResponse(payload: unknown): HttpResponse | undefined {
  if (!isObject(payload) || Object.keys(payload).some((name) => !MEMBERS.includes(name))) return undefined;
  const { statusCode = 200, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const all = responseHeaders(headers, multiValueHeaders);
  if (!all) return undefined;
  const text = typeof body === "string" ? body : "";
  return { status, headers: all, body: isBase64Encoded === true ? Buffer.from(text, "base64").toString("utf8") : text };
}

function responseHeaders(single: unknown, multiple: unknown): Record<string, string> | undefined {
  const found: Record<string, string> = { "content-type": "application/json" };
  const given = [
    ...members(single).map(([name, value]) => [name, [value]] as const),
    ...members(multiple).map(([name, values]) => [name, [values].flat()] as const),
  ];
  if ([single, multiple].some((headers) => headers !== undefined && headers !== null && !isObject(headers))) return undefined;
  for (const [name, values] of given) {
    const text = values.map(String).join(", ");
    if (!TOKEN.test(name) || !values.every(isHeaderValue) || /[^\t\x20-\x7e\x80-\xff]/.test(text)) return undefined;
    const lower = name.toLowerCase();
    if (!DROPPED.includes(lower)) found[REMAPPED.includes(lower) ? `x-amzn-remapped-${lower}` : lower] = text;
  }
  return found;
}

const isHeaderValue = (value: unknown): boolean => typeof value === "string" || typeof value === "boolean" || typeof value === "number";
