/** A log line that is put together when somebody reads it. */
export interface LazyLine {
  /** The whole line, the same at each call. */
  text(): string;
  /** Of a line that is a JSON object: the member under these names, as JSON.parse of the text would give it. Undefined = there is none. */
  member?(path: readonly string[]): unknown;
}

export type Line = string | LazyLine;

/** Says of a log line whether a filter takes it. */
export type LineFilter = (line: Line) => boolean;

type Members = Required<Pick<LazyLine, "member">>;
type Term = (line: Members) => boolean;

/** A filter pattern that this twin does not read. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const TOKEN = /\s*(\(|\)|&&|\|\||!=|=|\$(?:\.\w+)+|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[\w*.-]+)/y;

function tokensOf(text: string): readonly string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < text.trimEnd().length) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new PatternError(`got ${text}; cannot read it from character ${end + 1} on`);
    found.push(token);
    end = TOKEN.lastIndex;
  }
  return found;
}

/** A line that had to be parsed. */
class ParsedLine implements Members {
  constructor(private readonly fields: unknown) {}

  member(path: readonly string[]): unknown {
    let value = this.fields;
    for (const name of path) value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined; // any object
    return value;
  }
}

function comparison(selector: string, operator: string, operand: string): Term {
  const path = selector.slice(2).split(".");
  const wanted: unknown = operand.startsWith('"') ? JSON.parse(operand) : /^-?\d/.test(operand) ? Number(operand) : operand;
  // A field that is not there matches nothing, not even !=.
  return (line) => {
    const value = line.member(path);
    return value !== undefined && (value === wanted) === (operator === "=");
  };
}

/** `or` of `and`s of comparisons and parentheses. */
function parse(tokens: readonly string[], text: string): Term {
  let at = 0;
  const next = (): string => tokens[at++] ?? "";
  const fail = (): never => {
    throw new PatternError(`got ${text}; allowed { $.field = "value" && $.other != 1 || (…) }`);
  };
  const factor = (): Term => {
    const token = next();
    if (token === "(") {
      const inner = either();
      return next() === ")" ? inner : fail();
    }
    const operator = next();
    const operand = next();
    if (!token.startsWith("$.") || !["=", "!="].includes(operator) || operand === "") return fail();
    return comparison(token, operator, operand);
  };
  const chain = (part: () => Term, sign: string, join: (a: Term, b: Term) => Term): Term => {
    let found = part();
    while (tokens[at] === sign) {
      at += 1;
      found = join(found, part());
    }
    return found;
  };
  const both = (): Term => chain(factor, "&&", (a, b) => (line) => a(line) && b(line));
  const either = (): Term => chain(both, "||", (a, b) => (line) => a(line) || b(line));
  const whole = either();
  return at === tokens.length ? whole : fail();
}

/**
 * The filter that a pattern describes: all lines (empty), lines with all of some words, or JSON lines whose fields
 * compare as written. CloudWatch Logs user guide, "Filter pattern syntax".
 * @throws {PatternError} for the rest of that syntax
 */
export function lineFilter(pattern: string): LineFilter {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{") && text.endsWith("}")) {
    const term = parse(tokensOf(text.slice(1, -1)), text);
    return (line) => {
      if (hasMembers(line)) return term(line);
      const fields = jsonOf(textOf(line));
      return fields !== undefined && term(new ParsedLine(fields));
    };
  }
  if (!/^("[^"]*"|\w+)(\s+("[^"]*"|\w+))*$/.test(text)) throw new PatternError(`got ${text}; allowed nothing, words, or { $.field = "value" … }`);
  const words = [...text.matchAll(/"([^"]*)"|(\w+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  return (line) => {
    const found = textOf(line);
    return words.every((word) => found.includes(word));
  };
}

/** The text of a line. */
export const textOf = (line: Line): string => (typeof line === "string" ? line : line.text());

const hasMembers = (line: Line): line is LazyLine & Members => typeof line !== "string" && line.member !== undefined;

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
