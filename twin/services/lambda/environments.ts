import { ConnectionRefused } from "../../kernel/door";
import type { Kernel, Timer } from "../../kernel/kernel";
import { FunctionError, type ExecutionEnvironment, type Invocation } from "./host";

/**
 * The init phase may take 10 s before Lambda stops it. "Understanding the Lambda execution environment lifecycle".
 * Lambda then starts it again within the function's own time limit; the twin reports the time-out at once.
 */
export const INIT_LIMIT_MS = 10_000;

/** How long an idle environment lives. Assumed: AWS says only that it ends idle ones after some time. */
export const IDLE_LIMIT_MS = 7 * 60_000;

export type Outcome = { readonly ended: "ok"; readonly payload: unknown } | { readonly ended: "late" } | { readonly ended: "lost" };

type Race<T> = { readonly ended: "done"; readonly value: T } | { readonly ended: "late" } | { readonly ended: "lost" };

/** An execution environment in its slot: warm or cold, dead or alive. */
export class Slot {
  private warm = false;
  private gone = false;
  private lose: (() => void) | undefined;
  private fail: ((error: FunctionError) => void) | undefined;
  idleSince = 0;
  /** When its newest invocation began, epoch ms: the initialisation before it is none of its duration. */
  invokedAt = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly environment: ExecutionEnvironment,
  ) {}

  /** False when it cannot take another invocation. */
  get alive(): boolean {
    return !this.gone;
  }

  /** Rejects with FunctionError; a fatal one, a late end and a loss leave the slot dead. */
  async run(invocation: Omit<Invocation, "deadline">, timeoutMs: number): Promise<Outcome> {
    try {
      if (!this.warm) {
        this.invokedAt = this.kernel.now();
        const init = await this.initialise();
        if (init !== "done") return this.end(init);
      }
      this.invokedAt = this.kernel.now();
      const deadline = this.invokedAt + timeoutMs;
      const done = await this.race(timeoutMs, this.environment.invoke({ ...invocation, deadline }));
      return done.ended === "done" ? { ended: "ok", payload: done.value } : this.end(done.ended);
    } catch (error) {
      // A failed init has no code to run; a fatal error has no process.
      if (!this.warm || (error instanceof FunctionError && error.fatal)) this.stop();
      throw error;
    }
  }

  /** Initialises it before anybody calls: false = it did not become ready, and is dead. */
  async prepare(): Promise<boolean> {
    const ready = await this.initialise().then(
      (ended) => ended === "done",
      () => false,
    );
    if (!ready) this.stop();
    return ready;
  }

  /** Ends it; an invocation under way is lost. */
  stop(): void {
    if (this.gone) return;
    this.gone = true;
    this.environment.stop();
    this.lose?.();
  }

  /** Rejects with FunctionError where the code does not load. */
  private async initialise(): Promise<"done" | "late" | "lost"> {
    const { ended } = await this.race(INIT_LIMIT_MS, this.environment.init());
    this.warm = ended === "done";
    return ended;
  }

  /** Its process dies: the invocation under way fails, and Lambda starts another environment for the next one. */
  crash(): void {
    const { fail } = this;
    this.lose = undefined;
    this.stop();
    fail?.(new FunctionError("Runtime.ExitError", "Runtime exited with error: exit status 1", true));
  }

  private end<E extends "late" | "lost">(ended: E): { readonly ended: E } {
    this.stop();
    return { ended };
  }

  private race<T>(ms: number, work: Promise<T>): Promise<Race<T>> {
    return new Promise((resolve, reject) => {
      const limit = this.kernel.spawn(ms, async () => settle(() => resolve({ ended: "late" })));
      const settle = (how: () => void): void => {
        limit.cancel();
        this.lose = undefined;
        this.fail = undefined;
        how();
      };
      this.fail = (error) => settle(() => reject(error));
      // Who stops a slot is a plain action; what waits for it resumes in an event of its own.
      this.lose = () => {
        limit.cancel();
        this.kernel.spawn(0, async () => resolve({ ended: "lost" }));
      };
      work.then(
        (value) => settle(() => resolve({ ended: "done", value })),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

/** The environments of one function. */
export class Pool {
  private readonly idle: Slot[] = [];
  private readonly busy = new Set<Slot>();
  private sweep: Timer | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly start: () => Slot,
  ) {}

  /** Invocations under way. */
  get running(): number {
    return this.busy.size;
  }

  get waiting(): number {
    return this.idle.length;
  }

  /** Does the next one to `take` have to start first? */
  get grows(): boolean {
    return this.idle.length === 0;
  }

  /** The warm environment that was used last, or a new one; `release` it. */
  take(): Slot {
    const slot = this.idle.pop() ?? this.start();
    this.busy.add(slot);
    return slot;
  }

  release(slot: Slot): void {
    this.busy.delete(slot);
    if (!slot.alive) return;
    slot.idleSince = this.kernel.now();
    this.idle.push(slot);
    this.sweep ??= this.kernel.after(IDLE_LIMIT_MS, () => this.reclaim());
  }

  /** Ends all environments, busy ones too. */
  stop(): void {
    for (const slot of [...this.idle, ...this.busy]) slot.stop();
    this.idle.length = 0;
    this.sweep?.cancel();
    this.sweep = undefined;
  }

  private reclaim(): void {
    const since = this.kernel.now() - IDLE_LIMIT_MS;
    while (this.idle[0] && this.idle[0].idleSince <= since) this.idle.shift()?.stop();
    const [oldest] = this.idle;
    this.sweep = oldest && this.kernel.after(oldest.idleSince - since, () => this.reclaim());
  }
}

/** How an invocation ends whose region has died: its connection is cut, or there is no answer at all. */
export function lostWithRegion(region: string, outage: "refuse" | "vanish" | undefined): Promise<never> {
  if (outage === "vanish") return new Promise<never>(() => undefined);
  return Promise.reject(new ConnectionRefused({ region, service: "lambda", operation: "Invoke" }, "ECONNRESET"));
}
