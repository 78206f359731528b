import fc from "fast-check";
import type { RequestParts } from "../../helpers/system-socket";
import { body } from "./attack-cases";

const SEED = 20261121;
const RUNS = 150;

/** Values that a field may never have; undefined = it is missing. */
const WRONG = {
  customerId: fc.oneof(fc.constant(undefined), fc.anything({ maxDepth: 2, values: [fc.integer(), fc.boolean(), fc.constant(null)] }), fc.stringMatching(/^[^A-Za-z0-9_-]+$/), fc.stringMatching(/^[a-z]{65,90}$/)),
  amount: fc.oneof(
    fc.constant(undefined),
    fc.integer({ max: 0 }),
    fc.maxSafeNat().filter((value) => value > 999_999_999_999),
    fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    fc.string(),
    fc.constantFrom(null, true, false, [], {}, [1]),
  ),
  currency: fc.oneof(fc.constant(undefined), fc.string().filter((text) => !/^[A-Z]{3}$/.test(text)), fc.constantFrom("XYZ", "AAA", "ZZZ"), fc.integer()),
  reference: fc.oneof(fc.stringMatching(/^[\u0000-\u001f]{1,5}$/), fc.string({ minLength: 141, maxLength: 200 }), fc.integer(), fc.constant(null)),
};
type Field = keyof typeof WRONG;
const FIELDS = Object.keys(WRONG) as Field[]; // the keys of WRONG

const wrongFields: fc.Arbitrary<RequestParts> = fc.subarray(FIELDS, { minLength: 1 }).chain((fields) =>
  fc.record(Object.fromEntries(fields.map((field) => [field, WRONG[field] as fc.Arbitrary<unknown>]))).map((values) => ({ // values of different types
    body: JSON.stringify({ ...(JSON.parse(body()) as object), ...values }),
  })),
);

const unknownField: fc.Arbitrary<RequestParts> = fc
  .tuple(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  .filter(([name]) => !FIELDS.some((field) => field === name))
  .map(([name, value]) => ({ body: `${body().slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}` }));

const bytes: fc.Arbitrary<RequestParts> = fc.uint8Array({ maxLength: 300 }).map((sent) => ({ body: sent }));
const anyJson: fc.Arbitrary<RequestParts> = fc.json({ maxDepth: 5 }).map((sent) => ({ body: sent }));
const truncated: fc.Arbitrary<RequestParts> = fc.nat(body().length - 1).map((length) => ({ body: body().slice(0, length) }));

/** A header's value may hold any byte but controls. */
const visible = (minLength: number, maxLength: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[!-~\\u00a0-\\u00ff]{${minLength},${maxLength}}$`));
const key: fc.Arbitrary<RequestParts> = fc
  .oneof(fc.constant(""), visible(256, 400), fc.stringMatching(/^[\u00a1-\u00ff]{1,50}$/), fc.array(visible(1, 20), { minLength: 2, maxLength: 4 }))
  .map((value) => ({ body: body(), headers: { "idempotency-key": value } }));
const contentType: fc.Arbitrary<RequestParts> = visible(1, 40)
  .filter((type) => !/^application\/json *(;|$)/i.test(type))
  .map((type) => ({ body: body(), headers: { "content-type": type } }));

const path: fc.Arbitrary<RequestParts> = fc
  .tuple(fc.constantFrom("GET", "POST", "PUT", "DELETE"), fc.array(fc.string({ unit: "grapheme" }).map(encodeURIComponent), { minLength: 1, maxLength: 4 }))
  .map(([method, segments]) => ({ method, target: `/~${segments.join("/")}`, body: body() }));
const payment: fc.Arbitrary<RequestParts> = fc.string({ unit: "binary", minLength: 1 }).map((id) => ({ method: "GET", target: `/payments/${encodeURIComponent(id).replace(/^\.+$/, "x")}` }));
const query: fc.Arbitrary<RequestParts> = fc
  .array(fc.tuple(fc.constantFrom("customerId", "limit", "next", "status", "date", "x"), fc.string().filter((text) => !/^[\w-]+$/.test(text))), { maxLength: 4 })
  .map((pairs) => ({ method: "GET", target: `/payments?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}` }));

const attack: fc.Arbitrary<RequestParts> = fc.oneof(
  { weight: 4, arbitrary: wrongFields },
  ...[unknownField, bytes, anyJson, truncated, key, contentType, path, payment, query].map((arbitrary) => ({ weight: 1, arbitrary })),
);

/** Runs the check with random requests, none of which is a good payment; the same ones every time. */
export const fuzz = (check: (request: RequestParts) => Promise<void>): Promise<void> => fc.assert(fc.asyncProperty(attack, check), { seed: SEED, numRuns: RUNS });
