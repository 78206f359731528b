import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../errors";
import { NumberError, normaliseNumber } from "./decimal";
import { assign, TYPES, type Item, type ItemDraft, type Type } from "./values";

/** Nesting of lists and maps. Source: "Quotas in Amazon DynamoDB" (Nested attribute depth). */
const MAX_DEPTH = 32;

export const validation = (message: string): AwsError => new AwsError("ValidationException", message);

const invalid = (message: string): AwsError => validation(`One or more parameter values were invalid: ${message}`);

const TYPE_NAMES: ReadonlySet<string> = new Set(TYPES);
const isType = (name: string): name is Type => TYPE_NAMES.has(name);

function onlyType(value: AttributeValue): Type {
  let found: Type | undefined;
  // By the members that are there, as a rule one, and not by all that could be.
  for (const type in value) {
    if (!isType(type) || value[type] === undefined) continue;
    if (found) {
      throw validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
    }
    found = type;
  }
  if (!found) {
    throw validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  return found;
}

function number(text: string): string {
  try {
    return normaliseNumber(text);
  } catch (error) {
    if (error instanceof NumberError) throw validation(error.message);
    throw error;
  }
}

function unique(list: readonly string[], shown: readonly string[], empty: string): void {
  if (list.length === 0) throw invalid(empty);
  if (new Set(list).size !== list.length) throw invalid(`Input collection [${shown.join(", ")}] contains duplicates.`);
}

/**
 * A checked copy of a value from outside: one type, numbers normalised, sets without duplicates.
 * Throws ValidationException.
 */
export function intakeValue(value: AttributeValue, depth = 1): AttributeValue {
  const { S, N } = value;
  switch (onlyType(value)) {
    case "S":
      if (typeof S === "string") return { S };
      break;
    case "N":
      if (typeof N === "string") return { N: number(N) };
      break;
    case "B":
      if (value.B instanceof Uint8Array) return { B: Uint8Array.from(value.B) };
      break;
    case "BOOL":
      if (typeof value.BOOL === "boolean") return { BOOL: value.BOOL };
      break;
    case "NULL":
      if (value.NULL === true) return { NULL: true };
      throw invalid("Null attribute value types must have the value of true");
    case "SS":
      return stringSet(value.SS ?? []);
    case "NS":
      return numberSet(value.NS ?? []);
    case "BS":
      return binarySet(value.BS ?? []);
    case "L":
      tooDeep(depth);
      if (Array.isArray(value.L)) return { L: value.L.map((element) => intakeValue(element, depth + 1)) };
      break;
    case "M":
      tooDeep(depth);
      return { M: intakeItem(value.M ?? {}, depth + 1) };
  }
  throw new AwsError("SerializationException", "An attribute value has a member of the wrong type");
}

/** A checked copy of an item, see {@link intakeValue}. */
export function intakeItem(item: Item, depth = 1): ItemDraft {
  const copy: ItemDraft = {};
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    if (value === null || typeof value !== "object") throw new AwsError("SerializationException", `Attribute ${name} is no attribute value`);
    assign(copy, name, intakeValue(value, depth));
  }
  return copy;
}

function stringSet(SS: readonly string[]): AttributeValue {
  unique(SS, SS, "An string set  may not be empty");
  return { SS: [...SS] };
}

function numberSet(NS: readonly string[]): AttributeValue {
  const numbers = NS.map(number);
  unique(numbers, NS, "An number set  may not be empty");
  return { NS: numbers };
}

function binarySet(BS: readonly Uint8Array[]): AttributeValue {
  const texts = BS.map((bytes) => Buffer.from(bytes).toString("base64"));
  unique(texts, texts, "Binary sets should not be empty");
  return { BS: BS.map((bytes) => Uint8Array.from(bytes)) };
}

function tooDeep(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw validation("Nesting Levels have exceeded supported limits: Attributes is nested too deep");
  }
}
