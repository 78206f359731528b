/** An option that was given in a way that it cannot mean. */
export class OptionError extends Error {
  override readonly name = "OptionError";
  readonly code = "OPTION";
}

/** @throws OptionError */
export function integer(name: string, given: string, low: number, high: number): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < low || value > high) {
    throw new OptionError(`--${name}: got ${JSON.stringify(given)}; allowed: ${low}..${high}`);
  }
  return value;
}

/** A TCP or UDP port; 0 = a free one. @throws OptionError */
export const port = (name: string, given: string): number => integer(name, given, 0, 65_535);

/** @throws OptionError */
export function oneOf<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === given);
  if (found === undefined) throw new OptionError(`--${name}: got ${JSON.stringify(given)}; allowed: ${allowed.join(", ")}`);
  return found;
}
