import { hash } from "node:crypto";

/** A deterministic stream of numbers. */
export interface RandomStream {
  /** A float in [0, 1). */
  next(): number;
  /** A float in [low, high). */
  between(low: number, high: number): number;
  /** An integer in [0, n). */
  below(n: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** One element. Throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T;
  /** `length` characters of lower case letters and digits: ids that AWS would have made up. */
  id(length: number): string;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * The stream `name` of `seed`. Streams are independent, so that a draw added in one service does not shift what
 * another one draws. The generator is sfc32 (Practically Random), seeded with a SHA-256 of both.
 */
export function randomStream(seed: number, name: string): RandomStream {
  const digest = hash("sha256", `${seed}/${name}`, "buffer");
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;

  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  // The first outputs still resemble the seed.
  for (let i = 0; i < 12; i += 1) next();

  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    chance: (p) => next() < p,
    pick: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new RangeError("pick: the list is empty");
      return chosen;
    },
    id: (length) => {
      // One string at once: grown by a character each, it would be a chain of as many.
      const codes: number[] = [];
      while (codes.length < length) codes.push(DIGITS.charCodeAt(below(36)));
      return String.fromCharCode(...codes);
    },
  };
}
