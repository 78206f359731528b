import type { Clock } from "./clock";

/** The work did not end in time; nobody knows whether it took effect. */
export class DeadlineExceeded extends Error {
  override readonly name = "TimeoutError";
  constructor(what: string, ms: number) {
    super(`${what} did not end within ${ms} ms`);
  }
}

/** Waits for `work` at most `ms` of the clock's time, then rejects with {@link DeadlineExceeded}. Late work goes on, unheard. */
export function within<T>(clock: Clock, ms: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // Cancelled when the work ends: a timer that is left holds the process up.
    const timer = clock.timer(ms, () => reject(new DeadlineExceeded(what, ms)));
    const ended = <V>(settle: (value: V) => void) => (value: V): void => {
      timer.cancel();
      settle(value);
    };
    work.then(ended(resolve), ended(reject));
  });
}
