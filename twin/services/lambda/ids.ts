import type { RandomStream } from "../../kernel/random";

/** Digits are written here as bytes and read as one text, which costs a tenth of putting texts together. */
const WORDS = Buffer.alloc(8 * 4);
/** The same with a UUID's dashes in their places. */
const UUID = Buffer.alloc(36, "-", "latin1");

const digit = (value: number): number => (value < 10 ? 48 : 87) + value;

/** Writes the lowest 16 bits of `value` as four hexadecimal digits. */
function write(place: Buffer, at: number, value: number): void {
  place[at] = digit((value >>> 12) & 15);
  place[at + 1] = digit((value >>> 8) & 15);
  place[at + 2] = digit((value >>> 4) & 15);
  place[at + 3] = digit(value & 15);
}

/** `words` times eight hexadecimal digits. */
export function hex(random: RandomStream, words: number): string {
  const place = 8 * words <= WORDS.length ? WORDS : Buffer.alloc(8 * words);
  for (let at = 0; at < 8 * words; at += 8) {
    const value = random.below(2 ** 32);
    write(place, at, value >>> 16);
    write(place, at + 4, value);
  }
  return place.toString("latin1", 0, 8 * words);
}

/** 32 digits in the groups of a UUID. */
export function uuid(random: RandomStream): string {
  const [first, second, third, fourth] = [random.below(2 ** 32), random.below(2 ** 32), random.below(2 ** 32), random.below(2 ** 32)];
  write(UUID, 0, first >>> 16);
  write(UUID, 4, first);
  write(UUID, 9, second >>> 16);
  write(UUID, 14, second);
  write(UUID, 19, third >>> 16);
  write(UUID, 24, third);
  write(UUID, 28, fourth >>> 16);
  write(UUID, 32, fourth);
  return UUID.toString("latin1");
}
