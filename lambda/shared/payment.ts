import { LIMITS } from "./constants";
import { CURRENCIES } from "./currency";
import { cut, shown, type FieldError } from "./errors";

/** What a customer asks for. */
export interface PaymentRequest {
  readonly customerId: string;
  /** Minor units, e.g. cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly reference?: string;
}

/** A payment as the API shows it. Its facts never change; `status` moves forward. */
export interface Payment extends PaymentRequest {
  readonly paymentId: string;
  readonly status: string;
  /** The region that accepted it. */
  readonly region: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
}

interface Field {
  readonly name: keyof PaymentRequest;
  readonly required: boolean;
  readonly allowed: string;
  accepts(value: unknown): boolean;
}

export const CUSTOMER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * No control, format, surrogate, private or unassigned characters, no line or paragraph separators, and no U+FFFD, which
 * API Gateway puts in place of bytes that are no UTF-8.
 */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}\ufffd]*$/u;

const FIELDS: readonly Field[] = [
  {
    name: "customerId",
    required: true,
    allowed: "1 to 64 of A-Z a-z 0-9 _ -",
    accepts: (value) => typeof value === "string" && CUSTOMER_ID.test(value),
  },
  {
    name: "amount",
    required: true,
    allowed: `an integer number of minor units, ${LIMITS.amountMin} to ${LIMITS.amountMax}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= LIMITS.amountMin && Number(value) <= LIMITS.amountMax,
  },
  {
    name: "currency",
    required: true,
    allowed: "an ISO 4217 code in upper case, e.g. USD",
    accepts: (value) => typeof value === "string" && CURRENCIES.has(value),
  },
  {
    name: "reference",
    required: false,
    allowed: `at most ${LIMITS.referenceLength} printable characters`,
    accepts: (value) => typeof value === "string" && PRINTABLE.test(value) && [...value].length <= LIMITS.referenceLength,
  },
];

/** More are not told: an answer stays small whatever is sent. */
const MOST_ERRORS = 20;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All that is wrong with a body; empty where it is a {@link PaymentRequest}. */
export function fieldErrors(body: unknown): readonly FieldError[] {
  const names = FIELDS.map((field) => field.name).join(", ");
  if (!isRecord(body)) return [{ field: "body", given: shown(body), allowed: `a JSON object with the fields ${names}` }];
  const errors: FieldError[] = [];
  for (const field of FIELDS) {
    const value = Object.hasOwn(body, field.name) ? body[field.name] : undefined;
    if (value === undefined ? field.required : !field.accepts(value)) {
      errors.push({ field: field.name, given: shown(value), allowed: field.allowed });
    }
  }
  const known = new Set<string>(FIELDS.map((field) => field.name));
  for (const name of Object.keys(body)) {
    if (!known.has(name)) errors.push({ field: cut(name), given: "an unknown field", allowed: `only ${names}` });
  }
  return errors.slice(0, MOST_ERRORS);
}

/** The request of a body that {@link fieldErrors} found nothing wrong with. */
export function toRequest(body: unknown): PaymentRequest {
  const { customerId, amount, currency, reference } = body as PaymentRequest; // fieldErrors has looked at every field
  return { customerId, amount, currency, ...(reference === undefined ? {} : { reference }) };
}

/** The fields in which a request differs from what the same key asked for first. */
export function differences(request: PaymentRequest, stored: PaymentRequest): readonly FieldError[] {
  return FIELDS.filter(({ name }) => request[name] !== stored[name]).map(({ name }) => ({
    field: name,
    given: shown(request[name]),
    allowed: "what the first request with this key said",
  }));
}
