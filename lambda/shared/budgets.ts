import type { CallBudget } from "./runtime";

/**
 * How long calls may take: three attempts of at most 1 s and two pauses of at most 400 ms end before
 * {@link PAYMENT_DEADLINE_MS}, and that before the function's 6 s.
 */
export const PAYMENT_BUDGET: CallBudget = { connectMs: 300, requestMs: 1000, attempts: 3, baseMs: 50, capMs: 400 };

/** The end of a payment's table call whatever the SDK does, e.g. with an answer whose body never ends. */
export const PAYMENT_DEADLINE_MS = 4500;

/** The health write: one attempt, since a verdict that needed retries is no good news. */
export const HEALTH_BUDGET: CallBudget = { connectMs: 300, requestMs: 800, attempts: 1, baseMs: 0, capMs: 0 };

/** The end of a health write whatever the SDK does; the route as a whole stays under 1.5 s. */
export const HEALTH_DEADLINE_MS = 1000;

/**
 * The switch's reads and writes of its item. A Route 53 checker waits 2 s for an answer after it has connected (Route 53
 * developer guide, "How Amazon Route 53 determines whether a health check is healthy"): 500 + 800 + 500 ms fit.
 */
export const CONTROL_BUDGET: CallBudget = { connectMs: 300, requestMs: 500, attempts: 1, baseMs: 0, capMs: 0 };

/** The end of each of the switch's calls, DNS too. */
export const CONTROL_DEADLINE_MS = 500;

/** What the observer tells: nobody waits for it, and it is worth three attempts. */
export const ANNOUNCE_BUDGET: CallBudget = { connectMs: 300, requestMs: 1000, attempts: 3, baseMs: 50, capMs: 400 };

/** The end of each of them whatever the SDK does. */
export const ANNOUNCE_DEADLINE_MS = 4000;

/** What 503 answers advise. The failover takes longer, but the next attempt may meet the other region. */
export const RETRY_AFTER_SECONDS = 1;
