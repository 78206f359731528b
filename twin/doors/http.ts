import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { MAX_PAYLOAD_BYTES } from "../../rules/apigateway";
import type { Cloud } from "../cloud";
import { ConnectionRefused, InjectedError } from "../kernel/door";
import { HostUnknown, type HttpResponse } from "../network";
import { MalformedRequest, readRequest } from "./http-request";

/** A front door cannot listen where it was told to. */
export class HttpListenError extends Error {
  override readonly name = "HttpListenError";
  /** @param code the system's code, e.g. `EADDRINUSE` */
  constructor(
    readonly code: string,
    readonly address: string,
    readonly port: number,
    platform: string = process.platform,
  ) {
    super(`cannot listen on ${address}:${port} (${code}): ${reason(code, address, platform)}`);
  }
}

function reason(code: string, address: string, platform: string): string {
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use; stop its owner or choose another port (0 = a free one)";
    case "EACCES":
      return "ports below 1024 need privileges; choose a higher one (0 = a free one)";
    case "EADDRNOTAVAIL":
      return platform === "darwin" ? `the machine has no such address; add it: sudo ifconfig lo0 alias ${address} up` : "the machine has no such address";
    default:
      return "the system refuses";
  }
}

export interface HttpDoorOptions {
  readonly cloud: Cloud;
  readonly region: string;
  /** The IPv4 address to listen on; the same at which the cloud's network has opened the region. */
  readonly address: string;
  /** 0 = a free one. */
  readonly port: number;
  /** The host that a request means whose Host header is the address itself; none: such a host is unknown. */
  readonly addressHost?: string;
}

export interface HttpDoor {
  readonly address: string;
  readonly port: number;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/** Node's own limit must let through what API Gateway refuses by itself. */
const MAX_HEADER_SIZE = 64 * 1024;
/** API Gateway keeps idle connections for minutes; Node's 5 s would close them under clients that reuse them. */
const KEEP_ALIVE_MS = 60_000;
/** A port that was given up during an outage may be taken for a moment when the region comes back. */
const RETRY_MS = 250;

/**
 * A region's front door on a socket. Plain HTTP stands for HTTPS: a host that TLS would not know is cut off without an
 * answer. Rejects with {@link HttpListenError}.
 */
export async function serveHttp(options: HttpDoorOptions): Promise<HttpDoor> {
  const door = new SocketDoor(options);
  await door.listen(options.port);
  return door;
}

class SocketDoor implements HttpDoor {
  port = 0;
  readonly address: string;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private listening = false;
  private closed = false;
  /** Opening and closing follow each other, however fast faults come and go. */
  private transition: Promise<void> = Promise.resolve();

  constructor(private readonly options: HttpDoorOptions) {
    this.address = options.address;
    this.server = createServer({ maxHeaderSize: MAX_HEADER_SIZE, requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
      void this.exchange(message, response);
    });
    // Node would answer 417 without a body; an expectation that is not known may also be passed over (RFC 9110, 10.1.1).
    this.server.on("checkExpectation", (message: IncomingMessage, response: ServerResponse) => void this.exchange(message, response));
    this.server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.refuseBytes(error, socket));
    options.cloud.faults.onChange(() => this.follow());
  }

  async listen(port: number): Promise<void> {
    await this.open(port);
    this.port = (this.server.address() as AddressInfo).port; // a TCP server that listens
    this.follow();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.follow();
    await this.transition;
  }

  /**
   * A dead region refuses connections: nobody listens any more, and what was connected is cut. One whose packets vanish
   * still accepts them, because on loopback it is the machine's own TCP that answers the handshake; no request is
   * answered (the network's door sees to that), so clients run into their request's time limit, not their connection's.
   */
  private follow(): void {
    this.transition = this.transition.then(async () => {
      const wanted = !this.closed && this.options.cloud.faults.outage(this.options.region) !== "refuse";
      if (wanted === this.listening) return;
      if (!wanted) return this.shut();
      try {
        await this.open(this.port);
      } catch (error) {
        this.options.cloud.kernel.record("http.listen-failed", { region: this.options.region, error: String(error) });
        this.options.cloud.kernel.after(RETRY_MS, () => this.follow());
      }
    });
  }

  private open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => reject(new HttpListenError(error.code ?? "UNKNOWN", this.address, port));
      this.server.once("error", failed);
      this.server.listen(port, this.address, () => {
        this.server.off("error", failed);
        this.listening = true;
        resolve();
      });
    });
  }

  private shut(): Promise<void> {
    this.listening = false;
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private async exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cloud, region, address } = this.options;
    try {
      const request = await readRequest(message, this.options);
      const answer = await cloud.network.send(address, request);
      write(response, answer, request.body.length > MAX_PAYLOAD_BYTES);
    } catch (error) {
      if (error instanceof HostUnknown || error instanceof ConnectionRefused || message.socket.destroyed) return void message.socket.destroy();
      if (error instanceof MalformedRequest) return this.refuseRequest(response);
      if (error instanceof InjectedError) return write(response, internalError, false);
      // A defect of the twin: its user still gets an answer, its log says which.
      cloud.kernel.record("http.failed", { region, error: String(error) });
      write(response, internalError, false);
    }
  }

  private refuseRequest(response: ServerResponse): void {
    if (!this.options.cloud.faults.outage(this.options.region)) write(response, badRequest(400, "Bad Request"), true);
  }

  /** Bytes that are no HTTP. */
  private refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
    const { faults } = this.options.cloud;
    if (faults.outage(this.options.region)) return;
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    const tooLong = error.code === "HPE_HEADER_OVERFLOW";
    const { status, body } = tooLong ? badRequest(431, "Request Header Fields Too Large") : badRequest(400, "Bad Request");
    const reasonPhrase = tooLong ? "Request Header Fields Too Large" : "Bad Request";
    const head = [`HTTP/1.1 ${status} ${reasonPhrase}`, "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`, "connection: close"];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
}

const badRequest = (status: number, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-errortype": "BadRequestException" },
  body: JSON.stringify({ message }),
});

/** A fault that answers with an error hits the service itself, so no API's gateway response dresses it. */
const internalError: HttpResponse = {
  status: 500,
  headers: { "content-type": "application/json", "x-amzn-errortype": "InternalServerErrorException" },
  body: '{"message":"Internal server error"}',
};

/** @param last the connection ends with this answer, e.g. because the request's body was not read to its end */
function write(response: ServerResponse, { status, headers, body }: HttpResponse, last: boolean): void {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, { ...headers, "content-length": bytes.length, ...(last ? { connection: "close" } : {}) });
  response.end(bytes, () => {
    if (last) response.socket?.destroySoon();
  });
}
