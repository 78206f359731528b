import type { IncomingMessage } from "node:http";
import { MAX_PAYLOAD_BYTES } from "../../rules/apigateway";
import type { HttpRequest } from "../network";

/** A request that is no HTTP that a front door understands. */
export class MalformedRequest extends Error {
  override readonly name = "MalformedRequest";
}

/** Every header with all its values, by its name in lower case: `rawHeaders`, since Node joins or drops repeated ones. */
export function headersOf(rawHeaders: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const values = found.get(name) ?? [];
    found.set(name, values);
    values.push(rawHeaders[index + 1] ?? "");
  }
  return Object.fromEntries(found);
}

/** The Host header without its port, lower case, without a final dot. Throws {@link MalformedRequest}. */
export function hostOf(headers: Readonly<Record<string, readonly string[]>>): string {
  const [host, ...more] = headers["host"] ?? [];
  if (host === undefined || host === "" || more.length > 0) throw new MalformedRequest("one Host header is needed");
  return host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
}

/** Path and query; a proxy's absolute form loses its scheme and authority (RFC 9112, 3.2.2). */
function targetOf(url: string): string {
  const absolute = /^https?:\/\/[^/?#]*(.*)$/i.exec(url);
  if (!absolute) return url;
  const rest = absolute[1] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** What a front door listens on, and how it names hosts that are addresses. */
export interface HostMap {
  readonly address: string;
  /** The host that a request means whose Host header is the address itself. */
  readonly addressHost?: string;
}

/**
 * Reads a request. The body is read up to one byte more than API Gateway takes, so that it is API Gateway that refuses
 * it. Rejects with {@link MalformedRequest}, or with the socket's error when the client goes away.
 */
export async function readRequest(message: IncomingMessage, { address, addressHost }: HostMap): Promise<HttpRequest> {
  const headers = headersOf(message.rawHeaders);
  const host = hostOf(headers);
  const body = await readBody(message, MAX_PAYLOAD_BYTES + 1);
  return {
    method: (message.method ?? "GET").toUpperCase(),
    host: host === address && addressHost !== undefined ? addressHost.toLowerCase() : host,
    target: targetOf(message.url ?? "/"),
    headers,
    body,
    sourceIp: (message.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, ""),
  };
}

/** At most `limit` bytes; the rest stays in the socket. */
function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void => resolve(Buffer.concat(chunks).subarray(0, limit));
    message.on("data", (chunk: Buffer) => {
      if (size >= limit) return;
      chunks.push(chunk);
      size += chunk.length;
      if (size < limit) return;
      message.pause();
      done();
    });
    message.on("end", done);
    message.on("error", reject);
    message.on("close", () => reject(new Error("the client closed the connection")));
  });
}
