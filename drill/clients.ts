import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import type { Random } from "../lambda/shared/clock";
import type { CredentialPlan } from "./credentials";
import type { Outcome, PayRequest, Recorder } from "./history";
import { dnsOutcome, errorOutcome, payOutcome, readOutcome } from "./outcome";
import { PayingClient, type Answered, type ArrivalPlan, type NewPayment } from "./paying-client";
import { CachingResolver, type ResolverPlan } from "./resolver";
import { Retries, type RetryPolicy } from "./retries";
import type { ClientRequest, ClientResponse, Transport } from "./transport";

export type { DrillClient } from "./paying-client";

/** How a client behaves. Times in milliseconds. */
export interface ClientPlan extends ArrivalPlan {
  /** An attempt without an answer is given up after this long. */
  readonly attemptTimeoutMs: number;
  readonly retries: RetryPolicy;
  /** Of clients that sign; absent: credentials that outlast the drill. */
  readonly credentials?: CredentialPlan;
  /** How wrong clients' clocks are, drawn evenly for each; signatures bear its time. Absent: they are right. */
  readonly clockErrorMs?: { readonly low: number; readonly high: number };
  readonly resolver: ResolverPlan;
}

export interface ClientIdentity {
  /** The process of the history, and the customer who pays. `^[A-Za-z0-9_-]{1,64}$`. */
  readonly name: string;
  /** The failover name. */
  readonly hostname: string;
}

type Judge = (response: ClientResponse, address: string) => Outcome;

/** Answers that no repetition can change. */
export const FINAL_STATUSES = new Set([400, 409, 413, 415]);
/** Retry-After is obeyed up to here. */
const MAX_RETRY_AFTER_MS = 5_000;

/** A client that knows nothing but the failover name: it goes where DNS sends it, and repeats with the same key. */
export class DnsOnlyClient extends PayingClient {
  private readonly resolver: CachingResolver;
  private readonly retries: Retries;

  constructor(
    private readonly identity: ClientIdentity,
    private readonly plan: ClientPlan,
    private readonly transport: Transport,
    random: Random,
    private readonly recorder: Recorder,
  ) {
    super(identity.name, plan, transport.clock, random);
    this.retries = new Retries(plan.retries, transport.clock, random);
    this.resolver = new CachingResolver(transport, transport.clock, plan.resolver);
  }

  protected override async untilAnswered(payment: NewPayment, from: number): Promise<Answered> {
    const request = this.requestFor(payment);
    for (let attempts = from; ; attempts += 1) {
      const outcome = await this.post("pay", { ...payment, attempt: attempts }, request);
      if (outcome.type === "ok" || FINAL_STATUSES.has(outcome.value.status ?? 0)) return { outcome, attempts };
      const pause = this.retries.pause(attempts - from + 1);
      if (pause === undefined) return { outcome, attempts };
      // Who repeats naively does not look at the answer.
      const asked = this.plan.retries.kind === "naive" ? 0 : Math.min(outcome.value.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
      if (this.retrying) await this.clock.sleep(Math.max(pause, asked));
      if (!this.retrying) return { outcome, attempts };
    }
  }

  protected override async conflict(payment: NewPayment): Promise<void> {
    await this.post("conflict", { ...payment, attempt: 1 }, this.requestFor(payment));
  }

  /** What is sent for a payment, the same at every attempt. */
  private requestFor({ key, customerId, amount, currency, reference }: NewPayment): ClientRequest {
    const headers = { "content-type": "application/json", [IDEMPOTENCY_HEADER]: key };
    const body = JSON.stringify({ customerId, amount, currency, reference });
    return { method: "POST", host: this.identity.hostname, target: "/payments", headers, body };
  }

  private async post(f: "pay" | "conflict", value: PayRequest, request: ClientRequest): Promise<Outcome> {
    const op = this.recorder.invoke(this.name, { f, value });
    const outcome = await this.exchange(request, payOutcome);
    this.recorder.complete(op, outcome);
    return outcome;
  }

  protected override async read(paymentId: string): Promise<void> {
    const op = this.recorder.invoke(this.name, { f: "read", value: { paymentId } });
    const request = { method: "GET", host: this.identity.hostname, target: `/payments/${paymentId}`, headers: {} };
    this.recorder.complete(op, await this.exchange(request, readOutcome));
  }

  private exchange(request: ClientRequest, judge: Judge): Promise<Outcome> {
    const { known } = this.resolver;
    if (known !== undefined) return this.exchangeWith(known, request, judge);
    return this.resolver.address(request.host).then((address) => this.exchangeWith(address, request, judge), dnsOutcome);
  }

  private exchangeWith(address: string, request: ClientRequest, judge: Judge): Promise<Outcome> {
    return this.transport.send(address, request, this.plan.attemptTimeoutMs).then(
      (response) => {
        // A kept-alive connection to a region that takes no payments works as well as any: who kept it would never hear of the failover.
        if (response.status >= 500) this.resolver.dropped(address);
        else this.resolver.connected(address);
        return judge(response, address);
      },
      (error: unknown) => {
        this.resolver.dropped(address);
        return errorOutcome(error, address);
      },
    );
  }
}
