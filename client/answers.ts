import type { Response } from "./transport";
import { TransportError } from "./transport";
import type { Payment, Problem } from "./types";

/** How one attempt ended. */
export type Answer =
  /** The API has spoken: no repetition changes it. */
  | { readonly kind: "final"; readonly response: Response; readonly hostname: string }
  /** Worth repeating. `certain`: nothing has happened. */
  | { readonly kind: "retry"; readonly certain: boolean; readonly problem: Problem; readonly retryAfterMs: number };

/** Answers that a repetition may change. */
const isFinal = (status: number): boolean => status < 500 && status !== 408 && status !== 429;

/** Judges an answer: 4xx changed nothing, 503 UNAVAILABLE says so of itself, after every other 5xx nobody knows. */
export function judged(response: Response, hostname: string): Answer {
  const { status, headers } = response;
  if (isFinal(status)) return { kind: "final", response, hostname };
  const problem = problemOf(response);
  const seconds = Number(headers["retry-after"]);
  const certain = status === 429 || (status === 503 && problem.code === "UNAVAILABLE");
  return { kind: "retry", certain, problem, retryAfterMs: seconds > 0 ? seconds * 1000 : 0 };
}

/** An attempt without an answer. */
export function unanswered(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof TransportError ? error.kind : "lost";
  const code = kind === "timeout" ? "TIMEOUT" : kind === "unsent" && error instanceof TransportError && /^(ENOTFOUND|EAI_AGAIN|ENODATA)$/.test(error.code) ? "DNS_FAILED" : "CONNECTION_FAILED";
  return { kind: "retry", certain: kind === "unsent", problem: { code, message }, retryAfterMs: 0 };
}

/** There were no credentials to sign with. */
export const unprepared = (error: unknown): Answer => ({
  kind: "retry",
  certain: true,
  problem: { code: "NO_CREDENTIALS", message: error instanceof Error ? error.message : String(error) },
  retryAfterMs: 0,
});

export function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}; // any object
  } catch {
    return {};
  }
}

/** The API's error shape; whatever else came is told by its status. */
export function problemOf({ status, body }: Response): Problem {
  const { error } = parsed(body);
  const { code, message, details } = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {}; // any object
  return {
    code: typeof code === "string" ? code : `HTTP_${status}`,
    message: typeof message === "string" ? message : body.slice(0, 200),
    status,
    ...(details === undefined ? {} : { details }),
  };
}

/** A payment in an answer; undefined where it is none. */
export function paymentOf(value: unknown): Payment | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { paymentId, customerId, amount, currency, status, region, createdAt } = value as Record<string, unknown>; // any object
  const texts = [paymentId, customerId, currency, status, region, createdAt].every((field) => typeof field === "string");
  return texts && typeof amount === "number" ? (value as Payment) : undefined; // its fields were just looked at
}
