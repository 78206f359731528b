/** A filter pattern that Lambda would refuse, or that this evaluator does not know. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  constructor(
    readonly kind: "invalid" | "unsupported",
    message: string,
  ) {
    super(message);
  }
}

type Test = (value: unknown) => boolean;
/** Does a record match? */
export type Filter = (record: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

const member = (value: unknown, name: string): unknown => (isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined);

const text = (value: unknown, operator: string): string => {
  if (typeof value !== "string") throw new FilterError("invalid", `${operator}: got ${JSON.stringify(value)}; allowed a text`);
  return value;
};

const startsWith = (prefix: string): Test => (value) => typeof value === "string" && value.startsWith(prefix);

/** A value that is missing matches nothing but `exists: false`. */
const present = (test: Test): Test => (value) => value !== undefined && test(value);

function anythingBut(operand: unknown): Test {
  if (isFields(operand)) {
    const [[operator, value] = ["", undefined], ...more] = Object.entries(operand);
    if (operator !== "prefix" || more.length > 0) throw new FilterError("unsupported", `anything-but: ${JSON.stringify(operand)} is not known; known: prefix`);
    const prefix = startsWith(text(value, "anything-but.prefix"));
    return present((one) => !prefix(one));
  }
  const values = Array.isArray(operand) ? operand : [operand];
  return present((one) => !values.includes(one));
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => Test>> = {
  prefix: (operand) => startsWith(text(operand, "prefix")),
  suffix: (operand) => {
    const suffix = text(operand, "suffix");
    return (value) => typeof value === "string" && value.endsWith(suffix);
  },
  "equals-ignore-case": (operand) => {
    const wanted = text(operand, "equals-ignore-case").toLowerCase();
    return (value) => typeof value === "string" && value.toLowerCase() === wanted;
  },
  exists: (operand) => {
    if (typeof operand !== "boolean") throw new FilterError("invalid", `exists: got ${JSON.stringify(operand)}; allowed true, false`);
    return (value) => (value !== undefined) === operand;
  },
  "anything-but": anythingBut,
};

function rule(given: unknown): Test {
  if (!isFields(given)) return present((value) => value === given);
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(given);
  const make = OPERATORS[operator];
  if (!make || more.length > 0) throw new FilterError("unsupported", `${JSON.stringify(given)} is not known; known: ${Object.keys(OPERATORS).join(", ")}`);
  return make(operand);
}

/** The rules of one array are alternatives; a list in the record matches by any of its members. */
function anyOf(rules: readonly unknown[], path: string): Test {
  if (rules.length === 0) throw new FilterError("invalid", `${path}: got an empty list of rules; allowed one or more`);
  const tests = rules.map(rule);
  return (value) => (Array.isArray(value) ? value : [value]).some((one) => tests.some((test) => test(one)));
}

function fields(pattern: Fields, path: string): Test {
  const members = Object.entries(pattern).map(([name, given]): [string, Test] => {
    const here = path === "" ? name : `${path}.${name}`;
    if (name === "$or") throw new FilterError("unsupported", `${here} is not known; known: members and lists of rules`);
    if (Array.isArray(given)) return [name, anyOf(given, here)];
    if (!isFields(given)) throw new FilterError("invalid", `${here}: got ${JSON.stringify(given)}; allowed a list of rules, or an object`);
    return [name, fields(given, here)];
  });
  if (members.length === 0) throw new FilterError("invalid", `${path || "pattern"}: got no member; allowed one or more`);
  return (value) => members.every(([name, test]) => test(member(value, name)));
}

/**
 * Compiles a filter pattern: all members must match, the rules of a list are alternatives.
 * Source: "Filter rule syntax" (Lambda developer guide, "Control which events Lambda sends to your function"). Not known
 * here: `numeric` and `$or`.
 * @throws {FilterError}
 */
export function compileFilter(pattern: string): Filter {
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    throw new FilterError("invalid", `got ${pattern.slice(0, 60)}; allowed JSON`);
  }
  if (!isFields(parsed)) throw new FilterError("invalid", `got ${pattern.slice(0, 60)}; allowed a JSON object`);
  return fields(parsed, "");
}
