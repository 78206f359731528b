import type { RequestParts } from "../../helpers/system-socket";

/** Every code of the API with its status. README "The API". */
export const STATUS_OF: Readonly<Record<string, number>> = {
  MALFORMED_JSON: 400,
  INVALID_REQUEST: 400,
  MISSING_IDEMPOTENCY_KEY: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  IDEMPOTENCY_CONFLICT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  THROTTLED: 429,
  UNAVAILABLE: 503,
  OUTCOME_UNKNOWN: 503,
};

export type Case = readonly [name: string, request: RequestParts, code: string];

/** A good payment as text, with one text replaced by another. */
export const body = (from = "", to = ""): string => '{"customerId":"c1","amount":1250,"currency":"EUR","reference":"r"}'.replace(from, to);
const get = (target: string, more: RequestParts = {}): RequestParts => ({ method: "GET", target, headers: { "content-type": undefined, "idempotency-key": undefined }, ...more });
const header = (name: string, value: string | readonly string[] | undefined): RequestParts => ({ body: body(), headers: { [name]: value } });
const type = (value: string | readonly string[] | undefined): RequestParts => header("content-type", value);
const key = (value: string | readonly string[] | undefined): RequestParts => header("idempotency-key", value);
const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const ID = `pay_${"a".repeat(52)}`;
const NOON = "2026-11-21T12:00:00.000Z";
const bytes = (...parts: readonly (string | readonly number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as string))); // Buffer.from takes either
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const amount = (given: string): Case => [`the amount ${given}`, { body: body("1250", given) }, "INVALID_REQUEST"];
const amounts = ["0", "-1", "-0", "12.5", "1000000000000", "9007199254740993", "1e400", "-1e400", "1e-7", '"1250"', '"1e3"', '""', "NaN", "Infinity", "0x10", "1_000", "01", "+1", ".5", "null", "true", "[1250]", '{"N":"1"}', "1250n"].map(amount);

const currency = (given: string): Case => [`the currency ${given}`, { body: body('"EUR"', given) }, "INVALID_REQUEST"];
const currencies = ['"XYZ"', '"eur"', '"EURO"', '""', '"EU\\u0000"', '"ЕUR"', "978", "null", '["EUR"]'].map(currency);

const customer = (given: string): Case => [`the customer ${given.slice(0, 30)}`, { body: body('"c1"', given) }, "INVALID_REQUEST"];
const customers = ['""', '"a b"', '"a/b"', '"é"', `"${"c".repeat(65)}"`, "1", "null", '{"$ne":null}', '"c1\\n"', '"health#us-east-1"'].map(customer);

const text = (name: string, given: string): Case => [`a reference with ${name}`, { body: body('"r"', given) }, "INVALID_REQUEST"];
const references = [
  text("a NUL", '"a\\u0000b"'),
  text("a line break", '"a\\nb"'),
  text("a bidirectional override", '"a\\u202eb"'),
  text("a lone surrogate", '"\\ud800"'),
  text("141 characters", `"${"x".repeat(141)}"`),
  text("141 astral characters", `"${"😀".repeat(141)}"`),
  text("20 kB", `"${"x".repeat(20_000)}"`),
  text("a number", "7"),
];

