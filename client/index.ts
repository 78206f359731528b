import { randomBytes } from "node:crypto";
import { systemClock, type Clock, type Random } from "../lambda/shared/clock";
import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import { paymentOf, parsed, problemOf } from "./answers";
import { Attempts, type AttemptsDependencies, type CallRequest, type Ended } from "./attempts";
import { Breakers } from "./breaker";
import { sigV4aSigner, type Signer } from "./signer";
import { nodeTransport, type Request, type Transport } from "./transport";
import { BOTH_HOSTNAMES_BUDGET, DNS_BUDGET, type Budget, type CredentialSource, type ListInput, type ListResult, type PayInput, type PaymentRequest, type PayResult, type ReadResult, type Refused, type ValidateResult } from "./types";

export * from "./types";
export { sigV4aSigner, type Signer } from "./signer";
export { nodeTransport, TransportError, type NodeTransportOptions, type Request, type Response, type Transport } from "./transport";

export interface ClientOptions {
  /** The failover name: DNS decides on the region. */
  readonly hostname?: string;
  /** Or both regions' own names, the preferred one first: the client decides, within seconds. */
  readonly hostnames?: readonly string[];
  /** `unsigned` for an API without IAM authorization. */
  readonly credentials: CredentialSource | "unsigned";
  /** The regions that take the signature, e.g. `["us-east-1", "us-east-2"]`; `["*"]` for all. Needed unless `unsigned`, or with an own signer. */
  readonly regions?: readonly string[];
  /** Default SigV4A for `regions`. */
  readonly signer?: Signer;
  readonly budget?: Partial<Budget>;
  /** Default the system's. */
  readonly clock?: Clock;
  /** Default the system's. */
  readonly random?: Random;
  /** Default HTTPS. */
  readonly transport?: Transport;
}

/** The options contradict each other. */
export class ClientConfigError extends Error {
  override readonly name = "ClientConfigError";
  readonly code = "CLIENT_CONFIG";
}

/** The payments API. Calls never reject because of the network or the API: results say how they ended. */
export interface PaymentsClient {
  pay(input: PayInput): Promise<PayResult>;
  read(paymentId: string): Promise<ReadResult>;
  list(input: ListInput): Promise<ListResult>;
  validate(payment: PaymentRequest): Promise<ValidateResult>;
}

const systemRandom: Random = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** 26 characters of [0-9a-z]: 134 bits. */
const newKey = (random: Random): string => Array.from({ length: 26 }, () => Math.floor(random() * 36).toString(36)).join("");

/** @throws ClientConfigError */
export function createPaymentsClient(options: ClientOptions): PaymentsClient {
  const { clock = systemClock, random = systemRandom, transport = nodeTransport() } = options;
  const hostnames = options.hostnames ?? (options.hostname === undefined ? [] : [options.hostname]);
  if (hostnames.length === 0 || (options.hostname !== undefined && options.hostnames !== undefined)) {
    throw new ClientConfigError("hostname, hostnames: give the failover name or the regions' own names, one of both");
  }
  const budget = { ...(hostnames.length > 1 ? BOTH_HOSTNAMES_BUDGET : DNS_BUDGET), ...options.budget };
  const prepare = preparation(options, clock);
  const given: AttemptsDependencies = { clock, random, transport, budget, prepare, breakers: new Breakers(hostnames, budget.breaker, clock) };
  const call = (request: CallRequest): Promise<Ended> => new Attempts(request, given).run();
  return {
    pay: async ({ idempotencyKey = newKey(random), ...payment }) => {
      const headers = { ...JSON_BODY, [IDEMPOTENCY_HEADER.toLowerCase()]: idempotencyKey };
      return payResult(idempotencyKey, await call({ method: "POST", target: "/payments", headers, body: JSON.stringify(payment) }));
    },
    read: async (paymentId) => readResult(await call({ method: "GET", target: `/payments/${encodeURIComponent(paymentId)}`, headers: {} })),
    list: async (input) => listResult(await call({ method: "GET", target: `/payments?${queryOf(input)}`, headers: {} })),
    validate: async (payment) => validateResult(await call({ method: "POST", target: "/payments/validate", headers: JSON_BODY, body: JSON.stringify(payment) })),
  };
}

