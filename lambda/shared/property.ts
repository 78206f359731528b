/**
 * A member of a value that may be anything, e.g. of what was caught; undefined where there is none. Errors are looked at
 * this way and not by `instanceof`: a bundle has its own copies of the SDK's classes, a realm its own `Error`.
 */
export function property(value: unknown, name: string | symbol): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Is this the SDK's or the service's error of that name? */
export const isNamed = (error: unknown, name: string): boolean => property(error, "name") === name;