const json = (name: string, sent: string | Uint8Array): Case => [name, { body: sent }, "INVALID_REQUEST"];
const bodies: readonly Case[] = [
  json("no body", ""),
  json("white space for a body", "   "),
  json("half a body", '{"customerId":"c1","amo'),
  json("a body with more behind it", `${body()}{}`),
  json("a comma too many", body('"r"}', '"r",}')),
  json("comments", `/* */${body()}`),
  json("single quotes", body().replaceAll('"', "'")),
  json("a byte order mark", `\ufeff${body()}`),
  json("UTF-16", Buffer.from(body(), "utf16le")),
  json("a raw NUL in a text", body('"r"', '"a\u0000b"')),
  json("NULs around the body", `\u0000${body()}\u0000`),
  json("a zip bomb's first bytes", bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])),
  json("invalid UTF-8 outside a text", bytes([0xc3, 0x28], body())),
  json("an array", `[${body()}]`),
  json("a text", '"pay"'),
  json("null", "null"),
  json("a number", "1"),
  json("an empty object", "{}"),
  json("a payment without its currency", body(',"currency":"EUR"', "")),
  json("an unknown field", body('"r"', '"r","x":1')),
  json("a field in another case", body("amount", "Amount")),
  json("the server's own fields", body('"r"', '"r","status":"SETTLED","paymentId":"pay_a"')),
  json("a field given twice", body('"amount":1250', '"amount":1250,"amount":1')),
  json("a field given twice, once in escapes", body('"amount":1250', '"amount":1250,"\\u0061mount":1')),
  json("a polluted prototype", body('"r"', '"r","__proto__":{"amount":1}')),
  json("nothing but a prototype", `{"__proto__":${body()}}`),
  json("a constructor", body('"r"', '"r","constructor":{"prototype":{"isAdmin":true}}')),
  json("a hundred thousand unknown fields", `{${Array.from({ length: 100_000 }, (_, index) => `"f${index}":0`).join(",")}}`),
  json("five unknown levels", body('"r"', '"r","x":[[[[[]]]]]')),
  json("invalid UTF-8 in a text", bytes(body('"r"}', '"'), [0xff, 0xfe], '"}')),
  json("an unknown field of six thousand levels", body('"r"', `"r","x":${nested(6_000)}`)),
  json("eight thousand levels", nested(8_000)),
  json("half a million levels", nested(500_000)),
  json("a reference of six thousand levels", body('"r"', nested(6_000))),
  ["white space up to 17 kB", { body: body() + " ".repeat(17_000) }, "TOO_LARGE"],
  ["white space up to 7 MB, more than Lambda takes", { body: body() + " ".repeat(7_000_000) }, "TOO_LARGE"],
  ["11 MB, more than API Gateway takes", { body: body() + " ".repeat(11_000_000) }, "TOO_LARGE"],
  ["compressed JSON", { body: bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), headers: { "content-encoding": "gzip" } }, "INVALID_REQUEST"],
];

const types: readonly Case[] = [
  ["no content type", type(undefined), "UNSUPPORTED_MEDIA_TYPE"],
  ["an empty content type", type(""), "UNSUPPORTED_MEDIA_TYPE"],
  ["a form", { body: "customerId=c1&amount=1", headers: { "content-type": "application/x-www-form-urlencoded" } }, "UNSUPPORTED_MEDIA_TYPE"],
  ["text", type("text/plain"), "UNSUPPORTED_MEDIA_TYPE"],
  ["a relative of JSON", type("application/json-patch+json"), "UNSUPPORTED_MEDIA_TYPE"],
  ["XML with an entity", { body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', headers: { "content-type": "application/xml" } }, "UNSUPPORTED_MEDIA_TYPE"],
  ["two content types", type(["application/json", "text/plain"]), "UNSUPPORTED_MEDIA_TYPE"],
  ["no JSON and not called so", { body: "{", headers: { "content-type": "text/json" } }, "UNSUPPORTED_MEDIA_TYPE"],
];

const keys: readonly Case[] = [
  ["no key", key(undefined), "MISSING_IDEMPOTENCY_KEY"],
  ["an empty key", key(""), "MISSING_IDEMPOTENCY_KEY"],
  ["a key of spaces", key("   "), "MISSING_IDEMPOTENCY_KEY"],
  ["two keys", key(["a", "b"]), "INVALID_REQUEST"],
  ["the same key twice", key(["a", "a"]), "INVALID_REQUEST"],
  ["a key of 256 characters", key("k".repeat(256)), "INVALID_REQUEST"],
  ["a key of 9 kB", key("k".repeat(9_000)), "INVALID_REQUEST"],
  ["a key with an umlaut", key("ü"), "INVALID_REQUEST"],
  ["a key with a tab", key("a\tb"), "INVALID_REQUEST"],
  ["no key for a validation", { ...key(undefined), target: "/payments/validate" }, "MISSING_IDEMPOTENCY_KEY"],
  ["a bad amount for a validation", { body: body("1250", "0"), target: "/payments/validate" }, "INVALID_REQUEST"],
  ["headers of more than 10 kB", header("x-padding", "y".repeat(12_000)), "INVALID_REQUEST"],
  ["a method override", { body: body("1250", "0"), headers: { "x-http-method-override": "GET", "x-method-override": "DELETE" } }, "INVALID_REQUEST"],
];

const methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"].flatMap((method): readonly Case[] => [
  [`${method} for the collection`, { method, body: body() }, "NOT_FOUND"],
  [`${method} for a payment`, { method, target: `/payments/${ID}` }, "NOT_FOUND"],
]);

