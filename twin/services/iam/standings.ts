import type { Endpoint } from "../vpc/state";
import type { Standing } from "./standing";
import { requesterName, type Principal } from "./wording";

/** Bounds the memory of callers who ask for ever new resources. */
const KEPT = 5000;

/** A fork on the way to a standing: looked up at every call, so no key is put together. */
class Fork {
  private readonly forks = new Map<unknown, Fork>();
  /** At the end of the way, once somebody has asked for it. */
  standing: Standing | undefined;

  to(key: unknown): Fork {
    let fork = this.forks.get(key);
    if (!fork) {
      fork = new Fork();
      this.forks.set(key, fork);
    }
    return fork;
  }
}

/** What a standing is for. */
export interface Asked {
  readonly principal: Principal;
  readonly region: string | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly action: string;
  /** The ARN whose policy speaks. */
  readonly resource: string;
}

/** Standings, until something changes. */
export class Standings {
  private root = new Fork();
  private size = 0;

  /** @param make what is not known yet */
  constructor(private readonly make: (asked: Asked) => Standing) {}

  clear(): void {
    this.root = new Fork();
    this.size = 0;
  }

  of(principal: Principal, region: string | undefined, endpoint: Endpoint | undefined, action: string, resource: string): Standing {
    const end = this.root.to(requesterName(principal)).to(region).to(endpoint).to(action).to(resource);
    if (!end.standing) {
      end.standing = this.make({ principal, region, endpoint, action, resource });
      this.size += 1;
      if (this.size >= KEPT) this.clear();
    }
    return end.standing;
  }
}
