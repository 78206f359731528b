/** What regions derived from their items, as buckets and topics show it when the drill is over. */

/** A version of a receipt in a region's bucket. */
export interface StoredReceipt {
  readonly key: string;
  readonly body: string;
  /** When it was written, epoch milliseconds. */
  readonly at: number;
  /** By the region's own function, or copied from the other region's bucket. */
  readonly origin: "derived" | "copied";
}

/** An event as a region's topic took it, duplicates among them. */
export interface PublishedEvent {
  readonly at: number;
  /** What consumers drop duplicates by; undefined where the event has none. */
  readonly eventId: string | undefined;
  readonly message: string;
}

/** A stretch of time, epoch milliseconds, `to` left out; Infinity while it lasts. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface DerivedState {
  readonly receipts: readonly StoredReceipt[];
  readonly events: readonly PublishedEvent[];
  /** When something was wrong with what the region needs to derive, oldest first. */
  readonly ailing: readonly Interval[];
}

/** One text that was derived, with all the places that have it. */
export interface DerivedText {
  readonly kind: "receipt" | "event";
  /** The payment that it is about: what it says itself, else its key or event id. */
  readonly paymentId: string;
  /** A receipt's key, or an event's id. */
  readonly name: string;
  readonly text: string;
  /** Its fields; undefined where nobody can read it. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** The regions that have it and when each had it first, epoch milliseconds. */
  readonly first: ReadonlyMap<string, number>;
  /** How often regions made it themselves. */
  readonly made: number;
}

interface Made {
  readonly region: string;
  readonly at: number;
  readonly own: boolean;
}

type Growing = DerivedText & { readonly first: Map<string, number>; made: number };

/** Each different text once: both regions derive the same bytes, so that half of the parsing is saved. */
export function derivedTexts(states: Readonly<Record<string, DerivedState>>): readonly DerivedText[] {
  const texts: Growing[] = [];
  // By their short names: texts of one name are compared and never hashed, which would cost more than all the rest.
  const named = { receipt: new Map<string, Growing[]>(), event: new Map<string, Growing[]>() };
  const take = (kind: DerivedText["kind"], name: string, text: string, { region, at, own }: Made): void => {
    const same = named[kind].get(name);
    let known = same?.find((other) => other.text === text);
    if (!known) {
      const fields = parsed(text);
      known = { kind, name, text, fields, paymentId: subject(kind, name, fields), first: new Map(), made: 0 };
      texts.push(known);
      if (same) same.push(known);
      else named[kind].set(name, [known]);
    }
    known.first.set(region, Math.min(at, known.first.get(region) ?? Infinity));
    if (own) known.made += 1;
  };
  for (const [region, { receipts, events }] of Object.entries(states)) {
    for (const { key, body, at, origin } of receipts) take("receipt", key, body, { region, at, own: origin === "derived" });
    for (const { eventId, message, at } of events) take("event", eventId ?? "", message, { region, at, own: true });
  }
  return texts;
}

const FILE = /([^/]+)\.json$/;

function subject(kind: DerivedText["kind"], name: string, fields: DerivedText["fields"]): string {
  const said = fields?.["paymentId"];
  if (typeof said === "string") return said;
  return kind === "event" ? name : (FILE.exec(name)?.[1] ?? name);
}

function parsed(text: string): DerivedText["fields"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined; // any object
  } catch {
    return undefined;
  }
}

/** Derivations beyond the one that each region owes for each payment: consumers drop them, the money for them is spent. */
export function rawDuplicates(states: Readonly<Record<string, DerivedState>>): { readonly events: number; readonly receipts: number } {
  const beyondFirst = (names: readonly string[]): number => names.length - new Set(names).size;
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const all = Object.values(states);
  return {
    events: sum(all.map(({ events }) => beyondFirst(events.map(({ eventId, message }) => eventId ?? message)))),
    receipts: sum(all.map(({ receipts }) => beyondFirst(receipts.filter(({ origin }) => origin === "derived").map(({ key }) => key)))),
  };
}

/**
 * The end of the first `ms` without a pause in which nothing was wrong: what is owed is due then. Infinity when such a
 * stretch never came.
 * @param ailing oldest first by their beginnings, may overlap
 */
export function dueAfter(from: number, ms: number, ailing: readonly Interval[]): number {
  let healthySince = from;
  for (const { from: begin, to } of ailing) {
    if (begin >= healthySince + ms) break;
    healthySince = Math.max(healthySince, to);
  }
  return healthySince + ms;
}
