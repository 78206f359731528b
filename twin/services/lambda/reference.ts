/** A function as callers name it. */
export interface FunctionReference {
  readonly name: string;
  /** A version's number or an alias; undefined = `$LATEST`. */
  readonly qualifier?: string;
}

/** References taken apart: the same few come at every request. So many are kept. */
const known = new Map<string, FunctionReference>();
const KEPT = 1000;

/** `name`, `name:qualifier`, or an ARN with or without a qualifier -> its parts. "Invoke" (Lambda API reference), FunctionName. */
export function parseReference(reference: string): FunctionReference {
  let parsed = known.get(reference);
  if (!parsed) {
    const [name = "", qualifier] = reference.startsWith("arn:") ? reference.split(":").slice(6) : reference.split(":");
    parsed = qualifier === undefined || qualifier === "$LATEST" ? { name } : { name, qualifier };
    if (known.size >= KEPT) known.clear();
    known.set(reference, parsed);
  }
  return parsed;
}
