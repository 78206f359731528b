/** By pattern; undefined = a pattern without wildcards. */
const patterns = new Map<string, RegExp | undefined>();

/** Patterns are compiled once; this many are kept, since those with variables differ from request to request. */
const KEPT = 10_000;

function compiled(pattern: string): RegExp | undefined {
  const known = patterns.get(pattern);
  if (known !== undefined || patterns.has(pattern)) return known;
  if (patterns.size >= KEPT) patterns.clear();
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*").replaceAll("?", ".");
  const regex = /[*?]/.test(pattern) ? new RegExp(`^${source}$`, "s") : undefined;
  patterns.set(pattern, regex);
  return regex;
}

/** `*` = any characters, also none; `?` = one character. IAM user guide, "IAM JSON policy elements: Resource". */
export function wildcardMatch(pattern: string, value: string): boolean {
  if (pattern === value) return true;
  return compiled(pattern)?.test(value) ?? false;
}

/** The components of patterns: the same few are asked again at every request. */
const split = new Map<string, readonly string[]>();

function componentsOf(pattern: string): readonly string[] {
  let found = split.get(pattern);
  if (!found) {
    if (split.size >= KEPT) split.clear();
    found = components(pattern);
    split.set(pattern, found);
  }
  return found;
}

/** The six components of an ARN; the last one keeps its colons. */
const components = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
};

/**
 * `ArnLike`, to which `ArnEquals` is equal: each of the six components is matched by itself. IAM user guide, "IAM JSON
 * policy elements: Condition operators", section "Amazon Resource Name (ARN) condition operators".
 */
export function arnMatch(pattern: string, arn: string): boolean {
  const wanted = componentsOf(pattern);
  const given = components(arn);
  return wanted.every((part, index) => wildcardMatch(part, given[index] ?? ""));
}

/** Context keys with their values: `{"dynamodb:LeadingKeys": ["latch"]}`. Key names have no case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** The values of a context key; undefined = the request has no such key. */
export function valuesOf(context: Context, key: string): readonly string[] | undefined {
  let value = context[key];
  if (value === undefined) {
    const lower = key.toLowerCase();
    const spelled = Object.keys(context).find((name) => name.toLowerCase() === lower);
    if (spelled === undefined) return undefined;
    value = context[spelled];
  }
  return typeof value === "string" ? [value] : value;
}

/** `*` and `?` that are no wildcards, while a text with variables is matched. Unicode's private use area: in no ARN or key. */
const LITERAL: Readonly<Record<string, string>> = { "*": "\ue000", "?": "\ue001" };

/** The text with its own `*` and `?` as literal characters: how a value is compared with what {@link substitute} gave. */
export const literally = (text: string): string => text.replace(/[*?]/g, (character) => LITERAL[character] ?? character);

/** `${key}`, `${key, 'default'}`; `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const VARIABLE = /\$\{([^},]+?)(?:\s*,\s*'([^']*)')?\}/g;

/** The context keys that a text's variables stand for. */
export const variablesOf = (text: string): readonly string[] =>
  [...text.matchAll(VARIABLE)].flatMap(([, name = ""]) => (/^[*?$]$/.test(name) ? [] : [name]));

export const hasVariables = (text: string): boolean => text.includes("${");

/**
 * The text with its policy variables replaced, their values literally; undefined where a key without a default is not
 * in the request, or has several values: nothing matches it. IAM user guide, "IAM policy elements: Variables and tags".
 */
export function substitute(text: string, context: Context): string | undefined {
  let missing = false;
  const replaced = text.replace(VARIABLE, (_all, name: string, fallback: string | undefined) => {
    if (/^[*?$]$/.test(name)) return literally(name);
    const values = valuesOf(context, name);
    const value = values?.length === 1 ? values[0] : fallback;
    if (value === undefined) missing = true;
    return literally(value ?? "");
  });
  return missing ? undefined : replaced;
}
