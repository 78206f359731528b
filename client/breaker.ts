import type { Clock } from "../lambda/shared/clock";
import type { Budget } from "./types";

/** A hostname is tried again at least this often. */
const MAX_OPEN_MS = 60_000;

interface State {
  failures: number;
  /** How long it is left alone the next time; doubles with every failed try. */
  openMs: number;
  /** Epoch milliseconds; one attempt may try the hostname again from then on. */
  closedUntil: number;
}

/** Which hostname to ask first: the first of the list whose circuit is closed. Shared by all calls of a client. */
export class Breakers {
  private readonly states: ReadonlyMap<string, State>;

  constructor(
    private readonly hostnames: readonly string[],
    private readonly budget: Budget["breaker"],
    private readonly clock: Pick<Clock, "now">,
  ) {
    this.states = new Map(hostnames.map((hostname) => [hostname, { failures: 0, openMs: budget.openMs, closedUntil: 0 }]));
  }

  /** Every hostname, the promising ones first; those with an open circuit stay in it, as a last resort. */
  order(): readonly string[] {
    const open = (hostname: string): boolean => (this.states.get(hostname)?.closedUntil ?? 0) > this.clock.now();
    const ordered = [...this.hostnames.filter((hostname) => !open(hostname)), ...this.hostnames.filter(open)];
    const [first] = ordered;
    const state = first === undefined ? undefined : this.states.get(first);
    // One call at a time tries a hostname that was left alone: the others go on elsewhere until it has an answer.
    if (state && state.failures >= this.budget.failures) state.closedUntil = this.clock.now() + state.openMs;
    return ordered;
  }

  succeeded(hostname: string): void {
    const state = this.states.get(hostname);
    if (state) Object.assign(state, { failures: 0, openMs: this.budget.openMs, closedUntil: 0 });
  }

  failed(hostname: string): void {
    const state = this.states.get(hostname);
    if (!state) return;
    state.failures += 1;
    if (state.failures < this.budget.failures) return;
    state.closedUntil = this.clock.now() + state.openMs;
    state.openMs = Math.min(state.openMs * 2, MAX_OPEN_MS);
  }
}