const JSON_BODY = { "content-type": "application/json" };

const queryOf = (input: ListInput): string =>
  Object.entries(input).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");

/** Every attempt is signed anew: a signature is good for five minutes, and credentials may have been renewed. */
function preparation({ credentials, regions, signer }: ClientOptions, clock: Clock): (request: Request) => Promise<Request> {
  const withHost = (request: Request): Request => ({ ...request, headers: { ...request.headers, host: request.hostname } });
  if (credentials === "unsigned") return async (request) => withHost(request);
  const sign = signer ?? (regions && regions.length > 0 ? sigV4aSigner(regions) : undefined);
  if (!sign) throw new ClientConfigError('regions: none given; name the regions that take the signature, e.g. ["us-east-1", "us-east-2"]');
  return async (request) => sign(withHost(request), typeof credentials === "function" ? await credentials() : credentials, clock.now());
}

type Final = Extract<Ended, { kind: "final" }>;

/** A 4xx, or an answer that is none. */
function refused({ answer: { response }, attempts }: Final): Refused {
  return { outcome: response.status === 403 ? "forbidden" : "invalid", problem: problemOf(response), attempts };
}

function payResult(idempotencyKey: string, ended: Ended): PayResult {
  if (ended.kind === "gave-up") return { idempotencyKey, outcome: ended.certain ? "unavailable" : "unknown", problem: ended.problem, attempts: ended.attempts };
  const { answer: { response, hostname }, attempts } = ended;
  if (response.status === 409) return { idempotencyKey, outcome: "conflict", problem: problemOf(response), attempts };
  // An attempt before it may have been let in: the refusal of this one does not undo it.
  if (response.status === 403 && !ended.certain) return { idempotencyKey, outcome: "unknown", problem: problemOf(response), attempts };
  if (response.status >= 300) return { idempotencyKey, ...refused(ended) };
  const payment = paymentOf(parsed(response.body));
  if (!payment) return { idempotencyKey, outcome: "unknown", problem: unreadable(response.status), attempts };
  return { idempotencyKey, outcome: response.status === 201 ? "accepted" : "repeated", payment, hostname, attempts };
}

const unreadable = (status: number) => ({ code: "UNREADABLE_ANSWER", message: "the answer is not what the API promises", status });

/** Calls without an effect: whatever is no answer is `unavailable`. */
function harmless<T>(ended: Ended, read: (ended: Final) => T | undefined): T | Refused {
  if (ended.kind === "gave-up") return { outcome: "unavailable", problem: ended.problem, attempts: ended.attempts };
  const { status } = ended.answer.response;
  return read(ended) ?? (status >= 300 ? refused(ended) : { outcome: "unavailable", problem: unreadable(status), attempts: ended.attempts });
}

const readResult = (ended: Ended): ReadResult =>
  harmless<ReadResult>(ended, ({ answer: { response }, attempts }) => {
    if (response.status === 404) return { outcome: "missing", attempts };
    const payment = response.status === 200 ? paymentOf(parsed(response.body)) : undefined;
    return payment && { outcome: "found", payment, attempts };
  });

const listResult = (ended: Ended): ListResult =>
  harmless<ListResult>(ended, ({ answer: { response }, attempts }) => {
    if (response.status !== 200) return undefined;
    const { payments, next } = parsed(response.body);
    const found = Array.isArray(payments) ? payments.map(paymentOf) : [undefined];
    const whole = found.flatMap((payment) => (payment ? [payment] : []));
    if (whole.length < found.length) return undefined;
    return { outcome: "listed", payments: whole, ...(typeof next === "string" ? { next } : {}), consistency: "eventual", attempts };
  });

const validateResult = (ended: Ended): ValidateResult =>
  harmless<ValidateResult>(ended, ({ answer: { response }, attempts }) => (response.status === 200 ? { outcome: "valid", attempts } : undefined));
