import type { Clock } from "../lambda/shared/clock";
import type { Resolution, Transport } from "./transport";

/** How a client's resolver and its connections treat the TTL. */
export interface ResolverPlan {
  /** Answers are kept at least this long, however short their TTL; 0 honours it. */
  readonly keepAtLeastSeconds: number;
  /**
   * `fresh`: every attempt goes where the name leads now. `pinned`: a kept-alive connection is used as long as it
   * works, and the name is asked again only when it breaks.
   */
  readonly connections: "fresh" | "pinned";
}

export const HONEST_RESOLVER: ResolverPlan = { keepAtLeastSeconds: 0, connections: "fresh" };

/** One client's view of DNS: a cache on the client's clock. A broken connection never makes it ask before the TTL is over. */
export class CachingResolver {
  private answer: { readonly address: string; readonly until: number } | undefined;
  private asking: Promise<Resolution> | undefined;
  private pinned: string | undefined;

  constructor(
    private readonly transport: Pick<Transport, "resolve">,
    private readonly clock: Pick<Clock, "now">,
    private readonly plan: ResolverPlan,
  ) {}

  /** The address to send to now, where it need not be asked for. */
  get known(): string | undefined {
    if (this.pinned !== undefined) return this.pinned;
    return this.answer && this.clock.now() < this.answer.until ? this.answer.address : undefined;
  }

  /** The address to send to now. Rejects when DNS does not answer: expired answers are not served. */
  async address(hostname: string): Promise<string> {
    const { known } = this;
    if (known !== undefined) return known;
    // One question at a time: calls that meet an expired answer together share the next one.
    this.asking ??= this.transport.resolve(hostname).finally(() => {
      this.asking = undefined;
    });
    const { address, ttlSeconds } = await this.asking;
    const seconds = Math.max(ttlSeconds, this.plan.keepAtLeastSeconds);
    this.answer = { address, until: this.clock.now() + seconds * 1000 };
    return address;
  }

  /** A connection to `address` works. */
  connected(address: string): void {
    if (this.plan.connections === "pinned") this.pinned ??= address;
  }

  /** The connection to `address` broke. */
  dropped(address: string): void {
    if (this.pinned === address) this.pinned = undefined;
  }
}
