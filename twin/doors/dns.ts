import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { Cloud } from "../cloud";
import type { Timer } from "../kernel/kernel";
import { route53 } from "../services/route53/index";
import { respond, type Ask } from "./dns-message";

/** DNS cannot listen where it was told to. */
export class DnsListenError extends Error {
  override readonly name = "DnsListenError";
  constructor(
    /** The system's code, e.g. `EADDRINUSE`. */
    readonly code: string,
    readonly address: string,
    readonly port: number,
    readonly protocol: "udp" | "tcp",
  ) {
    const why = REASONS[code] ?? "the system refuses";
    super(`DNS cannot listen on ${address}:${port} (${protocol.toUpperCase()}): ${why} (${code})`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; stop its owner or choose another port (0 = a free one)",
  EACCES: "ports below 1024 need privileges; choose a higher one (0 = a free one)",
  EADDRNOTAVAIL: "the machine has no such address",
};

export interface DnsServer {
  readonly address: string;
  /** The same for UDP and TCP. */
  readonly port: number;
  /** Closes the sockets, open connections too. */
  close(): Promise<void>;
}

/** A connection that asks nothing for so long is closed, milliseconds (RFC 7766, 6.2.3: seconds). */
const IDLE_MS = 10_000;
const MAX_CONNECTIONS = 200;
/** Another process may hold the TCP port whose UDP twin was free. */
const FREE_PORT_ATTEMPTS = 20;

/** Serves the cloud's Route 53 on UDP and TCP. @param where `port` 0 = a free one. Rejects with {@link DnsListenError}. */
export async function serveDns(cloud: Cloud, where: { readonly address: string; readonly port: number }): Promise<DnsServer> {
  const ask: Ask = (name, type) => route53(cloud).answer(name, type);
  const { udp, tcp } = await bind(where.address, where.port);
  const connections = new Set<Socket>();
  udp.on("message", (message, { address, port }) => {
    const answer = respond(ask, message, "udp");
    if (answer) udp.send(answer, port, address, () => undefined);
  });
  // An error after the start (a client's unreachable port, say) concerns one answer only.
  udp.on("error", (error) => cloud.kernel.record("dns.error", { error: String(error) }));
  tcp.on("error", (error) => cloud.kernel.record("dns.error", { error: String(error) }));
  tcp.maxConnections = MAX_CONNECTIONS;
  tcp.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    serveConnection(cloud, ask, socket);
  });
  return {
    address: where.address,
    port: udp.address().port,
    close: async () => {
      for (const socket of connections) socket.destroy();
      await Promise.all([closed(udp), closed(tcp)]);
    },
  };
}

/** Messages with a length before each (RFC 1035, 4.2.2); several on one connection (RFC 7766). */
function serveConnection({ kernel }: Cloud, ask: Ask, socket: Socket): void {
  let received = Buffer.alloc(0);
  let idle: Timer;
  const wait = (): void => {
    idle = kernel.after(IDLE_MS, () => socket.destroy());
  };
  wait();
  socket.on("error", () => socket.destroy());
  socket.on("close", () => idle.cancel());
  socket.on("data", (chunk) => {
    idle.cancel();
    wait();
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = respond(ask, received.subarray(2, end), "tcp");
      received = received.subarray(end);
      // What deserves no answer leaves the stream's meaning in doubt.
      if (!answer) {
        socket.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
}

async function bind(address: string, port: number): Promise<{ readonly udp: UdpSocket; readonly tcp: Server }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await bindUdp(address, port);
    try {
      return { udp, tcp: await listenTcp(address, udp.address().port) };
    } catch (error) {
      await closed(udp);
      const isTaken = error instanceof DnsListenError && error.code === "EADDRINUSE";
      if (port !== 0 || !isTaken || attempt >= FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

function bindUdp(address: string, port: number): Promise<UdpSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(new DnsListenError(error.code ?? "EUNKNOWN", address, port, "udp"));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function listenTcp(address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => reject(new DnsListenError(error.code ?? "EUNKNOWN", address, port, "tcp")));
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeAllListeners("error");
      resolve(server);
    });
  });
}

const closed = (server: { close(done: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
