import type { Api, Method, Resource } from "./api";

/** Where a request leads. */
export interface Match {
  readonly resource: Resource;
  /** Undefined: the resource has no such method. */
  readonly method: Method | undefined;
  /** URL-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Percent-decoding that leaves alone what is not encoded properly. */
export function decode(text: string): string {
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
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const segments = trimmed === "/" || trimmed === "" ? [] : trimmed.split("/").slice(1);
  for (const resource of api.resources) {
    const pathParameters = capture(resource.segments, segments);
    if (pathParameters) {
      const method = resource.methods.get(httpMethod) ?? resource.methods.get("ANY");
      return { resource, method, pathParameters };
    }
  }
  return undefined;
}

function capture(pattern: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const greedy = pattern.at(-1)?.endsWith("+}") === true;
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const found: [string, string][] = [];
  for (const [index, wanted] of pattern.entries()) {
    const given = segments[index] ?? "";
    if (wanted.endsWith("+}")) {
      found.push([wanted.slice(1, -2), decode(segments.slice(index).join("/"))]);
    } else if (wanted.startsWith("{")) {
      if (given === "") return undefined;
      found.push([wanted.slice(1, -1), decode(given)]);
    } else if (wanted !== decode(given)) {
      return undefined;
    }
  }
  return Object.fromEntries(found);
}
