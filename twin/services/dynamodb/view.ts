import type { Side } from "./expressions/key-condition";
import { validation } from "./intake";
import type { Entry, Position } from "./ordered-index";
import type { Replica } from "./replica";
import { hashText, keyList, keyOf, keyText, type Keys } from "./schema";
import type { SecondaryIndex } from "./secondary-index";
import { own, type Item } from "./values";

/** A place in a table or index that a page ended at. */
export type Start = Position & { readonly hash: string };

/** A table or one of its indexes, as Query and Scan see it. */
export interface View {
  readonly keys: Keys;
  readonly tableKeys: Keys;
  readonly index?: SecondaryIndex;
  query(hash: string, side: Side | undefined, options: { readonly after?: Position; readonly forward: boolean }): readonly Entry[];
  entries(): Iterable<Entry>;
  /** The key attributes of table and index: what LastEvaluatedKey is made of. */
  startKey(entry: Entry): Item;
}

/** Throws ValidationException for an unknown index and for a strongly consistent read of one. */
export function viewOf(table: Replica, indexName: string | undefined, consistent: boolean | undefined): View {
  if (indexName === undefined) {
    if (consistent) table.requireStrong();
    return tableView(table);
  }
  const index = table.store.indexes.get(indexName);
  if (!index) throw validation(`The table does not have the specified index: ${indexName}`);
  if (consistent) throw validation("Consistent reads are not supported on global secondary indexes");
  const tableKeys = table.definition.keys;
  return {
    keys: index.definition,
    tableKeys,
    index,
    query: (hash, side, options) => index.entries.query(hash, side, options),
    entries: () => index.entries.entries(),
    startKey: ({ item }) => ({ ...keyOf(item, tableKeys), ...keyOf(item, index.definition) }),
  };
}

function tableView({ store, definition }: Replica): View {
  const { keys } = definition;
  const { ordered } = store;
  const entry = (key: string): Entry[] => {
    const version = store.version(key);
    return version?.item ? [{ key, hash: hashText(version.item, keys.hash), range: undefined, item: version.item, size: version.size }] : [];
  };
  return {
    keys,
    tableKeys: keys,
    // Without a sort key the partition key is the whole key, and there is nothing after a place.
    query: (hash, side, options) => (ordered ? ordered.query(hash, side, options) : options.after ? [] : entry(hash)),
    entries: () => (ordered ? ordered.entries() : [...store.all()].flatMap(([key]) => entry(key))),
    startKey: ({ item }) => keyOf(item, keys),
  };
}

/** The place that an ExclusiveStartKey names. Throws ValidationException unless it has exactly the keys of table and index. */
export function startOf(key: Item, { keys, tableKeys }: View): Start {
  const attributes = new Map([...keyList(tableKeys), ...keyList(keys)].map((attribute) => [attribute.name, attribute]));
  const fits = [...attributes.values()].every(({ name, type }) => own(key, name)?.[type] !== undefined);
  if (!fits || Object.keys(key).length !== attributes.size) throw validation("The provided starting key is invalid");
  return { key: keyText(key, tableKeys), hash: hashText(key, keys.hash), range: keys.range && own(key, keys.range.name) };
}
