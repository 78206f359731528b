import { isoTime } from "../../lambda/shared/clock";
import { AwsError } from "../errors";

/** An element with its children in order, or its text. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

const malformed = (): AwsError => new AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const unescape = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (_all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? "";
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });

interface Draft {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The part of XML that S3's requests use: elements and text; attributes, comments and declarations are passed over. Throws MalformedXML. */
export function parseXml(xml: string): Element {
  const root: Draft = { name: "", children: [], text: "" };
  const stack: Draft[] = [root];
  const tokens = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w:.-]*)(?:\s[^<>]*?)?(\/?)>|([^<]+)|(<)/g;
  for (const [, close, name, selfClosing, text, broken] of xml.matchAll(tokens)) {
    const top = stack.at(-1);
    if (broken !== undefined || !top) throw malformed();
    if (text !== undefined) top.text += unescape(text);
    if (name === undefined) continue;
    if (close === "") {
      const element: Draft = { name, children: [], text: "" };
      top.children.push(element);
      if (selfClosing === "") stack.push(element);
    } else if (stack.pop()?.name !== name || stack.length === 0) throw malformed();
  }
  const [only] = root.children;
  if (!only || root.children.length !== 1 || stack.length !== 1 || root.text.trim() !== "") throw malformed();
  return only;
}

export const child = ({ children }: Element, name: string): Element | undefined => children.find((one) => one.name === name);

const escape = (text: string): string =>
  // XML 1.0 cannot hold control characters as they are; a carriage return would be read as a line feed.
  text.replace(/[<>&"\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** One element of an answer. Lists repeat their element; a name in `wrapped` is a list of so named elements inside one. */
export function toXml(name: string, value: unknown, wrapped: Readonly<Record<string, string>> = {}): string {
  if (value === undefined) return "";
  const member = wrapped[name];
  if (Array.isArray(value)) {
    if (member === undefined) return value.map((one) => toXml(name, one, wrapped)).join("");
    return `<${name}>${value.map((one) => toXml(member, one, wrapped)).join("")}</${name}>`;
  }
  if (value instanceof Date) return `<${name}>${isoTime(value.getTime())}</${name}>`;
  if (typeof value === "object" && value !== null) {
    const inside = Object.entries(value).map(([key, inner]) => toXml(key, inner, wrapped));
    return `<${name}>${inside.join("")}</${name}>`;
  }
  return `<${name}>${escape(String(value))}</${name}>`;
}

export const document = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
