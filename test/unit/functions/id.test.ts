import fc from "fast-check";
import { PAYMENT_ID, paymentIdOf, shardOf } from "../../../lambda/shared/id";

/** Computed with Python's hashlib and base64: sha256 of the JSON array, base32 in lower case without padding. */
const VECTORS = [
  { customerId: "c1", key: "k1", id: "pay_xgpzneri3jdw6yy4yvu677aknhy5v7x5veaxx67rbcngwmpym7ca", shard: "b" },
  { customerId: "customer_42", key: 'order "7" \\ 8', id: "pay_t6mozkesihewtzoxwcfbms7nxanw65gfdrwq4ogtopsbipq4mzrq", shard: "9" },
  { customerId: "A".repeat(64), key: "~".repeat(255), id: "pay_lyhqhyz3xeboov76x37ayap7u7pvjc5szya5ze7rod5zjjpym2ca", shard: "5" },
];

describe("a payment's id", () => {
  test.each(VECTORS)("of $customerId is what every other implementation of the interface computes", ({ customerId, key, id, shard }) => {
    expect(paymentIdOf(customerId, key)).toBe(id);
    expect(shardOf(id)).toBe(shard);
    expect(id).toMatch(PAYMENT_ID);
  });

  const customer = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const key = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 255 });

  test("never lets characters wander from the customer to the key: another customer's payment would be answered", () => {
    fc.assert(
      fc.property(customer, key, fc.nat(), (left, right, at) => {
        const whole = left + right;
        const cut = 1 + (at % (whole.length - 1));
        fc.pre(cut !== left.length);
        expect(paymentIdOf(whole.slice(0, cut), whole.slice(cut))).not.toBe(paymentIdOf(left, right));
      }),
    );
  });

  test("differs for keys that look like the encoding's own punctuation", () => {
    const pairs = [["a", 'b","c'], ["a", "b"], ['a","b', "c"], ["a", 'b\\",\\"c'], ["a", ""]] as const;
    expect(new Set(pairs.map(([left, right]) => paymentIdOf(left, right))).size).toBe(pairs.length);
  });

  test("distinguishes keys by case", () => {
    expect(paymentIdOf("c1", "Key")).not.toBe(paymentIdOf("c1", "key"));
  });
});
