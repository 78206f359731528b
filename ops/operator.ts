import type { AuditOutcome, Json } from "../lambda/shared/audit";
import type { Clock, Random } from "../lambda/shared/clock";
import { within } from "../lambda/shared/deadline";
import { property } from "../lambda/shared/property";
import type { ClientClass } from "../lambda/shared/runtime";
import type { OperationRefusal } from "../lambda/switch/operate";
import type { StackOutputs } from "../platform/stack";

/**
 * All that an operator's command takes from its surroundings: AWS, the running twin, or a twin in virtual time. Data
 * planes only: SDK calls to tables and metrics, the DNS answer, the regions' health routes.
 */
export interface OperatorAccess {
  readonly outputs: StackOutputs;
  readonly clock: Clock;
  /** For names of writes, canaries and lines of the trail; nothing is secret. */
  readonly random: Random;
  /** An SDK client of a region. */
  client<C>(type: ClientClass<C>, region: string): C;
  /** The target of a name's CNAME as DNS answers it now. Rejects where there is none. */
  cname(host: string): Promise<string>;
  /** `GET` of a region's own host. Rejects where nothing answers. */
  get(host: string, path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** One line of progress for people. */
  out(line: string): void;
}

/** Milliseconds that any call may take, retries included. */
export const CALL_MS = 5_000;

/** Waits for a call at most {@link CALL_MS} of the operator's time. */
export const timed = <T>(access: Pick<OperatorAccess, "clock">, what: string, work: Promise<T>): Promise<T> => within(access.clock, CALL_MS, what, work);

/** What an error says to people; the SDK's HTTP client puts its own name before it. */
export const whyOf = (error: unknown): string => String(property(error, "message") ?? error).replace(/^@smithy\/\S+ - \[\w+\] /, "");

/** Random letters and digits. */
export const token = (random: Random): string => Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);

/** What was done, or found, in the order of time. The trail has the same lines. */
export interface Step {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string;
  readonly outcome: AuditOutcome;
  readonly text: string;
  readonly details?: Readonly<Record<string, Json>>;
}

/** Why an operation did not begin, beside what the latch's own table refuses. The runbook says what to do about each. */
export const REFUSALS = [
  "REASON_MISSING",
  "LATCH_UNREADABLE",
  "CHANGED_MEANWHILE",
  "SECONDARY_UNHEALTHY",
  "PRIMARY_UNHEALTHY",
  "OBSERVER_UNREADABLE",
  "OBSERVER_STALE",
  "PRIMARY_TOO_YOUNG",
  "REPLICATION_BEHIND",
] as const;
export type RefusalCode = OperationRefusal | (typeof REFUSALS)[number];

/** Why an operation that had begun did not end as it should. The latch has moved, or may have. */
export const FAILURES = ["WRITE_UNKNOWN", "DNS_NOT_FOLLOWED", "LAPSED", "RETURN_FAILED", "CALLED_OFF"] as const;
export type FailureCode = (typeof FAILURES)[number];

/** How an operation ended. Times in milliseconds. */
export type OperationResult =
  | {
      readonly outcome: "done";
      readonly steps: readonly Step[];
      /** From the latch's write to the DNS answer, as this resolver sees it. */
      readonly dnsAfterMs: number;
      /** From the first step to the last. */
      readonly tookMs: number;
    }
  | { readonly outcome: "refused"; readonly code: RefusalCode; readonly why: string; readonly steps: readonly Step[] }
  | { readonly outcome: "failed"; readonly code: FailureCode; readonly why: string; readonly steps: readonly Step[] };

/** Ends an operation early; {@link runOperation} makes the result of it. */
export class Stop extends Error {
  override readonly name = "Stop";
  constructor(
    readonly outcome: "refused" | "failed",
    readonly code: RefusalCode | FailureCode,
    readonly step: string,
    why: string,
  ) {
    super(why);
  }
}

export const refuse = (code: RefusalCode, step: string, why: string): Stop => new Stop("refused", code, step, why);
export const fail = (code: FailureCode, step: string, why: string): Stop => new Stop("failed", code, step, why);

/** Shorter ones say nothing to whoever reads the trail later. */
export const REASON_LENGTH = 10;
