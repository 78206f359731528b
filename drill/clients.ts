import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import type { Random } from "../lambda/shared/clock";
import type { Outcome, PayRequest, Recorder } from "./history";
import { dnsOutcome, errorOutcome, payOutcome, readOutcome } from "./outcome";
import { CachingResolver, type ResolverPlan } from "./resolver";
import type { ClientRequest, ClientResponse, Transport } from "./transport";

/** How a client behaves. Times in milliseconds. */
export interface ClientPlan {
  /** Mean time between two new payments of one client; arrivals are open-loop, exponential (a Poisson process). */
  readonly meanIntervalMs: number;
  /** An attempt without an answer is given up after this long. */
  readonly attemptTimeoutMs: number;
  /** The n-th pause is drawn from [0, min(capMs, baseMs * 2^n)): full jitter (AWS, "Exponential Backoff and Jitter"). */
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** Share of acknowledged payments that are sent once more with the same key, as at-least-once callers do. */
  readonly repeatShare: number;
  /** A repeat comes up to this much later, so that it may meet the other region. */
  readonly repeatWithinMs: number;
  /** Share of acknowledged payments that are read back at once. */
  readonly readShare: number;
  readonly resolver: ResolverPlan;
}

export interface ClientIdentity {
  /** The process of the history, and the customer who pays. `^[A-Za-z0-9_-]{1,64}$`. */
  readonly name: string;
  /** The failover name. */
  readonly hostname: string;
}

/** What a drill needs of a client, whatever the way it finds the system. */
export interface DrillClient {
  readonly name: string;
  /** New payments begin to arrive. */
  start(): void;
  /** No new payments; those under way go on. */
  stopArrivals(): void;
  /** Payments under way make no further attempt. */
  giveUp(): void;
  /** Calls under way, retries and pending repeats among them. */
  readonly outstanding: number;
  /** Resolves when nothing is under way; rejects with a defect of the client. */
  settled(): Promise<void>;
}

const CURRENCIES = ["USD", "EUR", "GBP", "JPY"] as const;
/** Answers that no repetition can change. */
const FINAL_STATUSES = new Set([400, 409, 413, 415]);
/** Retry-After is obeyed up to here. */
const MAX_RETRY_AFTER_MS = 5_000;
const JSON_HEADERS = { "content-type": "application/json" };

/** A client that knows nothing but the failover name: it goes where DNS sends it, and repeats with the same key. */
export class DnsOnlyClient implements DrillClient {
  private readonly resolver: CachingResolver;
  private readonly work = new Set<Promise<void>>();
  private arriving = false;
  private retrying = true;
  private payments = 0;
  private failures: unknown[] = [];

  constructor(
    private readonly identity: ClientIdentity,
    private readonly plan: ClientPlan,
    private readonly transport: Transport,
    private readonly random: Random,
    private readonly recorder: Recorder,
  ) {
    this.resolver = new CachingResolver(transport, transport.clock, plan.resolver);
  }

  get name(): string {
    return this.identity.name;
  }

  get outstanding(): number {
    return this.work.size;
  }

  start(): void {
    this.arriving = true;
    void this.arrivals();
  }

  stopArrivals(): void {
    this.arriving = false;
  }

  giveUp(): void {
    this.retrying = false;
  }

  async settled(): Promise<void> {
    while (this.work.size > 0) await Promise.all(this.work);
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** Open-loop: the next payment does not wait for the one before. */
  private async arrivals(): Promise<void> {
    for (;;) {
      await this.transport.clock.sleep(-Math.log(1 - this.random()) * this.plan.meanIntervalMs);
      if (!this.arriving) return;
      this.track(this.pay(this.nextPayment()));
    }
  }

  private track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => this.work.delete(tracked));
    this.work.add(tracked);
  }

  private nextPayment(): Omit<PayRequest, "attempt"> {
    this.payments += 1;
    const salt = Math.floor(this.random() * 36 ** 6).toString(36);
    const key = `${this.name}-${this.payments}-${salt}`;
    const currency = CURRENCIES[Math.floor(this.random() * CURRENCIES.length)] ?? "USD";
    return { customerId: this.name, key, amount: 1 + Math.floor(this.random() * 99_999), currency, reference: key };
  }

  /** One logical payment, and what its caller does with the answer. */
  private async pay(payment: Omit<PayRequest, "attempt">): Promise<void> {
    const { plan, random, transport } = this;
    const first = await this.untilAnswered(payment, 1);
    if (first.outcome.type !== "ok") return;
    if (random() < plan.readShare) await this.read(first.outcome.value.payment.paymentId);
    if (random() >= plan.repeatShare) return;
    await transport.clock.sleep(random() * plan.repeatWithinMs);
    if (this.retrying) await this.untilAnswered(payment, first.attempts + 1);
  }

  /** Repeats with the same key until an answer is final or the drill ends. */
  private async untilAnswered(
    payment: Omit<PayRequest, "attempt">,
    from: number,
  ): Promise<{ readonly outcome: Outcome; readonly attempts: number }> {
    for (let attempts = from; ; attempts += 1) {
      const outcome = await this.attempt({ ...payment, attempt: attempts });
      if (outcome.type === "ok" || FINAL_STATUSES.has(outcome.value.status ?? 0)) return { outcome, attempts };
      const { baseMs, capMs } = this.plan.backoff;
      const drawn = this.random() * Math.min(capMs, baseMs * 2 ** (attempts - from));
      const asked = Math.min(outcome.value.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
      if (this.retrying) await this.transport.clock.sleep(Math.max(drawn, asked));
      if (!this.retrying) return { outcome, attempts };
    }
  }

  private async attempt(request: PayRequest): Promise<Outcome> {
    const { attempt: _, key, ...fields } = request;
    const op = this.recorder.invoke(this.name, { f: "pay", value: request });
    const headers = { ...JSON_HEADERS, [IDEMPOTENCY_HEADER]: key };
    const http = { method: "POST", target: "/payments", headers, body: JSON.stringify(fields) };
    const outcome = await this.exchange(http, payOutcome);
    this.recorder.complete(op, outcome);
    return outcome;
  }

  private async read(paymentId: string): Promise<void> {
    const op = this.recorder.invoke(this.name, { f: "read", value: { paymentId } });
    this.recorder.complete(op, await this.exchange({ method: "GET", target: `/payments/${paymentId}`, headers: {} }, readOutcome));
  }

  private async exchange(
    request: Omit<ClientRequest, "host">,
    judge: (response: ClientResponse, address: string) => Outcome,
  ): Promise<Outcome> {
    const { hostname } = this.identity;
    let address: string;
    try {
      address = await this.resolver.address(hostname);
    } catch (error) {
      return dnsOutcome(error);
    }
    try {
      const response = await this.transport.send(address, { ...request, host: hostname }, this.plan.attemptTimeoutMs);
      this.resolver.connected(address);
      return judge(response, address);
    } catch (error) {
      this.resolver.dropped(address);
      return errorOutcome(error, address);
    }
  }
}
