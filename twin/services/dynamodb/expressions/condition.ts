import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compareValues, equalValues, members, typeOf, TYPES, type Item, type Type } from "../values";
import { parseCondition, type Comparator, type Condition, type Operand } from "./condition-parser";
import { pathText, type Parser } from "./parser";
import { valueAt } from "./paths";

/** Values of the request by their names (`:v`), normalised. */
export type Values = Readonly<Record<string, AttributeValue>>;

/** A compiled condition. `verify` throws ValidationException for operands that AWS refuses whatever the item is. */
export interface CompiledCondition {
  readonly test: (item: Item | undefined, values: Values) => boolean;
  readonly verify: (values: Values) => void;
  /** Names of the top-level attributes that it reads. */
  readonly attributes: ReadonlySet<string>;
}

type Test = CompiledCondition["test"];
type Read = (item: Item | undefined, values: Values) => AttributeValue | undefined;
type Fail = (message: string) => Error;
interface Context {
  readonly checks: ((values: Values) => void)[];
  readonly fail: Fail;
}

const SIZED: readonly Type[] = ["S", "B", "SS", "NS", "BS", "L", "M"];
const ORDERED: readonly Type[] = ["S", "N", "B"];

/** Parses and compiles a condition or filter. */
export function compileCondition(parser: Parser): CompiledCondition {
  const context: Context = { checks: [], fail: (message) => parser.error(message) };
  const test = compile(parseCondition(parser), context);
  const { checks } = context;
  return {
    test,
    attributes: parser.attributes,
    verify: (values) => {
      for (const check of checks) check(values);
    },
  };
}

function compile(condition: Condition, context: Context): Test {
  switch (condition.kind) {
    case "and":
    case "or": {
      const left = compile(condition.left, context);
      const right = compile(condition.right, context);
      return condition.kind === "and" ? (i, v) => left(i, v) && right(i, v) : (i, v) => left(i, v) || right(i, v);
    }
    case "not": {
      const inner = compile(condition.inner, context);
      return (i, v) => !inner(i, v);
    }
    case "exists": {
      const { path, expected } = condition;
      return (item) => (valueAt(item, path) !== undefined) === expected;
    }
    case "compare":
      return compare(condition, context);
    case "between":
      return between(condition, context);
    case "in": {
      const operand = reader(condition.operand, context);
      const list = condition.list.map((element) => reader(element, context));
      return (i, v) => list.some((element) => equal(operand(i, v), element(i, v)));
    }
    case "type":
      return attributeType(condition, context);
    case "begins_with": {
      for (const operand of [condition.operand, condition.part]) operandTypes(operand, "operator or function: begins_with", ["S", "B"], context);
      const operand = reader(condition.operand, context);
      const part = reader(condition.part, context);
      return (i, v) => beginsWith(operand(i, v), part(i, v));
    }
    case "contains": {
      const operand = reader(condition.operand, context);
      const part = reader(condition.part, context);
      distinct("contains", condition.operand, [condition.part], context);
      return (i, v) => contains(operand(i, v), part(i, v));
    }
  }
}

/** The type of an operand where the request alone tells it. */
function knownType(operand: Operand, values: Values): Type | undefined {
  if (operand.kind === "size") return "N";
  const value = operand.kind === "value" ? values[operand.name] : undefined;
  return value && typeOf(value);
}

function operandTypes(operand: Operand, subject: string, allowed: readonly Type[], { checks, fail }: Context): void {
  if (operand.kind === "path") return;
  checks.push((values) => {
    const type = knownType(operand, values);
    if (type && !allowed.includes(type)) {
      throw fail(`Incorrect operand type for operator or function; ${subject}, operand type: ${type}`);
    }
  });
}

function distinct(operator: string, first: Operand, rest: readonly Operand[], { fail }: Context): void {
  if (first.kind !== "path") return;
  const text = pathText(first.path);
  if (rest.some((operand) => operand.kind === "path" && pathText(operand.path) === text)) {
    throw fail(
      "The first operand must be distinct from the remaining operands for this operator or function; " +
        `operator: ${operator}, first operand: ${text}`,
    );
  }
}

