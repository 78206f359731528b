import type { Leaf, Parser, Path } from "./parser";

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type Operand = Leaf | { readonly kind: "size"; readonly of: Leaf };

/** A condition as parsed; key conditions are read from the same tree. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly inner: Condition }
  | { readonly kind: "compare"; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "exists"; readonly path: Path; readonly expected: boolean }
  | { readonly kind: "type"; readonly operand: Operand; readonly type: Operand }
  | { readonly kind: "begins_with" | "contains"; readonly operand: Operand; readonly part: Operand };

const COMPARATORS: readonly Comparator[] = ["=", "<>", "<", "<=", ">", ">="];

/** Operands by function name. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const UPDATE_FUNCTIONS = ["if_not_exists", "list_append"];
/** Source: "Quotas in Amazon DynamoDB" (expression operators: operands of IN). */
const MAX_IN = 100;

/** Parses a whole condition. Grammar: "Condition and filter expressions, operators, and functions in DynamoDB". */
export function parseCondition(parser: Parser): Condition {
  const condition = or(parser);
  parser.expectEnd();
  return condition;
}

function or(parser: Parser): Condition {
  let left = and(parser);
  while (parser.keyword("OR")) left = { kind: "or", left, right: and(parser) };
  return left;
}

function and(parser: Parser): Condition {
  let left = not(parser);
  while (parser.keyword("AND")) left = { kind: "and", left, right: not(parser) };
  return left;
}

function not(parser: Parser): Condition {
  if (parser.isKeyword("NOT") && !isCall(parser)) {
    parser.next();
    return { kind: "not", inner: not(parser) };
  }
  return primary(parser);
}

/** `NOT (…)` is a negation and no function's call. */
const isCall = (parser: Parser): boolean =>
  parser.peek().kind === "word" && parser.peek(1).text === "(" && !parser.isKeyword("NOT");

/** Conditions that stood in parentheses: `((a = b))` is refused, `((a = b) AND (c = d))` is not. */
const parenthesised = new WeakSet<Condition>();

function primary(parser: Parser): Condition {
  if (parser.symbol("(")) {
    const condition = or(parser);
    parser.expectSymbol(")");
    if (parenthesised.has(condition)) throw parser.error("The expression has redundant parentheses;");
    parenthesised.add(condition);
    return condition;
  }
  if (isCall(parser) && parser.peek().text !== "size") return call(parser);
  return comparison(parser);
}

function call(parser: Parser): Condition {
  const name = parser.next().text;
  if (UPDATE_FUNCTIONS.includes(name)) {
    throw parser.error(`The function is not allowed in a condition expression; function: ${name}`);
  }
  const operands = operandList(parser, name);
  const [first, second] = operands;
  const token = parser.peek();
  if (token.kind === "symbol" && COMPARATORS.some((operator) => operator === token.text)) throw misused(parser, name);
  if (name === "attribute_exists" || name === "attribute_not_exists") {
    if (first?.kind !== "path") throw pathRequired(parser, name);
    return { kind: "exists", path: first.path, expected: name === "attribute_exists" };
  }
  if (!first || !second) throw parser.syntaxError();
  if (name === "attribute_type") return { kind: "type", operand: first, type: second };
  return { kind: name === "contains" ? "contains" : "begins_with", operand: first, part: second };
}

const misused = (parser: Parser, name: string): Error =>
  parser.error(`The function is not allowed to be used this way in an expression; function: ${name}`);

const pathRequired = (parser: Parser, name: string): Error =>
  parser.error(`Operator or function requires a document path; operator or function: ${name}`);

function operandList(parser: Parser, name: string): Operand[] {
  const expected = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (expected === undefined) throw parser.error(`Invalid function name; function: ${name}`);
  parser.expectSymbol("(");
  const operands = [operand(parser)];
  while (parser.symbol(",")) operands.push(operand(parser));
  parser.expectSymbol(")");
  if (operands.length !== expected) {
    throw parser.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  return operands;
}

function operand(parser: Parser): Operand {
  if (parser.peek().kind === "word" && parser.peek(1).text === "(") {
    const name = parser.next().text;
    const [of] = operandList(parser, name);
    if (name !== "size" || !of || of.kind === "size") throw misused(parser, name);
    return { kind: "size", of };
  }
  const leaf = parser.leaf();
  if (!leaf) throw parser.syntaxError();
  return leaf;
}

function comparison(parser: Parser): Condition {
  const left = operand(parser);
  if (parser.keyword("BETWEEN")) {
    const low = operand(parser);
    parser.expectKeyword("AND");
    return { kind: "between", operand: left, low, high: operand(parser) };
  }
  if (parser.keyword("IN")) return { kind: "in", operand: left, list: inList(parser) };

  const operator = COMPARATORS.find((candidate) => parser.peek().kind === "symbol" && parser.peek().text === candidate);
  if (!operator) {
    // A lone operand, or a function that gives no condition.
    const token = parser.peek();
    const ends = token.kind === "end" || token.text === ")" || parser.isKeyword("AND") || parser.isKeyword("OR");
    if (left.kind === "size" && ends) throw misused(parser, "size");
    throw parser.syntaxError();
  }
  parser.next();
  return { kind: "compare", operator, left, right: operand(parser) };
}

function inList(parser: Parser): Operand[] {
  parser.expectSymbol("(");
  const list = [operand(parser)];
  while (parser.symbol(",")) list.push(operand(parser));
  parser.expectSymbol(")");
  if (list.length > MAX_IN) {
    throw parser.error(`Invalid number of operands for operator or function; operator or function: IN, number of operands: ${list.length}`);
  }
  return list;
}
