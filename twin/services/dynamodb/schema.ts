import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "./intake";
import { own, scalarText, textSize, type Item, type ItemDraft } from "./values";

export type KeyType = "S" | "N" | "B";
export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface Keys {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

/** A global secondary index. */
export interface IndexDefinition extends Keys {
  readonly name: string;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  /** With INCLUDE. */
  readonly nonKeyAttributes: readonly string[];
}

export const STREAM_VIEW_TYPES = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] as const;
export type StreamViewType = (typeof STREAM_VIEW_TYPES)[number];

/** What a table is, the same in every region. */
export interface TableDefinition {
  readonly name: string;
  readonly keys: Keys;
  readonly indexes: readonly IndexDefinition[];
  readonly billingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  readonly deletionProtection: boolean;
}

/** The key attributes of a table or index, the partition key first. */
export const keyList = ({ hash, range }: Keys): readonly KeyAttribute[] => (range ? [hash, range] : [hash]);

/** Longest key values, bytes. Source: "Quotas in Amazon DynamoDB" (partition key length, sort key length). */
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;
/** Source: "Quotas in Amazon DynamoDB" (item size). */
export const MAX_ITEM_BYTES = 400 * 1024;

const invalid = (message: string): Error => validation(`One or more parameter values were invalid: ${message}`);

const typeName = (value: AttributeValue): string => Object.keys(value)[0] ?? "NULL";

function checkLength(value: AttributeValue, attribute: KeyAttribute, isHash: boolean): void {
  const length = value.S !== undefined ? textSize(value.S) : (value.B?.byteLength ?? 1);
  if (length === 0) {
    const kind = attribute.type === "S" ? "string" : "binary";
    throw validation(
      "One or more parameter values are not valid. " +
        `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute.name}`,
    );
  }
  const limit = isHash ? MAX_HASH_BYTES : MAX_RANGE_BYTES;
  if (length > limit) {
    const which = isHash ? "hashkey" : "rangekey";
    throw invalid(`Size of ${which} has exceeded the maximum size limit of ${limit} bytes`);
  }
}

/** The text that identifies an item within its table. Unambiguous: a hash key of any content cannot run into the range key. */
export function keyText(item: Item, { hash, range }: Keys): string {
  const text = hashText(item, hash);
  if (!range) return text;
  const value = own(item, range.name);
  return `${text.length}:${text}${value ? scalarText(value) : ""}`;
}

export function hashText(item: Item, hash: KeyAttribute): string {
  const value = own(item, hash.name);
  return value ? scalarText(value) : "";
}

/** The key attributes of an item. */
export function keyOf(item: Item, { hash, range }: Keys): ItemDraft {
  const key: ItemDraft = {};
  const value = own(item, hash.name);
  if (value) key[hash.name] = value;
  const sort = range && own(item, range.name);
  if (range && sort) key[range.name] = sort;
  return key;
}

/** Checks the keys of an item that is to be stored: the table's, then the indexes'. Throws ValidationException. */
export function checkItemKeys(item: Item, { keys, indexes }: TableDefinition): void {
  checkTableKey(item, keys.hash, true);
  if (keys.range) checkTableKey(item, keys.range, false);
  for (const index of indexes) checkIndexKeys(item, index);
}

function checkTableKey(item: Item, attribute: KeyAttribute, isHash: boolean): void {
  const value = own(item, attribute.name);
  if (!value) throw invalid(`Missing the key ${attribute.name} in the item`);
  if (value[attribute.type] === undefined) {
    throw invalid(`Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeName(value)}`);
  }
  checkLength(value, attribute, isHash);
}

/** An index holds the items that have all its keys; a key that is there must have the right type. */
export function checkIndexKeys(item: Item, index: IndexDefinition): void {
  checkIndexKey(item, index, index.hash);
  if (index.range) checkIndexKey(item, index, index.range);
}

function checkIndexKey(item: Item, index: IndexDefinition, { name, type }: KeyAttribute): void {
  const value = own(item, name);
  if (!value) return;
  if (value[type] === undefined) {
    throw invalid(`Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeName(value)} IndexName: ${index.name}`);
  }
  if (value.S === "" || value.B?.byteLength === 0) {
    throw validation(
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
        `The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. ` +
        `IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
}

/** Checks a key that names an item: exactly the table's key attributes. Throws ValidationException. */
export function checkKey(key: Item, { hash, range }: Keys): void {
  const value = own(key, hash.name);
  const sort = range && own(key, range.name);
  const matches = value?.[hash.type] !== undefined && (!range || sort?.[range.type] !== undefined);
  if (!matches || Object.keys(key).length !== (range ? 2 : 1)) throw validation("The provided key element does not match the schema");
  checkLength(value, hash, true);
  if (range && sort) checkLength(sort, range, false);
}
