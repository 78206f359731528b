import type { Clock, Random } from "../lambda/shared/clock";
import { judged, unanswered, unprepared, type Answer } from "./answers";
import type { Breakers } from "./breaker";
import type { Request, Transport } from "./transport";
import type { Budget, Problem } from "./types";

/** What a call is made of; the hostname is chosen for each attempt. */
export type CallRequest = Omit<Request, "hostname">;

export interface AttemptsDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly budget: Budget;
  readonly breakers: Breakers;
  /** Makes the request for a hostname: signed, as of now. */
  readonly prepare: (request: Request) => Promise<Request>;
}

/** How a call ended after all its attempts. */
export type Ended =
  | { readonly kind: "final"; readonly answer: Extract<Answer, { kind: "final" }>; readonly certain: boolean; readonly attempts: number }
  /** `certain`: no attempt has changed anything (but for the one that the answer is about). */
  | { readonly kind: "gave-up"; readonly certain: boolean; readonly problem: Problem; readonly attempts: number };

/** Retry-After is obeyed up to here. */
const MAX_RETRY_AFTER_MS = 5_000;

const OUT_OF_TIME: Problem = { code: "DEADLINE", message: "the call's time was over before an attempt was answered" };

/** One call: rounds of attempts until the API has spoken or the deadline is there. */
export class Attempts {
  private attempts = 0;
  private certain = true;
  private pending = 0;
  private last: Problem = OUT_OF_TIME;
  private readonly deadline: number;

  constructor(
    private readonly request: CallRequest,
    private readonly given: AttemptsDependencies,
  ) {
    this.deadline = given.clock.now() + given.budget.deadlineMs;
  }

  async run(): Promise<Ended> {
    const { clock, random, budget } = this.given;
    for (let round = 0; ; round += 1) {
      const answer = await this.round();
      if (answer.kind === "final") return { kind: "final", answer, certain: this.certain && this.pending === 0, attempts: this.attempts };
      const drawn = random() * Math.min(budget.backoff.capMs, budget.backoff.baseMs * 2 ** round);
      const pause = Math.max(drawn, Math.min(answer.retryAfterMs, MAX_RETRY_AFTER_MS));
      if (clock.now() + pause >= this.deadline) return { kind: "gave-up", certain: this.certain, problem: this.last, attempts: this.attempts };
      await clock.sleep(pause);
    }
  }

  /**
   * Asks the best hostname, and the next one as soon as that fails or is late. The first final answer wins; without one
   * the least pressing Retry-After counts, since another hostname may be better.
   */
  private async round(): Promise<Answer> {
    const { clock, budget, breakers } = this.given;
    const running = new Set<Promise<Answer>>();
    let best: Answer | undefined;
    const hostnames = breakers.order();
    for (const hostname of hostnames) {
      if (clock.now() >= this.deadline) break;
      const attempt: Promise<Answer> = this.attempt(hostname).finally(() => running.delete(attempt));
      running.add(attempt);
      if (hostname === hostnames.at(-1)) break;
      const first = await Promise.race([...running, clock.sleep(budget.hedgeAfterMs).then(() => undefined)]);
      if (first?.kind === "final") return first;
      best = gentler(best, first);
    }
    while (running.size > 0) {
      const next = await Promise.race(running);
      if (next.kind === "final") return next;
      best = gentler(best, next);
    }
    return best ?? { kind: "retry", certain: true, problem: OUT_OF_TIME, retryAfterMs: 0 };
  }

  private async attempt(hostname: string): Promise<Answer> {
    const { breakers } = this.given;
    this.attempts += 1;
    this.pending += 1;
    const answer = await this.exchange(hostname);
    this.pending -= 1;
    if (answer.kind === "final") {
      breakers.succeeded(hostname);
      return answer;
    }
    breakers.failed(hostname);
    this.last = answer.problem;
    this.certain &&= answer.certain;
    return answer;
  }

  private async exchange(hostname: string): Promise<Answer> {
    const { clock, budget, transport, prepare } = this.given;
    let request: Request;
    try {
      request = await prepare({ ...this.request, hostname });
    } catch (error) {
      return unprepared(error);
    }
    const timeoutMs = Math.max(1, Math.min(budget.attemptMs, this.deadline - clock.now()));
    return transport.send(request, timeoutMs).then((response) => judged(response, hostname), unanswered);
  }
}

type Retry = Extract<Answer, { kind: "retry" }>;

function gentler(a: Answer | undefined, b: Answer | undefined): Answer | undefined {
  if (!a || !b) return a ?? b;
  return (a as Retry).retryAfterMs <= (b as Retry).retryAfterMs ? a : b; // final ones have been returned
}
