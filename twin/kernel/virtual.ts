import { Journal } from "./journal";
import type { Kernel, LoggedEvent, Timer } from "./kernel";
import type { RandomStream } from "./random";

/** Its own timer: events are made by the ten thousand, so each is one object. */
class Event implements Timer {
  /** @param resumes starts or resumes asynchronous code, so the microtasks must drain before the next event */
  constructor(
    readonly at: number,
    readonly sequence: number,
    readonly resumes: boolean,
    public action: (() => void) | undefined,
    private readonly owner: { cancelled: number },
  ) {}

  cancel(): void {
    if (!this.action) return;
    this.action = undefined;
    this.owner.cancelled += 1;
  }
}

/** A heap of fewer is not worth clearing. */
const FEW = 64;

/** Virtual time starts here unless told otherwise: an arbitrary, fixed instant. */
export const VIRTUAL_EPOCH = Date.UTC(2026, 0, 1);

/**
 * Virtual time: a binary heap of events ordered by (time, sequence). Nothing waits; `run` jumps from event to event.
 * Same program, same seed: same event log.
 */
export class VirtualKernel implements Kernel {
  private heap: Event[] = [];
  /** Events in the heap that will not happen; most time limits end so. */
  private readonly tally = { cancelled: 0 };
  private readonly journal: Journal;
  private sequence = 0;
  private time: number;
  private failure: unknown;
  private failed = false;

  constructor(
    readonly seed: number,
    epoch: number = VIRTUAL_EPOCH,
  ) {
    this.time = epoch;
    this.journal = new Journal(seed, () => this.time);
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.push(ms, true, resolve);
    });
  }

  after(ms: number, action: () => void): Timer {
    return this.push(ms, false, action);
  }

  timer(ms: number, action: () => void): Timer {
    return this.push(ms, true, action);
  }

  spawn(ms: number, process: () => Promise<void>): Timer {
    return this.push(ms, true, () => {
      process().catch((error: unknown) => this.fail(error));
    });
  }

  random(name: string): RandomStream {
    return this.journal.random(name);
  }

  record(kind: string, data?: Readonly<Record<string, unknown>>): void {
    this.journal.record(kind, data);
  }

  observe(observer: (event: LoggedEvent) => void): () => void {
    return this.journal.observe(observer);
  }

  summary(): { readonly events: number; readonly sha256: string } {
    return this.journal.summary();
  }

  /**
   * Runs events until `done` says so, the heap is empty, or virtual time would pass `untilMs` (epoch ms).
   * Rejects with the first failure of a spawned process.
   */
  async run(options: { readonly untilMs?: number; readonly done?: () => boolean } = {}): Promise<void> {
    const { untilMs = Infinity, done = () => false } = options;
    // Code that was started before `run` must reach its first wait.
    await turn(() => undefined);
    while (await turn(() => this.advance(untilMs, done)));
    this.throwFailure();
  }

  /** Runs the next events, up to {@link TURN_EVENTS}; false when there is nothing left to do. */
  private advance(untilMs: number, done: () => boolean): boolean {
    for (let count = 0; count < TURN_EVENTS; count += 1) {
      if (done()) return false;
      this.throwFailure();
      const next = this.heap[0];
      if (!next || next.at > untilMs) {
        if (untilMs !== Infinity) this.time = Math.max(this.time, untilMs);
        return false;
      }
      this.pop();
      const { action } = next;
      if (!action) {
        this.tally.cancelled -= 1;
        continue;
      }
      // It has happened: nobody can cancel it any more.
      next.action = undefined;
      this.time = next.at;
      action();
      if (next.resumes) drain();
    }
    return true;
  }

  private fail(error: unknown): void {
    this.record("process.failed", { error: String(error) });
    if (!this.failed) {
      this.failed = true;
      this.failure = error;
    }
  }

  private throwFailure(): void {
    if (this.failed) throw this.failure;
  }

  private push(ms: number, resumes: boolean, action: () => void): Timer {
    const event = new Event(this.time + Math.max(0, ms), this.sequence++, resumes, action, this.tally);
    if (this.heap.length > FEW && this.tally.cancelled > this.heap.length / 2) this.clear();
    this.heap.push(event);
    this.rise(this.heap.length - 1, event);
    return event;
  }

  /** Forgets cancelled events: they would make the heap deeper for all others. */
  private clear(): void {
    this.heap = this.heap.filter(({ action }) => action !== undefined);
    this.tally.cancelled = 0;
    // In order of time an array is a heap.
    this.heap.sort((a, b) => (before(a, b) ? -1 : 1));
  }

  private rise(from: number, event: Event): void {
    const { heap } = this;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || !before(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      if (!left) break;
      const right = heap[2 * index + 2];
      const least = right && before(right, left) ? right : left;
      if (!before(least, last)) break;
      heap[index] = least;
      index = 2 * index + (least === left ? 1 : 2);
    }
    heap[index] = last;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/** Events between two turns of the event loop: signals and output of the process wait for no more than these. */
const TURN_EVENTS = 1_000;

/** Runs `work` in a turn of the event loop of its own: outside promise jobs, where {@link drain} works. */
const turn = <T>(work: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });

/**
 * Runs promise jobs and next ticks until there are none. Node.js does the same between two immediates, which cost ten times
 * as much; it deprecates this name in its documentation only (DEP0134) and has no other one.
 */
const drain = (process as unknown as { readonly _tickCallback: () => void })._tickCallback; // not in Node's types
