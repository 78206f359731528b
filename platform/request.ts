import type { IncomingMessage } from "node:http";
import { ControlError } from "./errors";

/** The largest body that the control server takes, bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Refuses what a web page of another origin could have sent: a Host that is no loopback name (DNS rebinding), and a
 * change that names another origin.
 */
export function guard(request: IncomingMessage): void {
  const host = request.headers.host ?? "";
  if (!LOOPBACK_NAMES.has(host.replace(/:\d+$/, "").toLowerCase())) {
    throw new ControlError(403, "FORBIDDEN", `Host ${JSON.stringify(host)} is refused; allowed: localhost, 127.0.0.1, [::1]`);
  }
  const { origin } = request.headers;
  if (origin !== undefined && !READING.has(request.method ?? "") && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new ControlError(403, "FORBIDDEN", `a change from the origin ${JSON.stringify(origin)} is refused; allowed: this server's own page, or no Origin`);
  }
}

/**
 * The request's target in parts. The path's segments are decoded; a target that is not decodable leads nowhere, hence
 * 404.
 */
export function parseTarget(target: string): { readonly segments: readonly string[]; readonly query: URLSearchParams } {
  const [path = "", ...query] = target.split("?");
  try {
    return { segments: path.split("/").slice(1).map(decodeURIComponent), query: new URLSearchParams(query.join("?")) };
  } catch {
    throw new ControlError(404, "NOT_FOUND", `nothing is at ${JSON.stringify(path)}`);
  }
}

/**
 * The body as JSON. A body that is too large is read to its end and thrown away, so that its sender can hear the
 * answer; the server's request timeout bounds that.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ControlError(400, "MALFORMED_JSON", body.length === 0 ? "the body is empty; it must be a JSON object" : "the body is not JSON in UTF-8");
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) { // no encoding is set, so chunks are bytes
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    }
  } catch {
    throw new ControlError(400, "INVALID_REQUEST", "the connection ended before the body did");
  }
  if (size > MAX_BODY_BYTES) {
    throw new ControlError(413, "TOO_LARGE", `the body has ${size} bytes; allowed: ${MAX_BODY_BYTES}`);
  }
  return Buffer.concat(chunks);
}
