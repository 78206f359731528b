import type { Kernel } from "../../kernel/kernel";
import type { Slot } from "./environments";

/**
 * Environments that Lambda keeps initialised, whatever the load. "Configuring provisioned concurrency for a function".
 * They are ready one cold start after the twin begins, or after their region comes back; AWS takes minutes for many.
 */
export class Provisioned {
  private readonly ready: Slot[] = [];
  /** Starting or at work. */
  private readonly others = new Set<Slot>();
  private stopped = false;

  constructor(
    private readonly kernel: Kernel,
    readonly allocated: number,
    private readonly start: () => Slot,
  ) {
    this.fill();
  }

  /** Ready to be taken. */
  get available(): number {
    return this.ready.length;
  }

  /** Share of them that is taken or not ready yet, 0..1. */
  get utilization(): number {
    return 1 - this.ready.length / this.allocated;
  }

  /** One that is ready; undefined = the invocation spills over. `release` it. */
  take(): Slot | undefined {
    const slot = this.ready.pop();
    if (slot) this.others.add(slot);
    return slot;
  }

  /** A dead one is replaced. */
  release(slot: Slot): void {
    this.others.delete(slot);
    if (slot.alive) this.ready.push(slot);
    else this.fill();
  }

  stop(): void {
    this.stopped = true;
    for (const slot of [...this.ready, ...this.others]) slot.stop();
    this.ready.length = 0;
    this.others.clear();
  }

  /** After a stop: starts all again. */
  resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.fill();
  }

  private fill(): void {
    while (!this.stopped && this.ready.length + this.others.size < this.allocated) {
      const slot = this.start();
      this.others.add(slot);
      this.kernel.spawn(0, () => this.prepare(slot));
    }
  }

  /** Code that does not load is not tried again until another environment is replaced. */
  private async prepare(slot: Slot): Promise<void> {
    const ready = await slot.prepare();
    if (this.others.delete(slot) && ready) this.ready.push(slot);
  }
}
