import type { Cloud } from "../../cloud";
import { keyChanges } from "./key-changes";

/** Who uses a key: a process of a function, whose client keeps its connection, else a principal's name. */
export type Holder = object | string;

/** What came of asking KMS for a holder. */
interface Held<Refusal> {
  /** When KMS was asked, epoch milliseconds. */
  readonly since: number;
  /** Number of changes that the answer knows of. */
  readonly known: number;
  readonly refusal: Refusal | undefined;
}

/**
 * A key of a region that a service holds for those who use it: asked for once, and again at the first refresh after a
 * key's state, a role or a policy has changed. A refusal holds until the next such change, so that a key that is whole
 * again serves at once. Refreshes are `holdMs` apart from the first use on (assumed: nobody is idle for so long).
 */
export class HeldKey<Refusal> {
  /** When something changed that answers may depend on. */
  private readonly changes: readonly number[];
  private readonly ofProcesses = new WeakMap<object, Held<Refusal>>();
  private readonly ofPrincipals = new Map<string, Held<Refusal>>();

  /** @param holdMs how long the service works on with what KMS once gave it; 0 = it notices a change at once */
  constructor(
    private readonly cloud: Cloud,
    region: string,
    private readonly holdMs: number,
  ) {
    this.changes = keyChanges(cloud, region);
  }

  /**
   * Why the holder cannot use what the key encrypts; undefined = it can.
   * @param ask what KMS says now; called only when something has changed
   */
  refusal(holder: Holder, ask: () => Refusal | undefined): Refusal | undefined {
    const held = typeof holder === "string" ? this.ofPrincipals.get(holder) : this.ofProcesses.get(holder);
    if (held && (held.known === this.changes.length || this.outlives(held))) return held.refusal;
    const next = { since: this.cloud.kernel.now(), known: this.changes.length, refusal: ask() };
    if (typeof holder === "string") this.ofPrincipals.set(holder, next);
    else this.ofProcesses.set(holder, next);
    return next.refusal;
  }

  /** Is what was given once still in use, though something has changed since? */
  private outlives({ since, known, refusal }: Held<Refusal>): boolean {
    const changed = this.changes[known];
    if (refusal !== undefined || this.holdMs === 0 || changed === undefined) return false;
    const refresh = since + (Math.floor((changed - since) / this.holdMs) + 1) * this.holdMs;
    return this.cloud.kernel.now() < refresh;
  }
}
