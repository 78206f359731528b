import type { Kernel } from "../../kernel/kernel";
import type { RandomStream } from "../../kernel/random";

/** `words` times eight hexadecimal digits. */
export const hex = (random: RandomStream, words: number): string =>
  Array.from({ length: words }, () => random.below(2 ** 32).toString(16).padStart(8, "0")).join("");

/** Shaped like a UUID. */
export function requestId(kernel: Kernel): string {
  const digits = hex(kernel.random("lambda/request-ids"), 4);
  return [0, 8, 12, 16, 20].map((start, index) => digits.slice(start, [8, 12, 16, 20, 32][index])).join("-");
}
