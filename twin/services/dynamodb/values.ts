import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compareNumbers, significantDigits } from "./decimal";

/** An item: immutable by convention, so that stores, indexes and stream records may share it. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** An item or map under construction. */
export type ItemDraft = Record<string, AttributeValue>;

export const TYPES = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"] as const;
export type Type = (typeof TYPES)[number];

/** The type of a value that is known to have one. */
export function typeOf(value: AttributeValue): Type {
  if (value.S !== undefined) return "S";
  if (value.N !== undefined) return "N";
  if (value.BOOL !== undefined) return "BOOL";
  for (const type of TYPES) if (value[type] !== undefined) return type;
  return "NULL";
}

/** An own attribute; never something inherited such as `constructor`: of that only `__proto__` is no function. */
export function own(map: Item, name: string): AttributeValue | undefined {
  const value = map[name];
  return typeof value === "object" && (name !== "__proto__" || Object.hasOwn(map, name)) ? value : undefined;
}

/** Sets an attribute whatever its name is, `__proto__` too. */
export function assign(map: ItemDraft, name: string, value: AttributeValue): void {
  if (name === "__proto__") {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[name] = value;
  }
}

/** Bytes of UTF-8 order as DynamoDB sorts strings; JavaScript's own order differs above U+FFFF. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) {
      const leftPair = left >= 0xd800 && left <= 0xdfff;
      const rightPair = right >= 0xd800 && right <= 0xdfff;
      return leftPair === rightPair ? left - right : leftPair ? 1 : -1;
    }
  }
  return a.length - b.length;
}

/** Orders two values of one scalar type (S, N, B); undefined where they cannot be ordered. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareStrings(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

/** A text that is the same for equal scalars only: for keys of maps and members of sets. */
export function scalarText(value: AttributeValue): string {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return value.N;
  return value.B === undefined ? "" : Buffer.from(value.B).toString("latin1");
}

/** The members of a set as scalars; undefined when the value is no set. */
export function members(value: AttributeValue): readonly AttributeValue[] | undefined {
  if (value.SS !== undefined) return value.SS.map((S) => ({ S }));
  if (value.NS !== undefined) return value.NS.map((N) => ({ N }));
  if (value.BS !== undefined) return value.BS.map((B) => ({ B }));
  return undefined;
}

/** Equal in type and content; sets in any order. Numbers are normalised already. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case "S":
      return a.S === b.S;
    case "N":
      return a.N === b.N;
    case "BOOL":
      return a.BOOL === b.BOOL;
    case "NULL":
      return true;
    case "B":
      return compareValues(a, b) === 0;
    case "L":
      return equalLists(a.L ?? [], b.L ?? []);
    case "M":
      return equalItems(a.M ?? {}, b.M ?? {});
    default:
      return equalSets(members(a) ?? [], members(b) ?? []);
  }
}

export function equalItems(a: Item | undefined, b: Item | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const left = own(a, name);
    const right = own(b, name);
    return left !== undefined && right !== undefined && equalValues(left, right);
  });
}

const equalLists = (a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean =>
  a.length === b.length &&
  a.every((value, index) => {
    const other = b[index];
    return other !== undefined && equalValues(value, other);
  });

function equalSets(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  if (a.length !== b.length) return false;
  const texts = new Set(a.map(scalarText));
  return b.every((value) => texts.has(scalarText(value)));
}

/** A copy for the caller, who may do with it what he likes. */
export function copyItem(item: Item): ItemDraft {
  const copy: ItemDraft = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) assign(copy, name, copyValue(value));
  }
  return copy;
}

export function copyValue(value: AttributeValue): AttributeValue {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.B !== undefined) return { B: Uint8Array.from(value.B) };
  if (value.M !== undefined) return { M: copyItem(value.M) };
  if (value.L !== undefined) return { L: value.L.map(copyValue) };
  if (value.SS !== undefined) return { SS: [...value.SS] };
  if (value.NS !== undefined) return { NS: [...value.NS] };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => Uint8Array.from(bytes)) };
  return value.BOOL !== undefined ? { BOOL: value.BOOL } : { NULL: true };
}

/** Bytes that an item takes. Source: "DynamoDB item sizes and formats". */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += textSize(name) + valueSize(value);
  }
  return size;
}

/** Texts up to here are counted faster than Node's own function is called. */
const SHORT = 64;

/** Bytes of a text as UTF-8. */
export function textSize(text: string): number {
  const { length } = text;
  if (length > SHORT) return Buffer.byteLength(text);
  for (let i = 0; i < length; i += 1) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text);
  return length;
}

const numberSize = (text: string): number => Math.ceil(significantDigits(text) / 2) + (text.startsWith("-") ? 2 : 1);

const total = <T>(list: readonly T[], size: (element: T) => number): number =>
  list.reduce((sum, element) => sum + size(element), 0);

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return textSize(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return total(value.SS, textSize);
  if (value.NS !== undefined) return total(value.NS, numberSize);
  if (value.BS !== undefined) return total(value.BS, (bytes) => bytes.byteLength);
  if (value.L !== undefined) return 3 + total(value.L, (element) => 1 + valueSize(element));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}
