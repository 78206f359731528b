import { BlockList, isIP } from "node:net";
import { arnMatch, hasVariables, literally, substitute, valuesOf, variablesOf, wildcardMatch, type Context } from "./iam-match";

/** Does a value of the request match a value of the policy? */
type Comparison = (wanted: string, given: string) => boolean;

interface Operator {
  readonly compare: Comparison;
  /** True for `NotEquals` and the like: holds when no value of the policy matches, and when the key is missing. */
  readonly negated?: true;
  /** Policy values that can never match are refused. */
  readonly valid?: (value: string) => boolean;
}

const ordered = (parse: (text: string) => number, holds: (order: number) => boolean): Operator => ({
  compare: (wanted, given) => holds(parse(given) - parse(wanted)),
  valid: (value) => hasVariables(value) || !Number.isNaN(parse(value)),
});

const equals: Comparison = (wanted, given) => wanted === given;
const equalsIgnoringCase: Comparison = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();
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
const inRange: Comparison = (wanted, given) => {
  if (isIP(given) === 0 || !isRange(wanted)) return false;
  const [address = "", bits] = wanted.split("/");
  const list = new BlockList();
  if (bits === undefined) list.addAddress(address, family(address));
  else list.addSubnet(address, Number(bits), family(address));
  return list.check(given, family(given));
};

const string: Operator = { compare: equals };
const like: Operator = { compare: wildcardMatch };
const arn: Operator = { compare: arnMatch };
const address: Operator = { compare: inRange, valid: (value) => hasVariables(value) || isRange(value) };
const ignoringCase: Operator = { compare: equalsIgnoringCase };

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
  Bool: { compare: equalsIgnoringCase, valid: (value) => hasVariables(value) || /^(true|false)$/i.test(value) },
  BinaryEquals: string,
  IpAddress: address,
  NotIpAddress: not(address),
  ...comparisons("Numeric", parseNumber),
  ...comparisons("Date", parseDate),
};

/** Operators whose comparison knows wildcards: their values' own `*` and `?` stay wildcards. */
const WILD = new Set([like.compare, arn.compare]);

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

/** Does the request's context hold what a Condition asks for? */
export type Condition = (context: Context) => boolean;

const asList = (value: unknown): readonly string[] => [value].flat().map(String);
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** Every operator and every key must hold. An operator that IAM does not know holds never; see {@link conditionObjections}. */
export function compileCondition(block: unknown): Condition | undefined {
  const tests = entriesOf(block).flatMap(([name, keys]) => entriesOf(keys).map(([key, wanted]) => compileTest(name, key, asList(wanted))));
  if (tests.length === 0) return undefined;
  return (context) => tests.every((test) => test(context));
}

/** The context keys that a Condition's answer depends on. */
export const conditionKeys = (block: unknown): readonly string[] =>
  entriesOf(block).flatMap(([, keys]) => entriesOf(keys).flatMap(([key, wanted]) => [key, ...asList(wanted).flatMap(variablesOf)]));

function compileTest(name: string, key: string, wanted: readonly string[]): Condition {
  // `Null: {key: "true"}` holds when the request has no such key.
  if (name === "Null") return (context) => wanted.includes(String(valuesOf(context, key) === undefined));
  const parsed = parseOperator(name);
  if (!parsed) return () => false;
  const { operator, set, ifExists } = parsed;
  const matches = matcher(operator.compare, wanted);
  const holds = operator.negated ? (given: string, context: Context) => !matches(given, context) : matches;
  return (context) => {
    const given = valuesOf(context, key);
    if (given === undefined || given.length === 0) return ifExists || (set === undefined ? operator.negated === true : set === "ForAllValues");
    if (set === "ForAnyValue") return given.some((value) => holds(value, context));
    return given.every((value) => holds(value, context));
  };
}

/** Matches any one of the policy's values. */
function matcher(compare: Comparison, wanted: readonly string[]): (given: string, context: Context) => boolean {
  if (!wanted.some(hasVariables)) return (given) => wanted.some((value) => compare(value, given));
  return (given, context) =>
    wanted.some((value) => {
      if (!hasVariables(value)) return compare(value, given);
      const replaced = substitute(value, context);
      if (replaced === undefined) return false;
      return compare(WILD.has(compare) ? replaced : literally(replaced), literally(given));
    });
}

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
