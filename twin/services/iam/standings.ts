import type { Scope } from "../../../rules/iam-policy";
import type { Endpoint } from "../vpc/state";
import type { Standing } from "./standing";
import { requesterName, type Principal } from "./wording";

/** Bounds the memory of callers who ask for ever new resources. */
const KEPT = 5000;

/** Calls of one principal to one region, over one endpoint or none. */
interface Seat {
  readonly region: string | undefined;
  readonly endpoint: Endpoint | undefined;
  /** By action, then by whose policy speaks: for resources themselves, and for parts of them. */
  readonly whole: Map<string, Map<string, Standing>>;
  readonly parts: Map<string, Map<string, Standing>>;
}

/** What a standing is for. */
export interface Asked {
  readonly principal: Principal;
  readonly region: string | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly action: string;
  readonly scope: Scope;
}

/** Standings, until something changes: looked up at every call, so no key is put together. */
export class Standings {
  private readonly seats = new Map<string, Seat[]>();
  private size = 0;

  /** @param make what is not known yet */
  constructor(private readonly make: (asked: Asked) => Standing) {}

  clear(): void {
    this.seats.clear();
    this.size = 0;
  }

  /** @param arn whose policy speaks: of the resource itself, or of what it is a part of */
  of(principal: Principal, region: string | undefined, endpoint: Endpoint | undefined, action: string, resource: string, arn = resource): Standing {
    const parts = resource !== arn;
    const seat = this.seat(requesterName(principal), region, endpoint);
    const byAction = parts ? seat.parts : seat.whole;
    const known = byAction.get(action)?.get(arn);
    if (known) return known;
    const standing = this.make({ principal, region, endpoint, action, scope: { arn, parts } });
    if (this.size >= KEPT) this.clear();
    this.size += 1;
    const byArn = byAction.get(action) ?? new Map<string, Standing>();
    byAction.set(action, byArn.set(arn, standing));
    return standing;
  }

  private seat(name: string, region: string | undefined, endpoint: Endpoint | undefined): Seat {
    const seats = this.seats.get(name);
    // A principal calls few regions and has few ways there.
    if (seats) for (const seat of seats) if (seat.region === region && seat.endpoint === endpoint) return seat;
    const seat: Seat = { region, endpoint, whole: new Map(), parts: new Map() };
    if (seats) seats.push(seat);
    else this.seats.set(name, [seat]);
    return seat;
  }
}