const lost = (target: string): Case => [`the path ${target.slice(0, 60)}`, get(target), "NOT_FOUND"];
const paths: readonly Case[] = [
  ...["/", "/nope", "//payments", "//", "/payments//", "/Payments", "/payments/a/b", "/live/payments", "/.env", "/payments/validate", "/switch", "/health/x"].map(lost),
  ...["/payments/../../etc/passwd", "/payments/..%2f..%2fetc%2fpasswd", "/payments/%2e%2e", "/payments/....//", "/payments/..\\..\\boot.ini"].map(lost),
  ...["/payments/%zz", "/payments/%", "/payments/%00", "/payments/%c0%ae", "/payments/%ff", "/payments/%252e", "/payments/a%0d%0ax-injected:1", "/payments;jsessionid=1"].map(lost),
  ...[`/payments/${ID}`, `/payments/${ID.toUpperCase()}`, "/payments/pay_", "/payments/health%23us-east-1", "/payments/null", "/payments/__proto__", "/payments/' OR 1=1", `/payments/${"a".repeat(5_000)}`]
    .map((target) => lost(target.replaceAll(" ", "%20"))),
  lost("/%70ayments/pay_x"),
  ["a post to a payment", { target: `/payments/${ID}`, body: body() }, "NOT_FOUND"],
  ["a post to the health route", { target: "/health", body: body() }, "NOT_FOUND"],
];

const wrong = (query: string): Case => [`the query ${query.slice(0, 60)}`, get(`/payments${query}`), "INVALID_REQUEST"];
const C1 = ["c", "c1"];
const queries: readonly Case[] = [
  ...["", "?", "?customerId", "?customerId=", "?customerId=a%20b", "?customerId=%00", "?customerid=c1", `?customerId=${"c".repeat(65)}`, "?customerId=c1&customerId=c2", "?customerId=c1&customerId=c1", "?customerId[]=c1", "?customerId[$ne]=x"],
  ...["?customerId=c1&x=1", "?customerId=c1&__proto__=1", "?customerId=c1&status=ACCEPTED&date=2026-11-21", "?status=ACCEPTED", "?date=2026-11-21", "?status=NOPE&date=2026-11-21", "?status=ACCEPTED&date=2026-02-30", "?status=ACCEPTED&date=now"],
  ...["0", "-1", "101", "1.5", "1e1", "ten", "", "99999999999999999999", "NaN", "+5"].map((limit) => `?customerId=c1&limit=${limit}`),
  ...[
    "x", "", "%00", "..", "e30", cursor(null), cursor([]), cursor([C1]), cursor([C1, []]), cursor([C1, [[NOON]]]), cursor([C1, [[NOON, "nope"]]]), cursor([C1, [["yesterday", ID]]]),
    cursor([["c", "c2"], [[NOON, ID]]]), cursor([["s", "ACCEPTED", "2026-11-21"], [[NOON, ID]]]), cursor([C1, [[NOON, ID], [NOON, ID]]]), cursor([C1, [[NOON, ID]], 1]), "A".repeat(8_000),
  ].map((next) => `?customerId=c1&next=${next}`),
].map(wrong);

