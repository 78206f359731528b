import { LIMITS, STATUSES } from "../shared/constants";
import { ApiError, cut, type FieldError } from "../shared/errors";
import { queryValues, type ApiEvent } from "../shared/http";
import type { Payment } from "../shared/payment";
import { advance, decodeCursor, encodeCursor, isCustomerId, isDate, isStatus, type ListOf, type Positions } from "./cursor";

/** A page that is asked for. */
export interface PageRequest {
  readonly list: ListOf;
  readonly limit: number;
  readonly positions: Positions;
}

/** A page as it was read: at most `limit` payments, and whether there are more. */
export interface Page {
  readonly payments: readonly Payment[];
  readonly more: boolean;
}

const PARAMETERS = ["customerId", "status", "date", "limit", "next"] as const;
type Parameter = (typeof PARAMETERS)[number];
type Parameters = Partial<Record<Parameter, string>>;

const isParameter = (name: string): name is Parameter => PARAMETERS.some((known) => known === name);

/** The list and page that a query asks for. Throws ApiError with all errors at once. */
export function parseQuery(event: ApiEvent): PageRequest {
  const errors: FieldError[] = [];
  const given = parameters(event, errors);
  const list = listOf(given, errors);
  const limit = given.limit === undefined ? LIMITS.pageDefault : /^\d{1,3}$/.test(given.limit) ? Number(given.limit) : 0;
  if (limit < 1 || limit > LIMITS.pageMax) {
    errors.push({ field: "limit", given: cut(given.limit ?? ""), allowed: `an integer, 1 to ${LIMITS.pageMax}` });
  }
  const positions = list && given.next !== undefined ? decodeCursor(list, given.next) : new Map();
  if (!positions) {
    errors.push({ field: "next", given: cut(given.next ?? ""), allowed: "the value of next in the last answer to this very query" });
  }
  if (!list || !positions || errors.length > 0) throw new ApiError("INVALID_REQUEST", "The query has errors, see details.", errors);
  return { list, limit, positions };
}

function parameters(event: ApiEvent, errors: FieldError[]): Parameters {
  const given: Parameters = {};
  for (const [name, values] of queryValues(event)) {
    if (!isParameter(name)) {
      errors.push({ field: cut(name), given: "an unknown parameter", allowed: `only ${PARAMETERS.join(", ")}` });
    } else if (values.length !== 1) {
      errors.push({ field: name, given: `${values.length} values`, allowed: "one value" });
    } else {
      given[name] = values[0] ?? "";
    }
  }
  return given;
}

function listOf({ customerId, status, date }: Parameters, errors: FieldError[]): ListOf | undefined {
  const count = errors.length;
  if ((customerId === undefined) === (status === undefined && date === undefined)) {
    const told = customerId === undefined ? "neither" : "both";
    errors.push({ field: "customerId", given: told, allowed: "either customerId, or status and date" });
  }
  const wrong = (field: Parameter, value: string, allowed: string): void => void errors.push({ field, given: cut(value), allowed });
  if (customerId !== undefined && !isCustomerId(customerId)) wrong("customerId", customerId, "1 to 64 of A-Z a-z 0-9 _ -");
  if (status !== undefined && !isStatus(status)) wrong("status", status, STATUSES.join(", "));
  if (date !== undefined && !isDate(date)) wrong("date", date, "a UTC date, e.g. 2026-11-21");
  if (status !== undefined && date === undefined) wrong("date", "nothing", "a UTC date, e.g. 2026-11-21");
  if (date !== undefined && status === undefined && customerId === undefined) wrong("status", "nothing", STATUSES.join(", "));
  if (errors.length > count) return undefined;
  if (customerId !== undefined) return { kind: "customer", customerId };
  return status === undefined || date === undefined ? undefined : { kind: "status", status, date };
}

/** Newest first; payments of one millisecond in the order of their ids. */
const newestFirst = (a: Payment, b: Payment): number =>
  a.createdAt === b.createdAt ? (a.paymentId < b.paymentId ? -1 : 1) : a.createdAt < b.createdAt ? 1 : -1;

/** One page out of pages of several shards, each newest first. Order inside a shard is kept, so that its position holds. */
export function mergePages(pages: readonly Page[], limit: number): Page {
  const queues = pages.map((page) => [...page.payments]);
  const payments: Payment[] = [];
  while (payments.length < limit) {
    let next: Payment[] | undefined;
    for (const queue of queues) {
      const [head] = queue;
      const [best] = next ?? [];
      if (head && (!best || newestFirst(head, best) < 0)) next = queue;
    }
    const payment = next?.shift();
    if (!payment) break;
    payments.push(payment);
  }
  return { payments, more: queues.some((queue) => queue.length > 0) || pages.some((page) => page.more) };
}

/** The answer of a list: indexes are eventually consistent, whatever the table is. */
export function listBody({ list, positions }: PageRequest, { payments, more }: Page): Readonly<Record<string, unknown>> {
  const next = more ? { next: encodeCursor(list, advance(list, positions, payments)) } : {};
  return { payments, ...next, consistency: "eventual" };
}
