import { validation } from "../intake";
import { isReserved } from "./reserved";

/** A document path: attribute names and list positions, `a.b[0]` = ["a", "b", 0]. Never empty. */
export type Path = readonly [string, ...(string | number)[]];

/** An operand that every expression has: a document path, or a value by its name (`:v`). */
export type Leaf = { readonly kind: "path"; readonly path: Path } | { readonly kind: "value"; readonly name: string };

type TokenKind = "word" | "name" | "value" | "index" | "symbol" | "end";
interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const TOKEN = /\s*(?:(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<index>\d+)|(?<symbol><>|<=|>=|[-+=<>()[\].,]))/y;
const END: Token = { kind: "end", text: "<EOF>" };

/** `#names` as given with the request. */
export type Names = Readonly<Record<string, string>>;

export const pathText = (path: Path): string =>
  `[${path.map((part) => (typeof part === "number" ? `[${part}]` : part)).join(", ")}]`;

/** What all expression grammars share: tokens, document paths, and errors in AWS's words. Throws ValidationException. */
export class Parser {
  readonly usedNames = new Set<string>();
  readonly usedValues = new Set<string>();
  /** Names of the top-level attributes that the expression reads or writes. */
  readonly attributes = new Set<string>();
  private readonly tokens: readonly Token[];
  private position = 0;

  /** @param parameter the request parameter that holds the expression, e.g. `ConditionExpression` */
  constructor(
    private readonly parameter: string,
    text: string,
    private readonly names: Names,
  ) {
    if (text.trim() === "") throw this.error("The expression can not be empty;");
    this.tokens = this.split(text);
  }

  error(message: string): Error {
    return validation(`Invalid ${this.parameter}: ${message}`);
  }

  /** The next token, `ahead` tokens on. */
  peek(ahead = 0): Token {
    return this.tokens[this.position + ahead] ?? END;
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  /** Takes the symbol if it is next. */
  symbol(text: string): boolean {
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== text) return false;
    this.position += 1;
    return true;
  }

  /** Takes the keyword if it is next. Keywords are case-insensitive. */
  keyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.position += 1;
    return true;
  }

  isKeyword(word: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.text.toUpperCase() === word;
  }

  expectSymbol(text: string): void {
    if (!this.symbol(text)) throw this.syntaxError();
  }

  expectKeyword(word: string): void {
    if (!this.keyword(word)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.syntaxError();
  }

  syntaxError(): Error {
    const near = [this.peek(-1), this.peek(), this.peek(1)].filter(({ kind }) => kind !== "end").map(({ text }) => text);
    return this.error(`Syntax error; token: "${this.peek().text}", near: "${near.join(" ")}"`);
  }

  /** A path or a value; undefined (and nothing taken) when neither comes next. */
  leaf(): Leaf | undefined {
    const token = this.peek();
    if (token.kind === "value") {
      this.position += 1;
      this.usedValues.add(token.text);
      return { kind: "value", name: token.text };
    }
    if (token.kind === "name" || token.kind === "word") return { kind: "path", path: this.path() };
    return undefined;
  }

  path(): Path {
    const rest: (string | number)[] = [];
    const first = this.pathName();
    this.attributes.add(first);
    for (;;) {
      if (this.symbol(".")) {
        rest.push(this.pathName());
      } else if (this.symbol("[")) {
        const index = this.next();
        if (index.kind !== "index") {
          this.position -= 1;
          throw this.syntaxError();
        }
        rest.push(Number(index.text));
        this.expectSymbol("]");
      } else {
        return [first, ...rest];
      }
    }
  }

  private pathName(): string {
    const token = this.peek();
    if (token.kind === "word") {
      this.position += 1;
      if (isReserved(token.text)) {
        throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
      }
      return token.text;
    }
    if (token.kind !== "name") throw this.syntaxError();
    this.position += 1;
    const name = Object.hasOwn(this.names, token.text) ? this.names[token.text] : undefined;
    if (name === undefined) {
      throw this.error(`An expression attribute name used in the document path is not defined; attribute name: ${token.text}`);
    }
    this.usedNames.add(token.text);
    return name;
  }

  private split(text: string): Token[] {
    const tokens: Token[] = [];
    const end = text.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const start = TOKEN.lastIndex;
      const groups = TOKEN.exec(text)?.groups;
      if (!groups) {
        const rest = text.slice(start).trimStart();
        const before = tokens.at(-1)?.text;
        throw this.error(`Syntax error; token: "${rest.slice(0, 1)}", near: "${before ? `${before} ` : ""}${rest.slice(0, 10)}"`);
      }
      for (const kind of ["name", "value", "word", "index", "symbol"] as const) {
        const found = groups[kind];
        if (found !== undefined) tokens.push({ kind, text: found });
      }
    }
    return tokens;
  }
}
