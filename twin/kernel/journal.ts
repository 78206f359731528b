import { createHash } from "node:crypto";
import type { LoggedEvent } from "./kernel";
import { randomStream, type RandomStream } from "./random";

/** Few enough to be put together while they are still in the cache. */
const PENDING_CHARACTERS = 16 * 1024;

/** The part that both kernels share: named random streams, the event log, its observers and its hash. */
export class Journal {
  private readonly streams = new Map<string, RandomStream>();
  private readonly observers = new Set<(event: LoggedEvent) => void>();
  private readonly digest = createHash("sha256");
  /** Lines that are not hashed yet: one update of many is cheaper than many. */
  private pending = "";
  private count = 0;

  constructor(
    private readonly seed: number,
    private readonly now: () => number,
  ) {}

  random(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = randomStream(this.seed, name);
      this.streams.set(name, stream);
    }
    return stream;
  }

  record(kind: string, data: Readonly<Record<string, unknown>> = {}): void {
    const event: LoggedEvent = { at: this.now(), kind, data };
    this.count += 1;
    this.pending += `${event.at} ${kind} ${JSON.stringify(data)}\n`;
    if (this.pending.length > PENDING_CHARACTERS) this.flush();
    for (const observer of this.observers) observer(event);
  }

  observe(observer: (event: LoggedEvent) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** SHA-256 of the log so far, hexadecimal, and how many events it has. Same seed, same summary (virtual time). */
  summary(): { readonly events: number; readonly sha256: string } {
    this.flush();
    return { events: this.count, sha256: this.digest.copy().digest("hex") };
  }

  private flush(): void {
    this.digest.update(this.pending);
    this.pending = "";
  }
}
