import type { Leaf, Parser, Path } from "./parser";

/** What a SET action assigns. */
export type Source =
  | Leaf
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: "list_append"; readonly first: Source; readonly second: Source }
  | { readonly kind: "+" | "-"; readonly left: Source; readonly right: Source };

/** An update expression as parsed. */
export interface UpdateActions {
  readonly set: readonly { readonly path: Path; readonly source: Source }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: string }[];
  readonly delete: readonly { readonly path: Path; readonly value: string }[];
}

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;

/** Grammar: "Update expressions in DynamoDB". */
export function parseUpdate(parser: Parser): UpdateActions {
  const set: UpdateActions["set"][number][] = [];
  const remove: Path[] = [];
  const add: UpdateActions["add"][number][] = [];
  const erase: UpdateActions["delete"][number][] = [];
  const seen = new Set<string>();
  while (parser.peek().kind !== "end") {
    const section = SECTIONS.find((word) => parser.keyword(word));
    if (!section) throw parser.syntaxError();
    if (seen.has(section)) throw parser.error(`The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    do {
      const path = parser.path();
      if (section === "SET") set.push({ path, source: assignment(parser) });
      else if (section === "REMOVE") remove.push(path);
      else (section === "ADD" ? add : erase).push({ path, value: value(parser) });
    } while (parser.symbol(","));
  }
  return { set, remove, add, delete: erase };
}

function assignment(parser: Parser): Source {
  parser.expectSymbol("=");
  return expression(parser);
}

function expression(parser: Parser): Source {
  const left = operand(parser);
  for (const kind of ["+", "-"] as const) {
    if (parser.symbol(kind)) return { kind, left, right: operand(parser) };
  }
  return left;
}

function value(parser: Parser): string {
  const leaf = parser.leaf();
  if (leaf?.kind !== "value") throw parser.syntaxError();
  return leaf.name;
}

function operand(parser: Parser): Source {
  if (parser.symbol("(")) {
    const inner = expression(parser);
    parser.expectSymbol(")");
    return inner;
  }
  if (parser.peek().kind === "word" && parser.peek(1).text === "(") return call(parser);
  const leaf = parser.leaf();
  if (!leaf) throw parser.syntaxError();
  return leaf;
}

function call(parser: Parser): Source {
  const name = parser.next().text;
  if (name !== "if_not_exists" && name !== "list_append") {
    throw parser.error(`Invalid function name; function: ${name}`);
  }
  parser.expectSymbol("(");
  const operands = [operand(parser)];
  while (parser.symbol(",")) operands.push(operand(parser));
  parser.expectSymbol(")");
  const [first, second] = operands;
  if (!first || !second || operands.length !== 2) {
    throw parser.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === "list_append") return { kind: "list_append", first, second };
  if (first.kind !== "path") throw parser.error(`Operator or function requires a document path; operator or function: ${name}`);
  return { kind: "if_not_exists", path: first.path, otherwise: second };
}
