import type { Kernel } from "../../kernel/kernel";
import type { RandomStream } from "../../kernel/random";

/** `words` times eight hexadecimal digits. */
export function hex(random: RandomStream, words: number): string {
  let digits = "";
  for (let word = 0; word < words; word += 1) digits += random.below(2 ** 32).toString(16).padStart(8, "0");
  return digits;
}

/** 32 digits in the groups of a UUID. */
export const dashed = (digits: string): string =>
  `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;

/** Shaped like a UUID. */
export const requestId = (kernel: Kernel): string => dashed(hex(kernel.random("lambda/request-ids"), 4));
