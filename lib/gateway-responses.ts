import { RETRY_AFTER_SECONDS } from "../lambda/shared/budgets";
import { outcomeUnknown } from "../lambda/shared/errors";

/** What API Gateway answers by itself, in the API's one error shape. */
interface GatewayError {
  readonly status: number;
  readonly code: string;
  /** Undefined = API Gateway's own words. */
  readonly message?: string;
  readonly retry?: true;
}

const FORBIDDEN: GatewayError = { status: 403, code: "FORBIDDEN" };
const NOT_FOUND: GatewayError = { status: 404, code: "NOT_FOUND", message: "There is no such route." };
const THROTTLED: GatewayError = { status: 429, code: "THROTTLED", retry: true };
/** The function may have accepted the payment before its answer was lost. */
const UNKNOWN: GatewayError = { status: 503, code: "OUTCOME_UNKNOWN", message: outcomeUnknown().message, retry: true };

/** By API Gateway's response types. Developer guide, "API Gateway response types". */
const errors = (auth: "iam" | "none"): Readonly<Record<string, GatewayError>> => ({
  ACCESS_DENIED: FORBIDDEN,
  EXPIRED_TOKEN: FORBIDDEN,
  INVALID_API_KEY: FORBIDDEN,
  INVALID_SIGNATURE: FORBIDDEN,
  UNAUTHORIZED: FORBIDDEN,
  WAF_FILTERED: FORBIDDEN,
  // One type for an unknown route and for a missing signature; without signatures it can only be the former.
  MISSING_AUTHENTICATION_TOKEN: auth === "none" ? NOT_FOUND : FORBIDDEN,
  RESOURCE_NOT_FOUND: NOT_FOUND,
  BAD_REQUEST_BODY: { status: 400, code: "INVALID_REQUEST" },
  BAD_REQUEST_PARAMETERS: { status: 400, code: "MISSING_IDEMPOTENCY_KEY", message: "The header Idempotency-Key is missing." },
  REQUEST_TOO_LARGE: { status: 413, code: "TOO_LARGE" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  THROTTLED,
  QUOTA_EXCEEDED: THROTTLED,
  API_CONFIGURATION_ERROR: UNKNOWN,
  INTEGRATION_FAILURE: UNKNOWN,
  INTEGRATION_TIMEOUT: UNKNOWN,
  DEFAULT_4XX: { status: 400, code: "INVALID_REQUEST" },
  DEFAULT_5XX: UNKNOWN,
});

/** The extension `x-amazon-apigateway-gateway-responses`. */
export function gatewayResponses(auth: "iam" | "none", region: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(errors(auth)).map(([type, error]) => [type, response(error, region)]));
}

function response({ status, code, message, retry }: GatewayError, region: string): Readonly<Record<string, unknown>> {
  // $context.error.messageString brings its own quotation marks. Developer guide, "Variables for … gateway response".
  const words = message === undefined ? "$context.error.messageString" : JSON.stringify(message);
  return {
    statusCode: String(status),
    responseParameters: {
      "gatewayresponse.header.cache-control": "'no-store'",
      "gatewayresponse.header.x-served-by-region": `'${region}'`,
      ...(retry ? { "gatewayresponse.header.retry-after": `'${RETRY_AFTER_SECONDS}'` } : {}),
    },
    responseTemplates: {
      "application/json": `{"error":{"code":"${code}","message":${words}},"requestId":"$context.requestId"}`,
    },
  };
}
