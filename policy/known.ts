import type { Values } from "./objection";

/** Inputs without what a preview does not know yet, and where that was. */
export interface Known {
  readonly values: Values;
  /** First segments of the paths to unknown values. */
  readonly unknown: ReadonlySet<string>;
}

/** Stands in a list for an item that is not known: the list keeps its length. */
export const UNKNOWN_ITEM = "(known after the deployment)";

/** Reads the engine's properties, which throw when a value is asked for that is not known yet. */
export function known(props: object): Known {
  const unknown = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(props)) {
    const found = read(props, key, () => unknown.add(key));
    if (found !== undefined) values[key] = found;
  }
  return { values, unknown };
}

function read(holder: object, key: string, missed: () => void): unknown {
  let value: unknown;
  try {
    value = Reflect.get(holder, key);
  } catch (error) {
    // @pulumi/policy's UnknownValueError, whose class it keeps to itself.
    if (!(error instanceof Error) || !("unknownTypeSentinel" in error)) throw error;
    missed();
    return undefined;
  }
  if (typeof value !== "object" || value === null) return value;
  const object: object = value;
  if (Array.isArray(object)) return Object.keys(object).map((index) => read(object, index, missed) ?? UNKNOWN_ITEM);
  // Assets and archives are of their own classes: their contents are nobody's business here.
  if (Object.getPrototypeOf(object) !== Object.prototype) return undefined;
  return Object.fromEntries(Object.keys(object).map((name) => [name, read(object, name, missed)] as const).filter(([, item]) => item !== undefined));
}
