import { RETRY_AFTER_SECONDS } from "./budgets";

/** Every code of the API that the functions answer, with its HTTP status. README "The API". */
export const ERROR_STATUS = {
  MALFORMED_JSON: 400,
  INVALID_REQUEST: 400,
  MISSING_IDEMPOTENCY_KEY: 400,
  NOT_FOUND: 404,
  IDEMPOTENCY_CONFLICT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAVAILABLE: 503,
  OUTCOME_UNKNOWN: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** One thing wrong with a request. `given` is cut to 40 characters: a request is never echoed whole. */
export interface FieldError {
  readonly field: string;
  readonly given: string;
  readonly allowed: string;
}

/** An answer other than success. Its message is for the API's user and holds nothing of the system's inside. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Seconds; set for 503. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: readonly FieldError[] = [],
  ) {
    super(message);
    this.status = ERROR_STATUS[code];
    this.retryAfter = this.status === 503 ? RETRY_AFTER_SECONDS : undefined;
  }
}

export const unavailable = (): ApiError => new ApiError("UNAVAILABLE", "The service cannot answer now. Nothing was changed; try again.");

export const outcomeUnknown = (): ApiError =>
  new ApiError("OUTCOME_UNKNOWN", "It is not known whether the payment was accepted. Repeat the request with the same Idempotency-Key.");

const ECHO_LIMIT = 40;

/** Text of a request as an error may show it: at most 40 characters. */
export const cut = (text: string): string => (text.length <= ECHO_LIMIT ? text : `${text.slice(0, ECHO_LIMIT - 1)}…`);

/** A JSON value of a request as an error may show it. */
export const shown = (value: unknown): string => (value === undefined ? "nothing" : cut(JSON.stringify(value)));
