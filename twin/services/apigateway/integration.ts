import { isObject } from "../../../rules/apigateway-document";
import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { ConnectionRefused, InjectedError } from "../../kernel/door";
import { within, type Timed } from "../../kernel/kernel";
import { lambda, type LambdaService } from "../lambda/index";
import type { Method } from "./api";
import { responseHeaders } from "./response-headers";
import { INTERNAL, Rejection, type Response } from "./responses";

/** What an invocation gave; `payload` is nothing where the function failed. */
interface Result {
  readonly payload: unknown;
  readonly functionError?: object;
}

/** What API Gateway needs of Lambda. */
export interface Backend {
  /** A function that fails is a result with `functionError`; Lambda's own refusals reject. */
  invoke(functionArn: string, event: unknown, from: Caller): Promise<Result>;
  /** Does the function's resource policy let the service invoke it on behalf of `sourceArn`? */
  allows(functionArn: string, principal: string, sourceArn: string): boolean;
}

const SERVICE = "apigateway.amazonaws.com";

/** Lambda of the region that the function's ARN names. */
export function lambdaBackend(cloud: Cloud): Backend {
  const services = new Map<string, LambdaService>();
  const serviceOf = (functionArn: string): LambdaService => {
    let service = services.get(functionArn);
    if (!service) {
      service = lambda(cloud, functionArn.split(":")[3] ?? "");
      services.set(functionArn, service);
    }
    return service;
  };
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
export async function integrate(cloud: Cloud, backend: Backend, { method, event, sourceArn, region }: Call): Promise<Response> {
  const { functionArn, timeoutMs } = method;
  if (functionArn === undefined || !backend.allows(functionArn, SERVICE, sourceArn)) {
    cloud.kernel.record("apigateway.not-permitted", { region, function: functionArn ?? "none", sourceArn });
    throw new Rejection("API_CONFIGURATION_ERROR", INTERNAL);
  }
  let outcome: Timed<Result>;
  try {
    outcome = await within(cloud.kernel, timeoutMs, backend.invoke(functionArn, event, { region, principal: SERVICE }));
  } catch (error) {
    if (error instanceof AwsError || error instanceof ConnectionRefused || error instanceof InjectedError) {
      throw new Rejection("INTEGRATION_FAILURE", INTERNAL, 500);
    }
    throw error;
  }
  if (outcome.timedOut) throw new Rejection("INTEGRATION_TIMEOUT", "Endpoint request timed out");
  const response = outcome.value.functionError ? undefined : httpResponse(outcome.value.payload);
  if (!response) throw new Rejection("INTEGRATION_FAILURE", INTERNAL, 502);
  return response;
}

const MEMBERS = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);

/** The function's answer; undefined where it is malformed. "Lambda proxy integrations in API Gateway", output format: no member is needed, no other allowed. */
export function httpResponse(payload: unknown): Response | undefined {
  if (!isObject(payload)) return undefined;
  for (const name of Object.keys(payload)) if (!MEMBERS.has(name)) return undefined;
  const { statusCode = 200, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const all = responseHeaders(headers, multiValueHeaders);
  if (!all) return undefined;
  const text = typeof body === "string" ? body : "";
  return { status, headers: all, body: isBase64Encoded === true ? Buffer.from(text, "base64").toString("utf8") : text };
}