/** Requests that each get one answer in the one error shape. */
export const REFUSED: Readonly<Record<string, readonly Case[]>> = { amounts, currencies, customers, references, bodies, types, keys, methods, paths, queries };

/** Requests that do not get the answer yet that they should get. */
export const NOT_YET_REFUSED: readonly Case[] = [
];

/** Odd requests that mean something all the same: answered as if they were plain. */
export const HARMLESS: readonly (readonly [name: string, request: RequestParts, body: unknown])[] = [
  ["a list with a body and a key", get("/payments?customerId=c1", { body: body(), headers: {} }), { payments: [], consistency: "eventual" }],
  ["a list with a method override", get("/payments?customerId=c1", { headers: { "x-http-method-override": "POST" } }), { payments: [], consistency: "eventual" }],
  ["a list in HTTP/1.0", get("/payments?customerId=c1", { version: "1.0" }), { payments: [], consistency: "eventual" }],
  ["a list with a slash behind the path", get("/payments/?customerId=c1"), { payments: [], consistency: "eventual" }],
  ["a list that wants another protocol", get("/payments?customerId=c1", { headers: { connection: "upgrade", upgrade: "h2c" } }), { payments: [], consistency: "eventual" }],
  ["a list after an expectation that nobody knows", get("/payments?customerId=c1", { headers: { expect: "tea" } }), { payments: [], consistency: "eventual" }],
  ["a cursor behind the last payment", get(`/payments?customerId=c1&next=${cursor([C1, [[NOON, ID]]])}`), { payments: [], consistency: "eventual" }],
  ["a validation with a parameter of its type", { target: "/payments/validate", body: body(), headers: { "content-type": "Application/JSON; charset=utf-8" } }, { valid: true }],
];

/** Bytes that reach no API: AWS's own front end refuses them, so that no API's error shape can be theirs. */
export const NO_HTTP: readonly (readonly [name: string, bytes: (host: string) => string | Uint8Array, status: number])[] = [
  ["a TLS greeting", () => Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 13, 10, 13, 10]), 400],
  ["an HTTP/2 greeting", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["words", () => "hello there\r\n\r\n", 400],
  ["a method that HTTP does not know", (host) => `BREW /payments HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 400],
  ["a header without a colon", (host) => `GET /payments HTTP/1.1\r\nhost: ${host}\r\nbad header\r\n\r\n`, 400],
  ["a folded header", (host) => `GET /payments HTTP/1.1\r\nhost: ${host}\r\nx: 1\r\n 2\r\n\r\n`, 400],
  ["a NUL in a key", (host) => `POST /payments HTTP/1.1\r\nhost: ${host}\r\nidempotency-key: a\u0000b\r\n\r\n`, 400],
  ["lines without carriage returns", (host) => `GET /payments HTTP/1.1\nhost: ${host}\n\n`, 400],
  ["no host", () => "GET /payments HTTP/1.1\r\n\r\n", 400],
  ["two hosts", (host) => `GET /payments HTTP/1.1\r\nhost: ${host}\r\nhost: ${host}\r\n\r\n`, 400],
  ["two lengths", (host) => `POST /payments HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!`, 400],
  ["a negative length", (host) => `POST /payments HTTP/1.1\r\nhost: ${host}\r\ncontent-length: -1\r\n\r\n`, 400],
  ["a length and chunks, as smugglers send them", (host) => `POST /payments HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nG`, 400],
  ["a chunk whose size is no number", (host) => `POST /payments HTTP/1.1\r\nhost: ${host}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
  ["headers of 70 kB", (host) => `GET /payments HTTP/1.1\r\nhost: ${host}\r\nx: ${"y".repeat(70_000)}\r\n\r\n`, 431],
];

/** What the text of any answer must not tell. */
export const INSIDE = /node_modules|\.[cm]?[tj]s\b|\bat [\w.<>]+ \(|\/(work|home|tmp|var|usr)\/|(Range|Type|Syntax|Reference)Error|arn:aws|dynamodb|payments-table|lambda|ajv|127\.0\.0\./i;
