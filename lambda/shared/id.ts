import { hash } from "node:crypto";
import { PAYMENT_PREFIX } from "./constants";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PREFIX = PAYMENT_PREFIX;

/** 52 characters of base32 hold the 32 bytes of a SHA-256. */
export const PAYMENT_ID = /^pay_[a-z2-7]{52}$/;

/** RFC 4648 base32, lower case, no padding. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((pending << (5 - bits)) & 31) : text;
}

/**
 * The id of the payment that a customer asks for with a key: the same in every region and at every attempt. A JSON array
 * and not a concatenation, so that no two pairs meet in one id.
 */
export function paymentIdOf(customerId: string, key: string): string {
  const digest = hash("sha256", JSON.stringify(["v1", customerId, key]), "buffer");
  return PREFIX + base32(digest);
}

/** The shard of the status index: the first hex digit of the id's hash. The id must match {@link PAYMENT_ID}. */
export function shardOf(paymentId: string): string {
  // The first base32 character holds five bits, a hex digit the upper four of them.
  return (ALPHABET.indexOf(paymentId.charAt(PREFIX.length)) >> 1).toString(16);
}