function reader(operand: Operand, context: Context): Read {
  if (operand.kind === "value") {
    const { name } = operand;
    return (_, values) => values[name];
  }
  if (operand.kind === "path") {
    const { path } = operand;
    return path.length === 1 ? topLevel(path[0]) : (item) => valueAt(item, path);
  }
  operandTypes(operand.of, "operator or function: size", SIZED, context);
  const of = reader(operand.of, context);
  return (item, values) => {
    const size = sizeOf(of(item, values));
    return size === undefined ? undefined : { N: String(size) };
  };
}

const topLevel = (name: string): Read => (item) => (item && Object.hasOwn(item, name) ? item[name] : undefined);

/** Source: "Condition and filter expressions, operators, and functions in DynamoDB" (size). */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (!value) return undefined;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined) return value.L.length;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return members(value)?.length;
}

const equal = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a !== undefined && b !== undefined && equalValues(a, b);

const ORDER: Readonly<Record<Exclude<Comparator, "=" | "<>">, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function compare(condition: Extract<Condition, { kind: "compare" }>, context: Context): Test {
  const { operator } = condition;
  distinct(operator, condition.left, [condition.right], context);
  const left = reader(condition.left, context);
  const right = reader(condition.right, context);
  if (operator === "=") return (i, v) => equal(left(i, v), right(i, v));
  // An attribute that is not there is different from everything.
  if (operator === "<>") return (i, v) => !equal(left(i, v), right(i, v));
  for (const operand of [condition.left, condition.right]) operandTypes(operand, `operator: ${operator}`, ORDERED, context);
  const ordered = ORDER[operator];
  return (i, v) => {
    const order = orderOf(left(i, v), right(i, v));
    return order !== undefined && ordered(order);
  };
}

const orderOf = (a: AttributeValue | undefined, b: AttributeValue | undefined): number | undefined =>
  a && b ? compareValues(a, b) : undefined;

const shown = (value: AttributeValue): string => {
  const type = typeOf(value);
  return `AttributeValue: {${type}:${type === "B" ? Buffer.from(value.B ?? []).toString("base64") : String(value[type])}}`;
};

function between(condition: Extract<Condition, { kind: "between" }>, context: Context): Test {
  const { operand, low, high } = condition;
  for (const each of [operand, low, high]) operandTypes(each, "operator: BETWEEN", ORDERED, context);
  if (low.kind === "value" && high.kind === "value") {
    context.checks.push((values) => checkBounds(values[low.name], values[high.name], context.fail));
  }
  const value = reader(operand, context);
  const from = reader(low, context);
  const to = reader(high, context);
  return (i, v) => {
    const given = value(i, v);
    return (orderOf(from(i, v), given) ?? 1) <= 0 && (orderOf(given, to(i, v)) ?? 1) <= 0;
  };
}

function checkBounds(low: AttributeValue | undefined, high: AttributeValue | undefined, fail: Fail): void {
  if (!low || !high) return;
  const order = compareValues(low, high);
  if (order === undefined) {
    throw fail(
      "The BETWEEN operator requires same data type for lower and upper bounds; " +
        `lower bound operand: ${shown(low)}, upper bound operand: ${shown(high)}`,
    );
  }
  if (order > 0) {
    throw fail(
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
        `lower bound operand: ${shown(low)}, upper bound operand: ${shown(high)}`,
    );
  }
}

function attributeType(condition: Extract<Condition, { kind: "type" }>, context: Context): Test {
  operandTypes(condition.type, "operator or function: attribute_type", ["S"], context);
  const type = reader(condition.type, context);
  if (condition.type.kind === "value") {
    context.checks.push((values) => {
      const given = type(undefined, values)?.S;
      if (!TYPES.some((known) => known === given)) {
        throw context.fail(`Invalid attribute type name found; type: ${given}, valid types: {${TYPES.join(",")}}`);
      }
    });
  }
  const operand = reader(condition.operand, context);
  return (i, v) => {
    const value = operand(i, v);
    return value !== undefined && typeOf(value) === type(i, v)?.S;
  };
}

export function beginsWith(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && part?.S !== undefined) return value.S.startsWith(part.S);
  if (!value?.B || !part?.B) return false;
  return Buffer.compare(value.B.subarray(0, part.B.length), part.B) === 0;
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!value || !part) return false;
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined) return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
  return (value.L ?? members(value) ?? []).some((element) => equalValues(element, part));
}
