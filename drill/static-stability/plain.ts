/** The graph keeps inputs of every type as plain JSON. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const list = <T = unknown>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : value === undefined ? [] : [value as T]); // as the resource's own argument type says
