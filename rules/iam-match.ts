import { remembered } from "./remembered";

/** Does a text match a pattern? */
export type Matcher = (text: string) => boolean;

/** `*` = any characters, also none; `?` = one character. IAM user guide, "IAM JSON policy elements: Resource". */
export const wildcardMatcher = remembered((pattern): Matcher => {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  // Nearly all patterns are of this kind, and comparing beats searching.
  const prefix = /^([^*?]*)\*+$/.exec(pattern)?.[1];
  if (prefix !== undefined) return (text) => text.startsWith(prefix);
  const regex = new RegExp(`^${regexSource(pattern, ".")}$`, "s");
  return (text) => regex.test(text);
});

/** Do all texts that begin with `start` match the pattern? Undefined = some may. */
export function matchesAll(pattern: string, start: string): boolean | undefined {
  const [literal = ""] = /^[^*?]*/.exec(pattern) ?? [];
  if (literal.startsWith(start)) return undefined;
  if (!start.startsWith(literal)) return false;
  return /^\*+$/.test(pattern.slice(literal.length)) || undefined;
}

/** @param any the regular expression of one character that a wildcard may stand for */
const regexSource = (pattern: string, any: string): string =>
  pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+|\?/g, (wildcard) => (wildcard === "?" ? any : `${any}*`));

/**
 * `ArnLike`, to which `ArnEquals` is equal: each of the six components is matched by itself, the last one keeps its colons.
 * What has fewer is no ARN and matches nothing but itself. IAM user guide, "IAM JSON policy elements: Condition operators",
 * section "Amazon Resource Name (ARN) condition operators".
 */
export const arnMatcher = remembered((pattern): Matcher => {
  const parts = pattern.split(":");
  if (parts.length < 6 || !/[*?]/.test(pattern)) return (arn) => arn === pattern;
  const components = [...parts.slice(0, 5).map((part) => regexSource(part, "[^:]")), regexSource(parts.slice(5).join(":"), ".")];
  const regex = new RegExp(`^${components.join(":")}$`, "s");
  return (arn) => regex.test(arn);
});

/** Context keys with their values: `{"dynamodb:LeadingKeys": ["latch"]}`. Key names have no case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** The name of a context key as it is compared: names have no case. */
export const keyName = remembered((name) => name.toLowerCase());

/** The value or values of a context key; undefined = the request has no such key. */
export function valueOf(context: Context, key: string): string | readonly string[] | undefined {
  const value = context[key];
  if (value !== undefined) return value;
  const name = keyName(key);
  for (const other in context) if (keyName(other) === name) return context[other];
  return undefined;
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
    const values = valueOf(context, name);
    const value = typeof values === "string" ? values : values?.length === 1 ? values[0] : fallback;
    if (value === undefined) missing = true;
    return literally(value ?? "");
  });
  return missing ? undefined : replaced;
}
