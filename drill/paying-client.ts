import type { Clock, Random } from "../lambda/shared/clock";
import type { Outcome, PayRequest } from "./history";

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

/** How a client's payments arrive, and what it does with acknowledged ones. Times in milliseconds. */
export interface ArrivalPlan {
  /** Mean time between two new payments of one client; arrivals are open-loop, exponential (a Poisson process). */
  readonly meanIntervalMs: number;
  /** Share of acknowledged payments that are sent once more with the same key, as at-least-once callers do. */
  readonly repeatShare: number;
  /** A repeat comes up to this much later, so that it may meet the other region. */
  readonly repeatWithinMs: number;
  /** Share of acknowledged payments that are read back at once; of these, those that are repeated are read again then. */
  readonly readShare: number;
  /** Share of acknowledged payments whose key is used once more, by mistake, for another amount. */
  readonly conflictShare: number;
}

export type NewPayment = Omit<PayRequest, "attempt">;

export interface Answered {
  readonly outcome: Outcome;
  /** The number of the payment's last attempt. */
  readonly attempts: number;
}

const CURRENCIES = ["USD", "EUR", "GBP", "JPY"] as const;

/** A customer's back end: payments arrive whether or not the system answers. How it reaches the system is its subclass's. */
export abstract class PayingClient implements DrillClient {
  protected retrying = true;
  private readonly work = new Set<Promise<void>>();
  private arriving = false;
  private payments = 0;
  private readonly failures: unknown[] = [];

  constructor(
    readonly name: string,
    private readonly arrivalPlan: ArrivalPlan,
    protected readonly clock: Clock,
    protected readonly random: Random,
  ) {}

  /** Repeats with the same key until an answer is final or the drill ends. @param from the number of the next attempt */
  protected abstract untilAnswered(payment: NewPayment, from: number): Promise<Answered>;
  protected abstract read(paymentId: string): Promise<void>;
  /** Sends a payment under a key that is taken, once. */
  protected abstract conflict(payment: NewPayment): Promise<void>;

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
      await this.clock.sleep(-Math.log(1 - this.random()) * this.arrivalPlan.meanIntervalMs);
      if (!this.arriving) return;
      this.track(this.pay(this.nextPayment()));
    }
  }

  /** Work that must have ended before the history is judged. */
  protected track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => this.work.delete(tracked));
    this.work.add(tracked);
  }

  private nextPayment(): NewPayment {
    this.payments += 1;
    const salt = Math.floor(this.random() * 36 ** 6).toString(36);
    const key = `${this.name}-${this.payments}-${salt}`;
    const currency = CURRENCIES[Math.floor(this.random() * CURRENCIES.length)] ?? "USD";
    return { customerId: this.name, key, amount: 1 + Math.floor(this.random() * 99_999), currency, reference: key };
  }

  /** One logical payment, and what its caller does with the answer. */
  private async pay(payment: NewPayment): Promise<void> {
    const { random, arrivalPlan: plan } = this;
    const first = await this.untilAnswered(payment, 1);
    if (first.outcome.type !== "ok") return;
    const { paymentId } = first.outcome.value.payment;
    const reads = random() < plan.readShare;
    if (reads) await this.read(paymentId);
    if (random() < plan.conflictShare) await this.conflict({ ...payment, amount: payment.amount + 1 });
    if (random() >= plan.repeatShare) return;
    await this.clock.sleep(random() * plan.repeatWithinMs);
    if (!this.retrying) return;
    await this.untilAnswered(payment, first.attempts + 1);
    if (reads) await this.read(paymentId);
  }
}
