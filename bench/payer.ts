import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import type { ClientRequest, Transport } from "../drill/transport";
import { quantile } from "./stopwatch";

/** Customers are many, as in life: an index takes 1,000 payments of one customer a second, and no more. */
const CUSTOMERS = 97;
const customerOf = (key: string): string => `bench-${[...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % CUSTOMERS, 0)}`;

/** A payment that no other run makes, as a request to a region's own host. */
export function payment(host: string, key: string): ClientRequest {
  const body = JSON.stringify({ customerId: customerOf(key), amount: 100, currency: "EUR", reference: key });
  return { method: "POST", host, target: "/payments", headers: { "content-type": "application/json", [IDEMPOTENCY_HEADER]: key }, body };
}

export interface Paid {
  readonly paid: number;
  /** Answers other than 201. */
  readonly refused: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly host: string;
  readonly address: string;
  /** Callers that each wait for their answer. */
  readonly callers: number;
  /** How long, on the transport's clock. */
  readonly ms: number;
}

const TIMEOUT_MS = 10_000;

/** Payments as fast as they are answered, closed loop. Times are the transport's clock's. */
export async function payFor(transport: Transport, { host, address, callers, ms }: Load, label: string, now: () => number): Promise<Paid> {
  const times: number[] = [];
  let refused = 0;
  const from = now();
  const caller = async (name: string): Promise<void> => {
    for (let count = 0; now() - from < ms; count += 1) {
      const start = now();
      const { status } = await transport.send(address, payment(host, `${label}-${name}-${count}`), TIMEOUT_MS);
      if (status === 201) times.push(now() - start);
      else refused += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(String(index))));
  const seconds = (now() - from) / 1000;
  return { paid: times.length, refused, perSecond: times.length / seconds, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}
