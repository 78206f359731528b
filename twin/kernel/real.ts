import { systemClock } from "../../lambda/shared/clock";
import { Journal } from "./journal";
import type { Kernel, LoggedEvent, Timer } from "./kernel";
import type { RandomStream } from "./random";

/** Real time: the wall clock and Node's timers. `stop` cancels all that is pending. */
export class RealKernel implements Kernel {
  private readonly journal: Journal;
  private readonly pending = new Set<NodeJS.Timeout>();
  private stopped = false;

  /** `onFailure` hears of a spawned process that failed: a defect of the twin, never of its user. */
  constructor(
    readonly seed: number,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.journal = new Journal(seed, () => this.now());
  }

  now(): number {
    return systemClock.now();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  after(ms: number, action: () => void): Timer {
    if (this.stopped) return { cancel: () => undefined };
    const timeout = setTimeout(() => {
      this.pending.delete(timeout);
      action();
    }, Math.max(0, ms));
    this.pending.add(timeout);
    return {
      cancel: () => {
        clearTimeout(timeout);
        this.pending.delete(timeout);
      },
    };
  }

  timer(ms: number, action: () => void): Timer {
    return this.after(ms, action);
  }

  spawn(ms: number, process: () => Promise<void>): Timer {
    return this.after(ms, () => {
      process().catch((error: unknown) => {
        this.record("process.failed", { error: String(error) });
        this.onFailure(error);
      });
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

  /** Cancels every pending event and refuses new ones, so that the process can end. */
  stop(): void {
    this.stopped = true;
    for (const timeout of this.pending) clearTimeout(timeout);
    this.pending.clear();
  }
}
