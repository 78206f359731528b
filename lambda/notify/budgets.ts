import type { CallBudget } from "../shared/runtime";

/** One call to S3 or SNS: nobody waits for a receipt, so attempts may take longer than a payment's. */
export const DERIVE_BUDGET: CallBudget = { connectMs: 500, requestMs: 2000, attempts: 3, baseMs: 100, capMs: 1000 };

/** Puts of one receipt that S3 answers with 409: somebody else is writing it, which ends in 412 soon. */
export const CONFLICT_ATTEMPTS = 4;
export const CONFLICT_PAUSE_MS = 200;

/** Records that are worked on at the same time. */
export const PARALLEL = 10;

/** The most that one record may take: its two calls with all their attempts. Less time left = not begun, but reported. */
export const RECORD_LIMIT_MS = 16_000;
