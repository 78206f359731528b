import { createHandler as processHandler } from "../../../lambda/process/handler";
import type { ApiEvent } from "../../../lambda/shared/http";
import { createHandler as validateHandler } from "../../../lambda/validate/handler";
import { ask, fakeRuntime } from "../../helpers/runtime";

const BODY = { customerId: "c1", amount: 1200, currency: "EUR", reference: "invoice 7" };
const HEADERS = { "Content-Type": "application/json", "Idempotency-Key": "k1" };

interface Attack {
  readonly name: string;
  readonly event: ApiEvent;
  readonly status: number;
  readonly code: string;
  /** The fields that the details name. */
  readonly fields?: readonly string[];
}

const json = (text: string): ApiEvent => ({ headers: HEADERS, body: text });
const withBody = (changes: object): ApiEvent => json(JSON.stringify({ ...BODY, ...changes }));
const withHeaders = (headers: Record<string, string>): ApiEvent => ({ headers, body: JSON.stringify(BODY) });
const invalid = (name: string, event: ApiEvent, ...fields: string[]): Attack => ({ name, event, status: 400, code: "INVALID_REQUEST", fields });
const malformed = (name: string, event: ApiEvent): Attack => ({ name, event, status: 400, code: "MALFORMED_JSON", fields: ["body"] });
const refusedType = (name: string, headers: Record<string, string>): Attack => ({
  name, event: withHeaders(headers), status: 415, code: "UNSUPPORTED_MEDIA_TYPE", fields: ["Content-Type"],
});
const noKey = (name: string, headers: Record<string, string>): Attack => ({
  name, event: withHeaders({ "Content-Type": "application/json", ...headers }), status: 400, code: "MISSING_IDEMPOTENCY_KEY", fields: [],
});
const keyed = (key: string): ApiEvent => withHeaders({ ...HEADERS, "Idempotency-Key": key });
const amountText = (text: string): ApiEvent => json(`{"customerId":"c1","currency":"EUR","amount":${text}}`);

