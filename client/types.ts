import type { Payment, PaymentRequest } from "../lambda/shared/payment";

export type { Payment, PaymentRequest } from "../lambda/shared/payment";

/** AWS credentials; temporary ones must come from a regional STS endpoint, since SigV4A takes no others. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials, or what gives fresh ones: asked before every attempt. */
export type CredentialSource = Credentials | (() => Promise<Credentials>);

/** A payment to be made. */
export interface PayInput extends PaymentRequest {
  /** 1 to 255 printable ASCII characters. The same key and fields are one payment, in whichever region; invented where it is missing. */
  readonly idempotencyKey?: string;
}

/** What went wrong, in the API's words or the client's own. */
export interface Problem {
  /** The API's error code, or TIMEOUT, CONNECTION_FAILED, DNS_FAILED, UNREADABLE_ANSWER, NO_CREDENTIALS, DEADLINE. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly details?: unknown;
}

interface Call {
  /** HTTP requests that were sent for it. */
  readonly attempts: number;
}

/**
 * What no repetition can change, and what nobody knows yet.
 * - `unavailable`: certainly nothing happened; try again later.
 * - `unknown`: it may have happened; repeat it with the same key and fields.
 * - `forbidden`: the signature or the permission; nothing happened.
 */
export type Refused = Call & { readonly outcome: "invalid" | "forbidden" | "unavailable"; readonly problem: Problem };

export type PayResult = { readonly idempotencyKey: string } & (
  | (Call & { readonly outcome: "accepted" | "repeated"; readonly payment: Payment; readonly hostname: string })
  | (Call & { readonly outcome: "conflict" | "unknown"; readonly problem: Problem })
  | Refused
);

export type ReadResult = (Call & { readonly outcome: "found"; readonly payment: Payment }) | (Call & { readonly outcome: "missing" }) | Refused;

export interface ListInput {
  readonly customerId: string;
  /** 1 to 100. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly next?: string;
}

export type ListResult =
  | (Call & { readonly outcome: "listed"; readonly payments: readonly Payment[]; readonly next?: string; /** New payments take a moment to show. */ readonly consistency: "eventual" })
  | Refused;

export type ValidateResult = (Call & { readonly outcome: "valid" }) | Refused;

/** Times in milliseconds. */
export interface Budget {
  /** A call ends after this long, whatever it has learned. */
  readonly deadlineMs: number;
  /** An attempt without an answer is given up after this long. */
  readonly attemptMs: number;
  /** With two hostnames: the other one is asked too when no answer has come after this long. */
  readonly hedgeAfterMs: number;
  /** The n-th pause is drawn from [0, min(capMs, baseMs * 2^n)): full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"). */
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** After so many failed attempts in a row a hostname is left alone for `openMs`, then twice as long, up to a minute. */
  readonly breaker: { readonly failures: number; readonly openMs: number };
}

/** A client that follows DNS outlasts a failover; one that knows both hostnames need not. */
export const DNS_BUDGET: Budget = {
  deadlineMs: 60_000,
  attemptMs: 3_000,
  hedgeAfterMs: 3_000,
  backoff: { baseMs: 200, capMs: 2_000 },
  breaker: { failures: 2, openMs: 5_000 },
};

export const BOTH_HOSTNAMES_BUDGET: Budget = { ...DNS_BUDGET, deadlineMs: 5_000, attemptMs: 2_000, hedgeAfterMs: 400, backoff: { baseMs: 50, capMs: 500 } };
