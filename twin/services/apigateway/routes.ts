import type { Api, Method, Resource, Segment } from "./api";

/** Where a request leads. */
export interface Match {
  readonly resource: Resource;
  /** Undefined: the resource has no such method. */
  readonly method: Method | undefined;
  /** URL-decoded, made for this request; undefined where the resource has none. */
  readonly pathParameters: Record<string, string> | undefined;
}

/** Percent-decoding that leaves alone what is not encoded properly. */
export function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The most specific resource for a path. The resource is chosen before the method: a literal resource without the
 * method is not passed over for a parameter beside it. One slash at the end makes no difference.
 * @param path as sent, without base path, stage and query
 */
export function match(api: Api, httpMethod: string, path: string): Match | undefined {
  const literal = api.literals.get(path);
  if (literal) return { resource: literal, method: methodOf(literal, httpMethod), pathParameters: undefined };
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const segments = trimmed === "/" || trimmed === "" ? [] : trimmed.split("/").slice(1);
  for (const resource of api.resources) {
    if (!leadsTo(resource.segments, segments)) continue;
    return { resource, method: methodOf(resource, httpMethod), pathParameters: capture(resource.segments, segments) };
  }
  return undefined;
}

const methodOf = ({ methods }: Resource, httpMethod: string): Method | undefined => methods.get(httpMethod) ?? methods.get("ANY");

function leadsTo(pattern: readonly Segment[], segments: readonly string[]): boolean {
  const greedy = pattern.at(-1)?.kind === "greedy";
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  for (const [index, { kind, text }] of pattern.entries()) {
    const given = segments[index] ?? "";
    if (kind === "literal" ? decode(given) !== text : kind === "parameter" && given === "") return false;
  }
  return true;
}

function capture(pattern: readonly Segment[], segments: readonly string[]): Record<string, string> | undefined {
  let found: Record<string, string> | undefined;
  for (const [index, { kind, text }] of pattern.entries()) {
    if (kind === "literal") continue;
    found ??= {};
    found[text] = decode(kind === "greedy" ? segments.slice(index).join("/") : (segments[index] ?? ""));
  }
  return found;
}