const ATTACKS: readonly Attack[] = [
  malformed("no body", { headers: HEADERS, body: null }),
  malformed("an empty body", json("")),
  malformed("a body that breaks off", json('{"customerId":"c1"')),
  malformed("a body with a trailing comma", json('{"customerId":"c1",}')),
  malformed("NaN", amountText("NaN")),
  malformed("a hexadecimal amount", amountText("0x10")),
  malformed("form data", json("customerId=c1&amount=5")),
  malformed("bytes that are not UTF-8", { headers: HEADERS, body: Buffer.from([0x22, 0xff, 0x22]).toString("base64"), isBase64Encoded: true }),
  invalid("null", json("null"), "body"),
  invalid("an array", json(JSON.stringify([BODY])), "body"),
  invalid("a string", json(JSON.stringify(JSON.stringify(BODY))), "body"),
  invalid("a number", json("7"), "body"),
  invalid("an empty object, all its errors at once", json("{}"), "customerId", "amount", "currency"),
  invalid("a field given twice", json('{"customerId":"c1","amount":1,"currency":"EUR","amount":100}'), "amount"),
  invalid("a field given twice in disguise", json('{"customerId":"c1","amount":1,"currency":"EUR","\\u0061mount":100}'), "amount"),
  invalid("an unknown field", withBody({ note: "x" }), "note"),
  invalid("a field in the wrong case", withBody({ Amount: 5 }), "Amount"),
  invalid("__proto__ with all the fields", json('{"__proto__":{"customerId":"c1","amount":1,"currency":"EUR"}}'), "customerId", "amount", "currency", "__proto__"),
  invalid("constructor", json('{"customerId":"c1","amount":1,"currency":"EUR","constructor":{"prototype":{"x":1}}}'), "constructor"),
  invalid("no customer", withBody({ customerId: undefined }), "customerId"),
  invalid("an empty customer", withBody({ customerId: "" }), "customerId"),
  invalid("a customer of 65 characters", withBody({ customerId: "c".repeat(65) }), "customerId"),
  invalid("a customer with a space", withBody({ customerId: "c 1" }), "customerId"),
  invalid("a customer with a line break at the end", withBody({ customerId: "c1\n" }), "customerId"),
  invalid("a customer that is a number", withBody({ customerId: 1 }), "customerId"),
  invalid("a customer that is an array of one", withBody({ customerId: ["c1"] }), "customerId"),
  invalid("a negative amount", withBody({ amount: -1 }), "amount"),
  invalid("an amount of zero", withBody({ amount: 0 }), "amount"),
  invalid("an amount of minus zero", amountText("-0"), "amount"),
  invalid("a fractional amount", withBody({ amount: 10.5 }), "amount"),
  invalid("an amount above the limit", withBody({ amount: 1_000_000_000_000 }), "amount"),
  invalid("an amount that overflows", amountText("1e400"), "amount"),
  invalid("an amount as text", withBody({ amount: "1200" }), "amount"),
  invalid("an amount that is null", withBody({ amount: null }), "amount"),
  invalid("an amount that is true", withBody({ amount: true }), "amount"),
  invalid("an amount that is an object", withBody({ amount: { value: 5 } }), "amount"),
  invalid("an unknown currency", withBody({ currency: "ZZZ" }), "currency"),
  invalid("a withdrawn currency", withBody({ currency: "HRK" }), "currency"),
  invalid("a currency in lower case", withBody({ currency: "eur" }), "currency"),
  invalid("gold, which has no minor unit", withBody({ currency: "XAU" }), "currency"),
  invalid("a currency named like a member of every object", withBody({ currency: "toString" }), "currency"),
  invalid("a reference of 141 characters", withBody({ reference: "r".repeat(141) }), "reference"),
  invalid("a reference with a control character", withBody({ reference: "a\u0000b" }), "reference"),
  invalid("a reference with a line break", withBody({ reference: "a\nb" }), "reference"),
  invalid("a reference that turns the text's direction", withBody({ reference: "a\u202eb" }), "reference"),
  invalid("a reference with half a character", json('{"customerId":"c1","amount":1,"currency":"EUR","reference":"\\ud800"}'), "reference"),
  invalid("a reference that is null", withBody({ reference: null }), "reference"),
  noKey("no idempotency key", {}),
  noKey("an empty key", { "Idempotency-Key": "" }),
  noKey("a blank key", { "Idempotency-Key": "  " }),
  invalid("an over-long key", keyed("k".repeat(256)), "Idempotency-Key"),
  invalid("a key with an accent", keyed("clé"), "Idempotency-Key"),
  invalid("a key with a tab", keyed("a\tb"), "Idempotency-Key"),
  invalid("a key sent twice", { ...withBody({}), multiValueHeaders: { "Content-Type": ["application/json"], "Idempotency-Key": ["k1", "k1"] } }, "Idempotency-Key"),
  invalid("a key sent twice in two cases", { ...withBody({}), multiValueHeaders: { "Content-Type": ["application/json"], "Idempotency-Key": ["k1"], "idempotency-key": ["k2"] } }, "Idempotency-Key"),
  invalid("a bad key and a bad field together", { headers: { ...HEADERS, "Idempotency-Key": "k\u0007" }, body: JSON.stringify({ ...BODY, amount: 0 }) }, "Idempotency-Key", "amount"),
  refusedType("no content type", { "Idempotency-Key": "k1" }),
  refusedType("plain text", { ...HEADERS, "Content-Type": "text/plain" }),
  refusedType("a type that only begins like JSON", { ...HEADERS, "Content-Type": "application/json-patch+json" }),
  { name: "two content types", event: { ...withBody({}), multiValueHeaders: { "content-type": ["application/json", "text/plain"], "idempotency-key": ["k1"] } }, status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  { name: "a body one byte too large", event: json(`"${"x".repeat(16_383)}"`), status: 413, code: "TOO_LARGE", fields: ["body"] },
  { name: "a body whose bytes, not characters, are too many", event: json(`"${"é".repeat(8_192)}"`), status: 413, code: "TOO_LARGE" },
  { name: "a large body in base64", event: { headers: HEADERS, body: Buffer.alloc(16_385, 32).toString("base64"), isBase64Encoded: true }, status: 413, code: "TOO_LARGE" },
  { name: "a large body before its missing key", event: { headers: { "Content-Type": "application/json" }, body: "x".repeat(20_000) }, status: 413, code: "TOO_LARGE" },
];

describe.each([
  { route: "POST /payments", createHandler: processHandler },
  { route: "POST /payments/validate", createHandler: validateHandler },
])("$route", ({ createHandler }) => {
  test.each(ATTACKS)("refuses $name and stores nothing", async ({ event, status, code, fields }) => {
    const { runtime, calls, lines } = fakeRuntime();
    const answer = await ask(createHandler(runtime), event);
    expect(answer).toMatchObject({ status, body: { error: { code }, requestId: "api-1" } });
    const { details = [] } = answer.body["error"] as { details?: { field: string }[] };
    if (fields) expect(details.map(({ field }) => field)).toEqual(fields);
    expect(calls).toEqual([]);
    expect(lines).toEqual([]);
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.ts:/);
  });

  test("echoes at most 40 characters of what was sent, whatever was sent", async () => {
    const { runtime } = fakeRuntime();
    const long = "z".repeat(300);
    const answer = await ask(createHandler(runtime), withBody({ customerId: long, currency: long, amount: long, [long]: 1 }));
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toMatch(/z{41}/);
  });

  test("names a bounded number of errors for a body full of unknown fields", async () => {
    const { runtime } = fakeRuntime();
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 0]));
    const answer = await ask(createHandler(runtime), withBody(fields));
    const { details } = answer.body["error"] as { details: unknown[] };
    expect(details).toHaveLength(20);
  });
});

describe("POST /payments/validate", () => {
  test.each([
    ["a payment", withBody({})],
    ["no reference", withBody({ reference: undefined })],
    ["an integer written as 1e3", amountText("1e3")],
    ["an integer written as 1.0", amountText("1.0")],
    ["the largest amount", withBody({ amount: 999_999_999_999 })],
    ["the smallest amount", withBody({ amount: 1 })],
    ["a reference of 140 characters outside the BMP", withBody({ reference: "😀".repeat(140) })],
    ["a charset", withHeaders({ ...HEADERS, "Content-Type": "Application/JSON; charset=utf-8" })],
    ["header names in lower case", withHeaders({ "content-type": "application/json", "idempotency-key": "k1" })],
    ["a key of 255 characters", keyed("k".repeat(255))],
    ["a body in base64", { headers: HEADERS, body: Buffer.from(JSON.stringify(BODY)).toString("base64"), isBase64Encoded: true }],
    ["a body of exactly 16 kB", json(JSON.stringify(BODY).padEnd(16_384))],
  ])("accepts %s without touching the table", async (_name, event) => {
    const { runtime, calls } = fakeRuntime();
    const answer = await ask(validateHandler(runtime), event);
    expect(answer).toMatchObject({ status: 200, body: { valid: true } });
    expect(calls).toEqual([]);
  });
});
