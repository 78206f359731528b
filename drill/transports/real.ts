import { Resolver } from "node:dns/promises";
import { Agent, request as httpRequest } from "node:http";
import { systemClock } from "../../lambda/shared/clock";
import type { ClientRequest, ClientResponse, Transport } from "../transport";

export interface RealTransportOptions {
  /** The DNS server to ask, e.g. the twin's. */
  readonly dns: { readonly address: string; readonly port: number };
  /** The port that the front doors listen on. */
  readonly port: number;
}

/** Clients over real sockets: a DNS server over UDP, HTTP to the address that it answers. */
export function realTransport({ dns, port }: RealTransportOptions): Transport & { close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${dns.address}:${dns.port}`]);
  return {
    clock: systemClock,
    resolve: async (hostname) => {
      const [record] = await resolver.resolve4(hostname, { ttl: true });
      if (!record) throw new Error(`queryA NODATA ${hostname}`);
      return { address: record.address, ttlSeconds: record.ttl };
    },
    send: (address, request, timeoutMs) => send(agent, address, port, request, timeoutMs),
    close: () => {
      agent.destroy();
      resolver.cancel();
    },
  };
}

function send(agent: Agent, address: string, port: number, request: ClientRequest, timeoutMs: number): Promise<ClientResponse> {
  const { method, host, target, headers, body } = request;
  // The signal's reason is an error named TimeoutError, but `http` wraps it as the cause of an AbortError.
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => reject(signal.aborted ? signal.reason : error);
    const outgoing = httpRequest({ agent, host: address, port, method, path: target, headers: { host, ...headers }, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    outgoing.on("error", failed);
    outgoing.end(body);
  });
}
