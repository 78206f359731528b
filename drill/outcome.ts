import { NoCredentials } from "./credentials";
import type { Failure, Outcome, Payment } from "./history";
import type { ClientResponse } from "./transport";

/** Codes that Node and undici give when no connection was made, so nothing was sent. Anything else may have had an effect. */
const NOTHING_SENT = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"]);

/** An attempt that ended without an answer. */
export function errorOutcome(error: unknown, address: string): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoCredentials) return { type: "fail", value: { code: "NO_CREDENTIALS", message, address } };
  if (error instanceof Error && error.name === "TimeoutError") {
    return { type: "info", value: { code: "TIMEOUT", message, address } };
  }
  return NOTHING_SENT.has(codeOf(error))
    ? { type: "fail", value: { code: "CONNECTION_REFUSED", message, address } }
    : { type: "info", value: { code: "CONNECTION_LOST", message, address } };
}

/** The name did not resolve, so nothing was sent. */
export const dnsOutcome = (error: unknown): Outcome => ({
  type: "fail",
  value: { code: "DNS_FAILED", message: error instanceof Error ? error.message : String(error) },
});

/**
 * The answer to `POST /payments`. 4xx store nothing; 503 UNAVAILABLE says that nothing was stored. Every other 5xx is
 * unknown: the gateway answers 502 and 504 while the function may have written.
 */
export function payOutcome(response: ClientResponse, address: string): Outcome {
  const { status } = response;
  if (status === 200 || status === 201) return successOutcome(response, address);
  const value = failure(response, address);
  const certain = (status >= 400 && status < 500 && status !== 408) || (status === 503 && value.code === "UNAVAILABLE");
  return { type: certain ? "fail" : "info", value };
}

/** The answer to `GET /payments/{id}`. A read has no effect, so whatever is no payment is a `fail`. */
export function readOutcome(response: ClientResponse, address: string): Outcome {
  if (response.status === 200) return successOutcome(response, address);
  return { type: "fail", value: failure(response, address) };
}

function successOutcome(response: ClientResponse, address: string): Outcome {
  const payment = parsePayment(json(response.body));
  if (payment) return { type: "ok", value: { status: response.status, payment, address } };
  const message = `status ${response.status} without a payment: ${response.body.slice(0, 200)}`;
  return { type: "info", value: { code: "UNREADABLE_ANSWER", message, status: response.status, address } };
}

function failure(response: ClientResponse, address: string): Failure {
  const error = field(json(response.body), "error");
  const code = field(error, "code");
  const message = field(error, "message");
  const seconds = Number(header(response, "retry-after"));
  return {
    code: typeof code === "string" ? code : `HTTP_${response.status}`,
    message: typeof message === "string" ? message : response.body.slice(0, 200),
    status: response.status,
    address,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

/** The payment in a decoded answer or item; undefined where a field is missing or has the wrong type. */
export function parsePayment(value: unknown): Payment | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { paymentId, customerId, amount, currency, status, region, createdAt, reference } = value as Readonly<Partial<Record<keyof Payment, unknown>>>; // any object
  if (typeof paymentId !== "string" || typeof customerId !== "string" || typeof currency !== "string" || typeof amount !== "number") return undefined;
  if (typeof status !== "string" || typeof region !== "string" || typeof createdAt !== "string") return undefined;
  const payment = { paymentId, customerId, amount, currency, status, region, createdAt };
  return typeof reference === "string" ? { ...payment, reference } : payment;
}

function header(response: ClientResponse, name: string): string | undefined {
  return Object.entries(response.headers).find(([given]) => given.toLowerCase() === name)?.[1];
}

function codeOf(error: unknown): string {
  const code = field(error, "code") ?? field(field(error, "cause"), "code");
  return typeof code === "string" ? code : "";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined; // any object
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // checked field by field
  } catch {
    return undefined;
  }
}
