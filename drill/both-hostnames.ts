import { createPaymentsClient, TransportError, type CredentialSource, type PaymentsClient, type Request, type Response, type Transport as ApiTransport } from "../client/index";
import type { Random } from "../lambda/shared/clock";
import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import type { ClientPlan } from "./clients";
import type { Outcome, Recorder } from "./history";
import { dnsOutcome, errorOutcome, payOutcome, readOutcome } from "./outcome";
import { PayingClient, type Answered, type NewPayment } from "./paying-client";
import { CachingResolver } from "./resolver";
import type { Transport } from "./transport";

export interface BothHostnamesIdentity {
  readonly name: string;
  /** The regions' own names, the primary's first. */
  readonly hostnames: readonly string[];
  readonly credentials: CredentialSource | "unsigned";
  /** The regions that take the signature. */
  readonly regions: readonly string[];
}

/** What is being asked for under a key. */
interface Made {
  readonly f: "pay" | "conflict";
  readonly payment: NewPayment;
  attempts: number;
  outcome?: Outcome;
}

/** A pause after a call that ended without an answer, so that the client does not run hot. */
const PAUSE_MS = 100;

/**
 * A user of the payments client (client/) who knows both regions' names. Each HTTP request is an attempt of its own in
 * the history, so that its figures compare with those of other clients.
 */
export class BothHostnamesClient extends PayingClient {
  private readonly api: PaymentsClient;
  private readonly resolvers: ReadonlyMap<string, CachingResolver>;
  /** By idempotency key: how many attempts there have been, and how the last one ended. */
  private readonly made = new Map<string, Made>();

  constructor(
    { name, hostnames, credentials, regions }: BothHostnamesIdentity,
    plan: ClientPlan,
    private readonly transport: Transport,
    random: Random,
    private readonly recorder: Recorder,
  ) {
    super(name, plan, transport.clock, random);
    this.resolvers = new Map(hostnames.map((hostname) => [hostname, new CachingResolver(transport, transport.clock, plan.resolver)]));
    const recorded: ApiTransport = {
      send: (request, timeoutMs) => {
        const answer = this.recorded(request, timeoutMs);
        // The loser of a race is still in the history.
        this.track(answer.then(() => undefined, () => undefined));
        return answer;
      },
    };
    this.api = createPaymentsClient({ hostnames, credentials, regions, clock: transport.clock, random, transport: recorded });
  }

  protected override async untilAnswered(payment: NewPayment, from: number): Promise<Answered> {
    const { key, ...fields } = payment;
    const record: Made = { f: "pay", payment, attempts: from - 1 };
    this.made.set(key, record);
    for (;;) {
      const { outcome } = await this.api.pay({ ...fields, idempotencyKey: key });
      const answered = outcome === "accepted" || outcome === "repeated" || outcome === "conflict" || outcome === "invalid";
      if ((answered || !this.retrying) && record.outcome) {
        this.made.delete(key);
        return { outcome: record.outcome, attempts: record.attempts };
      }
      await this.clock.sleep(PAUSE_MS);
    }
  }

  /** With the client's own retries: a conflict is an answer, so there is one attempt as a rule. */
  protected override async conflict(payment: NewPayment): Promise<void> {
    const { key, ...fields } = payment;
    this.made.set(key, { f: "conflict", payment, attempts: 0 });
    await this.api.pay({ ...fields, idempotencyKey: key });
    this.made.delete(key);
  }

  protected override async read(paymentId: string): Promise<void> {
    await this.api.read(paymentId);
  }

  /** One attempt of the client, recorded. */
  private async recorded(request: Request, timeoutMs: number): Promise<Response> {
    const key = request.headers[IDEMPOTENCY_HEADER.toLowerCase()];
    const record = key === undefined ? undefined : this.made.get(key);
    if (record) record.attempts += 1;
    const op = record
      ? this.recorder.invoke(this.name, { f: record.f, value: { ...record.payment, attempt: record.attempts } })
      : this.recorder.invoke(this.name, { f: "read", value: { paymentId: request.target.split("/").at(-1) ?? "" } });
    const { outcome, end } = await this.exchange(request, timeoutMs, record ? payOutcome : readOutcome);
    this.recorder.complete(op, outcome);
    // A late loser of a race tells the caller nothing.
    if (record && record.outcome?.type !== "ok") record.outcome = outcome;
    return end();
  }

  private async exchange(request: Request, timeoutMs: number, judge: typeof payOutcome): Promise<{ readonly outcome: Outcome; readonly end: () => Response }> {
    const { hostname, method, target, headers, body } = request;
    const failed = (outcome: Outcome, error: TransportError) => ({ outcome, end: () => { throw error; } });
    const resolver = this.resolvers.get(hostname);
    let address: string;
    try {
      address = (await resolver?.address(hostname)) ?? "";
    } catch (error) {
      return failed(dnsOutcome(error), new TransportError("unsent", "ENOTFOUND", String(error)));
    }
    try {
      const response = await this.transport.send(address, { method, host: hostname, target, headers, ...(body === undefined ? {} : { body }) }, timeoutMs);
      resolver?.connected(address);
      return { outcome: judge(response, address), end: () => response };
    } catch (error) {
      resolver?.dropped(address);
      const outcome = errorOutcome(error, address);
      const timeout = outcome.type !== "ok" && outcome.value.code === "TIMEOUT";
      return failed(outcome, new TransportError(outcome.type === "fail" ? "unsent" : timeout ? "timeout" : "lost", "ECONNRESET", String(error)));
    }
  }
}
