import type { Clock } from "../lambda/shared/clock";

/** What a name resolves to: one IPv4 address and how long it may be kept. */
export interface Resolution {
  readonly address: string;
  readonly ttlSeconds: number;
}

export interface ClientRequest {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a drill's clients reach the system: in virtual time by the twin's network, in real time by sockets. */
export interface Transport {
  readonly clock: Clock;
  /** Rejects when DNS does not answer or the name does not exist. */
  resolve(hostname: string): Promise<Resolution>;
  /**
   * Rejects when the connection is refused or cut, and after `timeoutMs` (name `TimeoutError`): then nobody knows
   * whether the request took effect.
   */
  send(address: string, request: ClientRequest, timeoutMs: number): Promise<ClientResponse>;
}
