import { ConnectionRefused } from "../../kernel/door";
import type { Kernel, Timer } from "../../kernel/kernel";
import { FunctionError, type ExecutionEnvironment } from "./host";

/**
 * The init phase may take 10 s before Lambda stops it. "Understanding the Lambda execution environment lifecycle".
 * Lambda then starts it again within the function's own time limit; the twin reports the time-out at once.
 */
export const INIT_LIMIT_MS = 10_000;

/** How long an idle environment lives. Assumed: AWS says only that it ends idle ones after some time. */
export const IDLE_LIMIT_MS = 7 * 60_000;

export type Outcome = { readonly ended: "ok"; readonly payload: unknown } | { readonly ended: "late" } | { readonly ended: "lost" };

/** Whoever waits for an environment: for its initialisation, or for an invocation. */
interface Waiting {
  readonly limit: Timer;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: FunctionError) => void;
}

/** An execution environment in its slot: warm or cold, dead or alive. */
export class Slot {
  private warm = false;
  private gone = false;
  private waiting: Waiting | undefined;
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
  run(requestId: string, event: unknown, timeoutMs: number): Promise<Outcome> {
    return this.warm ? this.invoke(requestId, event, timeoutMs) : this.start(requestId, event, timeoutMs);
  }

  private async start(requestId: string, event: unknown, timeoutMs: number): Promise<Outcome> {
    this.invokedAt = this.kernel.now();
    const init = await this.initialise();
    return init.ended === "ok" ? this.invoke(requestId, event, timeoutMs) : init;
  }

  private invoke(requestId: string, event: unknown, timeoutMs: number): Promise<Outcome> {
    this.invokedAt = this.kernel.now();
    return this.race(timeoutMs, this.environment.invoke({ requestId, event, deadline: this.invokedAt + timeoutMs }));
  }

  /** Initialises it before anybody calls: false = it did not become ready, and is dead. */
  async prepare(): Promise<boolean> {
    const ready = await this.initialise().then(
      ({ ended }) => ended === "ok",
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
    if (!this.waiting) return;
    const { limit, resolve } = this.waiting;
    limit.cancel();
    // Who stops a slot is a plain action; what waits for it resumes in an event of its own.
    this.kernel.timer(0, () => resolve({ ended: "lost" }));
  }

  /** Rejects with FunctionError where the code does not load. */
  private async initialise(): Promise<Outcome> {
    const outcome = await this.race(INIT_LIMIT_MS, this.environment.init());
    this.warm = outcome.ended === "ok";
    return outcome;
  }

  /** Its process dies: the invocation under way fails, and Lambda starts another environment for the next one. */
  crash(): void {
    const { waiting } = this;
    if (waiting) this.settled(waiting.limit);
    this.stop();
    waiting?.reject(new FunctionError("Runtime.ExitError", "Runtime exited with error: exit status 1", true));
  }

  /** In callbacks, not as an async function: every invocation comes through here. */
  private race(ms: number, work: Promise<unknown>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const limit = this.kernel.timer(ms, () => {
        this.settled(limit);
        this.stop();
        resolve({ ended: "late" });
      });
      this.waiting = { limit, resolve, reject };
      work.then(
        (payload) => {
          this.settled(limit);
          resolve({ ended: "ok", payload });
        },
        (error: unknown) => {
          this.settled(limit);
          // A failed init has no code to run; a fatal error has no process.
          if (!this.warm || (error instanceof FunctionError && error.fatal)) this.stop();
          reject(error as Error); // what the environment threw, whatever it is
        },
      );
    });
  }

  private settled(limit: Timer): void {
    limit.cancel();
    this.waiting = undefined;
  }
}

/** The environments of one function. */
export class Pool {
  private readonly idle: Slot[] = [];
  /** In the order in which they were taken. A list: they are few, and a set costs more to change. */
  private readonly busy: Slot[] = [];
  private sweep: Timer | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly start: () => Slot,
  ) {}

  /** Invocations under way. */
  get running(): number {
    return this.busy.length;
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
    this.busy.push(slot);
    return slot;
  }

  release(slot: Slot): void {
    const at = this.busy.indexOf(slot);
    if (at >= 0) this.busy.splice(at, 1);
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
