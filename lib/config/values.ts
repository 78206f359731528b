/** How one configuration value is read: its text as Pulumi stores it (lists as JSON). */
export interface Value<T> {
  /** In words, for the message. */
  readonly allowed: string;
  /** A text that is allowed, for the command that fixes it. */
  readonly example: string;
  /** A list is set item by item: `pulumi config set --path tap:key[0] …`. */
  readonly list?: true;
  /** Undefined = refused. */
  parse(text: string): T | undefined;
}

export const pattern = (regex: RegExp, allowed: string, example: string): Value<string> => ({
  allowed,
  example,
  parse: (text) => (regex.test(text) ? text : undefined),
});

/** A text that `accepts` takes. */
export const text = (accepts: (given: string) => boolean, allowed: string, example: string): Value<string> => ({
  allowed,
  example,
  parse: (given) => (accepts(given) ? given : undefined),
});

export const integer = (min: number, max: number, unit: string, example: number): Value<number> => ({
  allowed: `${min}..${max} (${unit})`,
  example: String(example),
  parse: (given) => (/^\d+$/.test(given) && Number(given) >= min && Number(given) <= max ? Number(given) : undefined),
});

/** One of a few numbers. */
export const number = (values: readonly number[], unit: string, example: number): Value<number> => ({
  allowed: `${values.join(", ")} (${unit})`,
  example: String(example),
  parse: (given) => values.find((value) => String(value) === given),
});

export const choice = <const T extends string>(values: readonly T[], example: T): Value<T> => ({
  allowed: values.join(", "),
  example,
  parse: (given) => values.find((value) => value === given),
});

export const flag = (example: boolean): Value<boolean> => ({
  allowed: "true, false",
  example: String(example),
  parse: (given) => (given === "true" ? true : given === "false" ? false : undefined),
});

/** A list of at least `min` different items. */
export const list = <T>(item: Value<T>, min: number): Value<readonly T[]> => ({
  allowed: `a list of ${min > 0 ? `at least ${min} different` : "different"} items, each ${item.allowed}`,
  example: item.example,
  list: true,
  parse: (given) => {
    const items = json(given);
    if (!Array.isArray(items)) return undefined;
    const parsed = items.map((one) => (typeof one === "string" ? item.parse(one) : undefined));
    const valid = parsed.filter((one) => one !== undefined);
    const ok = valid.length === items.length && new Set(valid).size === items.length && items.length >= min;
    return ok ? valid : undefined;
  },
});

/** The parsed text, or undefined where it is no JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
