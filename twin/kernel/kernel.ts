import type { Clock, Timer } from "../../lambda/shared/clock";
import type { RandomStream } from "./random";

export type { Timer } from "../../lambda/shared/clock";

/** One line of the event log: what happened, when (ms since the epoch). */
export interface LoggedEvent {
  readonly at: number;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * What every living thing of the twin is given instead of the machine's clock, timers and chance. There are two:
 * RealKernel (wall clock, for `npm start` and real-time drills) and VirtualKernel (a heap of events, for simulation).
 */
export interface Kernel extends Clock {
  readonly seed: number;
  /** Runs a plain, synchronous action after `ms`: it starts and resumes no asynchronous code, unlike a `timer`'s. Cheaper than both others. */
  after(ms: number, action: () => void): Timer;
  /** Runs an asynchronous process after `ms`. A rejection is recorded as `process.failed` and thrown by `run`. */
  spawn(ms: number, process: () => Promise<void>): Timer;
  /** The named stream of this kernel's seed; the same object for the same name. */
  random(name: string): RandomStream;
  /** Appends to the event log and tells the observers. */
  record(kind: string, data?: Readonly<Record<string, unknown>>): void;
  /** Calls `observer` for every event recorded from now on; returns the function that stops it. */
  observe(observer: (event: LoggedEvent) => void): () => void;
}

/** Repeats `action` every `ms` after a first delay until cancelled. `action` is plain, see {@link Kernel.after}. */
export function every(kernel: Kernel, firstMs: number, ms: number, action: () => void): Timer {
  let timer: Timer;
  const tick = (): void => {
    timer = kernel.after(ms, tick);
    action();
  };
  timer = kernel.after(firstMs, tick);
  return { cancel: () => timer.cancel() };
}

/** The result of a race against the clock. */
export type Timed<T> = { readonly timedOut: false; readonly value: T } | { readonly timedOut: true };

type Settle<R> = (resolve: (result: R) => void, reject: (error: unknown) => void) => void;

function bounded<T, R>(kernel: Kernel, ms: number, work: Promise<T>, done: (value: T) => R, late: Settle<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    const timer = kernel.timer(ms, () => late(resolve, reject));
    work.then(
      (value) => {
        timer.cancel();
        resolve(done(value));
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}

/** Waits for `work` at most `ms` of the kernel's time. Work that is late goes on, unheard; its late failure is swallowed. */
export const within = <T>(kernel: Kernel, ms: number, work: Promise<T>): Promise<Timed<T>> =>
  bounded<T, Timed<T>>(kernel, ms, work, (value) => ({ timedOut: false, value }), (resolve) => resolve({ timedOut: true }));

/** The same for who cannot go on without it: rejects with what `late` makes. */
export const inTime = <T>(kernel: Kernel, ms: number, work: Promise<T>, late: () => unknown): Promise<T> =>
  bounded(kernel, ms, work, (value) => value, (_resolve, reject) => reject(late()));
