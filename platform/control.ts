import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { readAssets, type Asset } from "./assets";
import { findRoute, json, type ControlSources, type Reply } from "./control-routes";
import { ControlError, PlatformError } from "./errors";
import { guard, parseTarget } from "./request";

export type { ControlSources } from "./control-routes";

/** A running control server. */
export interface Control {
  readonly port: number;
  /** e.g. `http://127.0.0.1:8081` */
  readonly url: string;
  /** Ends the server and its connections. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** A sender gets so long for a whole request, milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Only files of this server; nothing inline, no frames, no forms. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Serves the control calls on the loopback interface.
 * @param port 0 = a free one
 * @throws PlatformError CONTROL_PORT_BUSY
 */
export async function startControl(sources: ControlSources, port: number): Promise<Control> {
  const assets = readAssets();
  const options = { requireHostHeader: false, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1000 };
  const server = createServer(options);
  const stop = onlyOnce(() => sources.stop());
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = sources.requestId();
    void answer(request, requestId, sources, assets).then((reply) => {
      if (reply.stops) response.once("close", stop);
      send(request, response, requestId, reply);
    });
  };
  server.on("request", handle);
  // Node would answer these with a bare 417.
  server.on("checkExpectation", handle);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => refuseUnreadable(error, socket, sources.requestId()));
  await listen(server, port);
  const bound = server.address();
  const actual = typeof bound === "object" && bound !== null ? bound.port : port;
  return { port: actual, url: `http://${LOOPBACK}:${actual}`, close: () => close(server) };
}

async function answer(request: IncomingMessage, requestId: string, sources: ControlSources, assets: ReadonlyMap<string, Asset>): Promise<Reply> {
  try {
    guard(request);
    const { segments, query } = parseTarget(request.url ?? "/");
    const { route, name } = findRoute(request.method ?? "GET", segments);
    return await route.answer({ request, query, name, sources, assets });
  } catch (error) {
    return failure(error, requestId, sources);
  }
}

function send(request: IncomingMessage, response: ServerResponse, requestId: string, reply: Reply): void {
  const { status, type, headers = {}, body = "" } = reply;
  const entity = type ? { "content-type": type, "content-length": String(Buffer.byteLength(body)) } : {};
  response.writeHead(status, { ...HEADERS, ...headers, ...entity, "x-request-id": requestId });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The error shape; what is not a {@link ControlError} is a defect, and its particulars stay here. */
function failure(error: unknown, requestId: string, sources: ControlSources): Reply {
  if (error instanceof ControlError) return json(error.status, shape(error, requestId), error.headers);
  sources.onDefect(error);
  return json(500, shape(new ControlError(500, "INTERNAL_ERROR", "the twin failed to answer; its own output says why"), requestId));
}

const shape = ({ code, message, details }: ControlError, requestId: string): unknown => ({
  error: { code, message, ...(details ? { details } : {}) },
  requestId,
});

/** What a parser error of Node's means to its sender; everything else is 400. */
const UNREADABLE: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "TOO_LARGE", "the request's header is too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "TIMEOUT", `the request did not end within ${REQUEST_TIMEOUT_MS / 1000} s`],
};

function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = UNREADABLE[error.code ?? ""] ?? [400, "INVALID_REQUEST", "this is not HTTP/1.1"];
  const body = JSON.stringify(shape(new ControlError(status, code, message), requestId));
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`, "connection: close"];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = error.code === "EADDRINUSE";
      reject(busy ? new PlatformError("CONTROL_PORT_BUSY", `port ${port} of ${LOOPBACK} is in use; choose another with --control-port, 0 = a free one`) : error);
    });
    server.listen(port, LOOPBACK, () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function onlyOnce(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
