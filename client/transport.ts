import type { LookupFunction } from "node:net";
import * as http from "node:http";
import * as https from "node:https";

export interface Request {
  readonly method: string;
  /** The name that is resolved and signed. */
  readonly hostname: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** With `host`, which is signed as it is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Response {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a client reaches the API. */
export interface Transport {
  /** Rejects where there is no answer: with {@link TransportError}, or with anything else, which counts as `lost`. */
  send(request: Request, timeoutMs: number): Promise<Response>;
}

/** There was no answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /**
   * @param kind `unsent`: no connection was made, so nothing happened. `timeout`, `lost`: the request may have taken effect.
   * @param code e.g. ECONNREFUSED, ENOTFOUND
   */
  constructor(
    readonly kind: "unsent" | "timeout" | "lost",
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface NodeTransportOptions {
  /** Default `https`. */
  readonly protocol?: "https" | "http";
  /** Default the protocol's. */
  readonly port?: number;
  /** Resolves names; default the system's resolver. Asked for every new connection. */
  readonly lookup?: LookupFunction;
}

/** Nothing was sent: the name did not resolve, or no connection was made. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENODATA"]);

/**
 * Sockets of this machine. A connection serves one request: the next one asks DNS again, and no connection that was
 * opened before a failover outlives it.
 */
export function nodeTransport({ protocol = "https", port, lookup }: NodeTransportOptions = {}): Transport {
  const open = protocol === "https" ? https.request : http.request;
  return {
    send: ({ method, hostname, target, headers, body }, timeoutMs) =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.timeout(timeoutMs);
        const failed = (error: unknown): void => reject(signal.aborted ? timedOut(method, hostname, timeoutMs) : asTransportError(error));
        const options = { method, hostname, path: target, headers, signal, agent: false as const, ...(port === undefined ? {} : { port }), ...(lookup ? { lookup } : {}) };
        const outgoing = open(options, (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", failed);
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: plainHeaders(answer.headers), body: Buffer.concat(chunks).toString("utf8") }));
        });
        outgoing.on("error", failed);
        outgoing.end(body);
      }),
  };
}

const plainHeaders = (headers: http.IncomingHttpHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const timedOut = (method: string, hostname: string, ms: number): TransportError =>
  new TransportError("timeout", "TIMEOUT", `${method} ${hostname}: no answer within ${ms} ms`);

function asTransportError(error: unknown): TransportError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
  return new TransportError(UNSENT.has(code) ? "unsent" : "lost", code, message);
}
