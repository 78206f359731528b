import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { own, type Item, type ItemDraft, assign } from "../values";
import type { Path } from "./parser";

/** The value at a path; undefined where there is none. */
export function valueAt(item: Item | undefined, path: Path): AttributeValue | undefined {
  if (!item) return undefined;
  let value = own(item, path[0]);
  for (let i = 1; i < path.length && value; i += 1) value = child(value, path[i]);
  return value;
}

/** The element or member of a document value. */
export function child(value: AttributeValue, part: string | number | undefined): AttributeValue | undefined {
  if (typeof part === "number") return value.L?.[part];
  return part !== undefined && value.M ? own(value.M, part) : undefined;
}

interface Branch {
  readonly children: Map<string | number, Branch>;
  whole: boolean;
}

const branch = (): Branch => ({ children: new Map(), whole: false });

/** Picks the given paths out of items, keeping their nesting; list elements keep their order and close ranks. */
export function picker(paths: readonly Path[]): (item: Item) => ItemDraft {
  const root = branch();
  for (const path of paths) {
    let at = root;
    for (const part of path) {
      let next = at.children.get(part);
      if (!next) {
        next = branch();
        at.children.set(part, next);
      }
      at = next;
    }
    at.whole = true;
  }
  return (item) => pickMembers(item, root);
}

function pickMembers(item: Item, { children }: Branch): ItemDraft {
  const picked: ItemDraft = {};
  for (const [name, below] of children) {
    const value = typeof name === "string" ? own(item, name) : undefined;
    const part = value && pick(value, below);
    if (part && typeof name === "string") assign(picked, name, part);
  }
  return picked;
}

function pick(value: AttributeValue, below: Branch): AttributeValue | undefined {
  if (below.whole) return value;
  if (value.M) {
    const M = pickMembers(value.M, below);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!value.L) return undefined;
  const list = value.L;
  const L: AttributeValue[] = [];
  const positions = [...below.children.keys()].filter((part) => typeof part === "number").sort((a, b) => a - b);
  for (const position of positions) {
    const element = list[position];
    const next = below.children.get(position);
    const part = element && next && pick(element, next);
    if (part) L.push(part);
  }
  return L.length > 0 ? { L } : undefined;
}
