/**
 * Time as a dependency. Handlers, clients and the twin never read the system clock or set timers themselves:
 * they are given a Clock, so that the same code runs in real time and in virtual time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds of this clock's time; never rejects. */
  sleep(ms: number): Promise<void>;
  /** Calls `action` after `ms` milliseconds of this clock's time, unless cancelled before. */
  timer(ms: number, action: () => void): Timer;
}

/** A pending call. */
export interface Timer {
  /** The call will not happen. No effect once it has. */
  cancel(): void;
}

/** The wall clock. The only place outside the twin's kernel where time is really read. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timer: (ms, action) => {
    const timeout = setTimeout(action, ms);
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** A number in [0, 1). As a dependency for the same reason as the clock. */
export type Random = () => number;

/** ISO 8601 in UTC with milliseconds, e.g. `2026-11-21T06:50:00.000Z`. Pure: the instant is given. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/** The instant as the SDKs show it. Pure: the instant is given. */
export const instant = (epochMs: number): Date => new Date(epochMs);
