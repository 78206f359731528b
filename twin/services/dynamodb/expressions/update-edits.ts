import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "../intake";
import { assign, own, type Item, type ItemDraft } from "../values";
import type { Path } from "./parser";

/** A new value for a path; undefined removes what is there. */
export interface Edit {
  readonly path: Path;
  readonly value: AttributeValue | undefined;
}

const noSuchPath = (): Error => validation("The document path provided in the update expression is invalid for update");

/** The item with the edits; only what changes is copied. Positions mean those of the lists as they were. */
export function withEdits(item: Item, edits: readonly Edit[]): Item {
  const draft: ItemDraft = { ...item };
  const sets = edits.filter(({ value }) => value !== undefined).sort(byPosition);
  // From the end of each list, so that a removal does not move what another one means.
  const removals = edits.filter(({ value }) => value === undefined).sort((a, b) => byPosition(b, a));
  for (const { path, value } of [...sets, ...removals]) edit(draft, path, value);
  return draft;
}

/** Elements beyond the end are appended in the order of their positions. */
function byPosition(a: Edit, b: Edit): number {
  const left = a.path.at(-1);
  const right = b.path.at(-1);
  return typeof left === "number" && typeof right === "number" ? left - right : 0;
}

function edit(draft: ItemDraft, path: Path, value: AttributeValue | undefined): void {
  const [name] = path;
  if (path.length > 1) {
    const old = own(draft, name);
    if (!old) throw noSuchPath();
    assign(draft, name, replaced(old, path, 1, value));
  } else if (value) {
    assign(draft, name, value);
  } else {
    delete draft[name];
  }
}

function replaced(container: AttributeValue, path: Path, depth: number, value: AttributeValue | undefined): AttributeValue {
  const part = path[depth];
  const last = depth === path.length - 1;
  if (typeof part === "number") {
    if (!container.L) throw noSuchPath();
    return { L: withElement(container.L, part, last, (old) => (last ? value : replaced(old, path, depth + 1, value))) };
  }
  if (!container.M || part === undefined) throw noSuchPath();
  const M: ItemDraft = { ...container.M };
  const old = own(M, part);
  if (!last && !old) throw noSuchPath();
  const next = last || !old ? value : replaced(old, path, depth + 1, value);
  if (next) assign(M, part, next);
  else delete M[part];
  return { M };
}

/** The list with one element replaced, removed (the new one is undefined) or, beyond its end, appended. */
function withElement(
  list: readonly AttributeValue[],
  position: number,
  last: boolean,
  change: (old: AttributeValue) => AttributeValue | undefined,
): AttributeValue[] {
  const old = list[position];
  if (!old && !last) throw noSuchPath();
  const next = change(old ?? { NULL: true });
  if (!next) return list.filter((_, index) => index !== position);
  return old ? list.map((element, index) => (index === position ? next : element)) : [...list, next];
}
