import { BlockList, isIP } from "node:net";
import { arnMatcher, hasVariables, literally, substitute, valueOf, variablesOf, wildcardMatcher, type Context, type Matcher } from "./iam-match";

interface Operator {
  /** Does a value of the request match this value of the policy? */
  readonly matcher: (wanted: string) => Matcher;
  /** True for `NotEquals` and the like: holds when no value of the policy matches, and when the key is missing. */
  readonly negated?: true;
  /** Policy values that can never match are refused. */
  readonly valid?: (value: string) => boolean;
}

const ordered = (parse: (text: string) => number, holds: (order: number) => boolean): Operator => ({
  matcher: (wanted) => {
    const bound = parse(wanted);
    return (given) => holds(parse(given) - bound);
  },
  valid: (value) => hasVariables(value) || !Number.isNaN(parse(value)),
});

const equals = (wanted: string): Matcher => (given) => wanted === given;
const equalsIgnoringCase = (wanted: string): Matcher => {
  const lower = wanted.toLowerCase();
  return (given) => given === wanted || given.toLowerCase() === lower;
};
const not = (operator: Operator): Operator => ({ ...operator, negated: true });

/** ISO 8601 or seconds since the epoch -> milliseconds. */
const parseDate = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const parseNumber = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");
const isRange = (text: string): boolean => {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return most !== undefined && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
};
const inRange = (wanted: string): Matcher => {
  if (!isRange(wanted)) return () => false;
  const [address = "", bits] = wanted.split("/");
  const list = new BlockList();
  if (bits === undefined) list.addAddress(address, family(address));
  else list.addSubnet(address, Number(bits), family(address));
  return (given) => isIP(given) !== 0 && list.check(given, family(given));
};

const string: Operator = { matcher: equals };
const like: Operator = { matcher: wildcardMatcher };
const arn: Operator = { matcher: arnMatcher };
const address: Operator = { matcher: inRange, valid: (value) => hasVariables(value) || isRange(value) };
const ignoringCase: Operator = { matcher: equalsIgnoringCase };

const comparisons = (name: string, parse: (text: string) => number): Readonly<Record<string, Operator>> => ({
  [`${name}Equals`]: ordered(parse, (order) => order === 0),
  [`${name}NotEquals`]: not(ordered(parse, (order) => order === 0)),
  [`${name}LessThan`]: ordered(parse, (order) => order < 0),
  [`${name}LessThanEquals`]: ordered(parse, (order) => order <= 0),
  [`${name}GreaterThan`]: ordered(parse, (order) => order > 0),
  [`${name}GreaterThanEquals`]: ordered(parse, (order) => order >= 0),
});

/** IAM user guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: string,
  StringNotEquals: not(string),
  StringEqualsIgnoreCase: ignoringCase,
  StringNotEqualsIgnoreCase: not(ignoringCase),
  StringLike: like,
  StringNotLike: not(like),
  ArnEquals: arn,
  ArnLike: arn,
  ArnNotEquals: not(arn),
  ArnNotLike: not(arn),
  Bool: { matcher: equalsIgnoringCase, valid: (value) => hasVariables(value) || /^(true|false)$/i.test(value) },
  BinaryEquals: string,
  IpAddress: address,
  NotIpAddress: not(address),
  ...comparisons("Numeric", parseNumber),
  ...comparisons("Date", parseDate),
};

/** Operators whose comparison knows wildcards: their values' own `*` and `?` stay wildcards. */
const WILD = new Set([like.matcher, arn.matcher]);

interface ParsedOperator {
  readonly operator: Operator;
  readonly set?: "ForAllValues" | "ForAnyValue";
  readonly ifExists: boolean;
}

/** `ForAllValues:StringLikeIfExists` -> its parts; undefined where IAM knows no such operator. */
function parseOperator(name: string): ParsedOperator | undefined {
  const [, set, base = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!operator) return undefined;
  return {
    operator,
    ifExists: ifExists !== undefined,
    ...(set === "ForAllValues" || set === "ForAnyValue" ? { set } : {}),
  };
}

/** What a Condition asks of one context key. */
export interface ConditionTest {
  /** Names of the context keys that the answer depends on. */
  readonly reads: readonly string[];
  readonly holds: (context: Context) => boolean;
}

const asList = (value: unknown): readonly string[] => [value].flat().map(String);
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** All of them must hold. An operator that IAM does not know holds never; see {@link conditionObjections}. */
export const compileCondition = (block: unknown): readonly ConditionTest[] =>
  entriesOf(block).flatMap(([name, keys]) =>
    entriesOf(keys).map(([key, value]) => {
      const wanted = asList(value);
      return { reads: [key, ...wanted.flatMap(variablesOf)], holds: compileTest(name, key, wanted) };
    }),
  );

function compileTest(name: string, key: string, wanted: readonly string[]): ConditionTest["holds"] {
  // `Null: {key: "true"}` holds when the request has no such key.
  if (name === "Null") return (context) => wanted.includes(String(valueOf(context, key) === undefined));
  const parsed = parseOperator(name);
  if (!parsed) return () => false;
  const { operator, set, ifExists } = parsed;
  const matches = anyOf(operator, wanted);
  const holds = operator.negated ? (given: string, context: Context) => !matches(given, context) : matches;
  const missing = ifExists || (set === undefined ? operator.negated === true : set === "ForAllValues");
  return (context) => {
    const given = valueOf(context, key);
    if (typeof given === "string") return holds(given, context);
    if (given === undefined || given.length === 0) return missing;
    if (set === "ForAnyValue") return given.some((value) => holds(value, context));
    return given.every((value) => holds(value, context));
  };
}

/** Matches any one of the policy's values. */
function anyOf({ matcher }: Operator, wanted: readonly string[]): (given: string, context: Context) => boolean {
  const matchers = wanted.map((value) => (hasVariables(value) ? withVariables(matcher, value) : matcher(value)));
  const [only] = matchers;
  return only && matchers.length === 1 ? only : (given, context) => matchers.some((matches) => matches(given, context));
}

const withVariables =
  (matcher: Operator["matcher"], wanted: string) =>
  (given: string, context: Context): boolean => {
    const replaced = substitute(wanted, context);
    return replaced !== undefined && matcher(WILD.has(matcher) ? replaced : literally(replaced))(literally(given));
  };

/** What IAM would refuse in a Condition. */
export function conditionObjections(block: unknown): readonly string[] {
  if (block === undefined) return [];
  if (typeof block !== "object" || block === null || Array.isArray(block)) return ["Condition: is no object"];
  return Object.entries(block).flatMap(([name, keys]) => {
    const operator = name === "Null" ? OPERATORS["Bool"] : parseOperator(name)?.operator;
    if (!operator) return [`Condition: got the operator ${name}; allowed ${Object.keys(OPERATORS).join(", ")}, Null, with IfExists, ForAllValues: or ForAnyValue:`];
    if (entriesOf(keys).length === 0) return [`Condition ${name}: needs a condition key`];
    return entriesOf(keys).flatMap(([key, wanted]) => {
      const values = asList(wanted);
      if (values.length === 0) return [`Condition ${name} ${key}: needs a value`];
      return values.filter((value) => operator.valid?.(value) === false).map((value) => `Condition ${name} ${key}: got ${value}, which this operator cannot compare`);
    });
  });
}
