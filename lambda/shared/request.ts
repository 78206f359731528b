import { IDEMPOTENCY_HEADER, LIMITS } from "./constants";
import { ApiError, cut, type FieldError } from "./errors";
import { headerValues, type ApiEvent } from "./http";
import { repeatedFields } from "./json";
import { fieldErrors, toRequest, type PaymentRequest } from "./payment";

/** A request to pay that is in order. */
export interface KeyedRequest {
  readonly request: PaymentRequest;
  /** The idempotency key. */
  readonly key: string;
}

/**
 * Validates a request to pay: media type, size, JSON, key, fields, in this order; the key's and all fields' errors are told
 * together. Everything is checked here although API Gateway has a model: it validates only where the content type matches one.
 * Throws ApiError.
 */
export function parsePayment(event: ApiEvent): KeyedRequest {
  checkMediaType(event);
  const body = parseBody(bodyText(event));
  const keys = headerValues(event, IDEMPOTENCY_HEADER);
  const [key = ""] = keys;
  if (keys.length < 2 && key.trim() === "") {
    throw new ApiError("MISSING_IDEMPOTENCY_KEY", `Send the header ${IDEMPOTENCY_HEADER}: a value of your own that is the same in every repeat of this payment.`);
  }
  const errors = [...keyErrors(keys), ...body.errors];
  if (errors.length > 0) throw new ApiError("INVALID_REQUEST", "The request has errors, see details.", errors);
  return { request: toRequest(body.value), key };
}

function checkMediaType(event: ApiEvent): void {
  const given = headerValues(event, "Content-Type");
  const type = given[0]?.split(";")[0]?.trim().toLowerCase();
  if (given.length === 1 && type === "application/json") return;
  const told = given.length === 0 ? "nothing" : cut(given.join(", "));
  throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the payment as JSON.", [
    { field: "Content-Type", given: told, allowed: "application/json" },
  ]);
}

/** Keeps nothing from one body to the next. */
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** The body as text. The limit counts bytes, so that it does not depend on the alphabet. */
function bodyText(event: ApiEvent): string {
  const raw = event.body ?? "";
  const bytes = event.isBase64Encoded ? Buffer.from(raw, "base64") : Buffer.from(raw, "utf8");
  if (bytes.length > LIMITS.bodyBytes) {
    throw new ApiError("TOO_LARGE", "The body is too large.", [
      { field: "body", given: `${bytes.length} bytes`, allowed: `at most ${LIMITS.bodyBytes} bytes` },
    ]);
  }
  try {
    return UTF8.decode(bytes);
  } catch {
    throw malformed("bytes that are not UTF-8");
  }
}

const malformed = (given: string): ApiError =>
  new ApiError("MALFORMED_JSON", "The body is not JSON.", [{ field: "body", given, allowed: "one JSON object in UTF-8" }]);

function parseBody(text: string): { readonly value: unknown; readonly errors: readonly FieldError[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(text.trim() === "" ? "nothing" : `${text.length} characters that do not parse`);
  }
  const repeated = repeatedFields(text).map((name) => ({ field: cut(name), given: "the field more than once", allowed: "each field once" }));
  return { value, errors: [...repeated, ...fieldErrors(value)] };
}

function keyErrors(keys: readonly string[]): readonly FieldError[] {
  const allowed = `one value of 1 to ${LIMITS.keyLength} printable ASCII characters`;
  const error = (given: string): FieldError[] => [{ field: IDEMPOTENCY_HEADER, given, allowed }];
  if (keys.length > 1) return error(`${keys.length} values`);
  const [key = ""] = keys;
  if (key.length > LIMITS.keyLength) return error(`${key.length} characters`);
  if (!/^[\x20-\x7e]+$/.test(key)) return error("characters outside printable ASCII");
  return [];
}
