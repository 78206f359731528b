import { createHash } from "node:crypto";
import type { HttpRequest } from "../../network";

export const ALGORITHMS = { sigv4: "AWS4-HMAC-SHA256", sigv4a: "AWS4-ECDSA-P256-SHA256" } as const;
export type Algorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS];

/** An Authorization header, taken apart. */
export interface SignedRequest {
  readonly algorithm: Algorithm;
  readonly accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request`; SigV4A's has no region. */
  readonly scope: string;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The header is no signature at all, or lacks a part. */
export interface Malformed {
  readonly malformed: string;
  /** The scheme is not one of AWS's. */
  readonly foreign?: true;
}

const isAlgorithm = (name: string): name is Algorithm => name === ALGORITHMS.sigv4 || name === ALGORITHMS.sigv4a;

/** "Create a signed AWS API request" (IAM user guide), "Add the signature to the request": the parts may come in any order, with or without spaces. */
export function parseAuthorization(value: string): SignedRequest | Malformed {
  const [scheme = "", ...rest] = value.trim().split(/\s+/);
  if (!isAlgorithm(scheme)) return { malformed: `Unsupported AWS 'algorithm': '${scheme}' (allowed: ${Object.values(ALGORITHMS).join(", ")}).`, foreign: true };
  const parts = new Map<string, string>();
  for (const part of rest.join("").split(",")) {
    const end = part.indexOf("=");
    if (end < 1) return { malformed: `'${part}' not a valid key=value pair (missing equal-sign) in Authorization header: '${value}'.` };
    parts.set(part.slice(0, end), part.slice(end + 1));
  }
  for (const name of ["Credential", "SignedHeaders", "Signature"]) {
    if (!parts.get(name)) return { malformed: `Authorization header requires '${name}' parameter. Authorization=${scheme}` };
  }
  const [accessKeyId = "", ...scope] = (parts.get("Credential") ?? "").split("/");
  return {
    algorithm: scheme,
    accessKeyId,
    scope: scope.join("/"),
    signedHeaders: (parts.get("SignedHeaders") ?? "").split(";"),
    signature: parts.get("Signature") ?? "",
  };
}

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** RFC 3986: everything but unreserved characters, hexadecimal digits in upper case. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The path as sent, without empty and dot segments, and encoded once more: for every service but S3. */
function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const end = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.map(uriEncode).join("/")}${end}`;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted by name, then by value, after encoding; a name without a value has an empty one. */
function canonicalQuery(query: string): string {
  const pairs = query.split("&").filter((pair) => pair !== "").map((pair): readonly [string, string] => {
    const end = pair.indexOf("=");
    const [name, value] = end < 0 ? [pair, ""] : [pair.slice(0, end), pair.slice(end + 1)];
    return [uriEncode(decoded(name)), uriEncode(decoded(value))];
  });
  return pairs.sort((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1])).map((pair) => pair.join("=")).join("&");
}

/** Trimmed, runs of white space as one space; a repeated header's values joined by commas. */
const canonicalValue = (values: readonly string[] = []): string => values.map((value) => value.trim().replace(/\s+/g, " ")).join(",");

/**
 * "Create a signed AWS API request" (IAM user guide), step 1. The payload hash is that of the body which arrived, so a
 * signer that says another one in x-amz-content-sha256 has signed another request.
 */
export function canonicalRequest({ method, target, headers, body }: HttpRequest, signedHeaders: readonly string[]): string {
  const [path = "/", ...query] = target.split("?");
  const names = [...signedHeaders].sort(byCodePoint);
  const lines = names.map((name) => `${name}:${canonicalValue(headers[name])}\n`).join("");
  return [method, canonicalPath(path), canonicalQuery(query.join("?")), lines, names.join(";"), sha256(body)].join("\n");
}

/** Step 3: what is signed. */
export const stringToSign = (algorithm: Algorithm, longDate: string, scope: string, canonical: string): string =>
  [algorithm, longDate, scope, sha256(canonical)].join("\n");
