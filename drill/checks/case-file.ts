import { RESERVED_PREFIXES } from "../../lambda/shared/constants";
import { paymentIdOf } from "../../lambda/shared/id";
import type { ConsistencyMode } from "../assumptions";
import { attemptsOf, logicalPayments, successes, type Attempt, type History, type LogicalPayment, type Payment, type Success } from "../history";
import { derivedTexts, type DerivedState, type DerivedText } from "./derived";
import type { Routing } from "./routing";

/** Which payments were where while something was still broken: what is missing then would be lost if the rest never came back. */
export interface Snapshot {
  /** Epoch milliseconds. */
  readonly at: number;
  /** When the loss began that it shows. */
  readonly since: number;
  /** The ids in each replica that users could reach, by region. */
  readonly replicas: Readonly<Record<string, ReadonlySet<string>>>;
}

/** What the system holds when the drill is over, and what was seen of it meanwhile. */
export interface FinalState {
  readonly consistency: ConsistencyMode;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Every replica that can be read, by region: decoded items, reserved ones may be among them. */
  readonly replicas: Readonly<Record<string, readonly Payment[]>>;
  /** The regions that users could reach when the drill ended. Each needs its replica. */
  readonly reachable: readonly string[];
  /** Taken just before something was healed. */
  readonly snapshots: readonly Snapshot[];
  /** What each region derived from its items. */
  readonly derived: Readonly<Record<string, DerivedState>>;
  readonly routing: Routing;
  /** How often the function that takes payments was started, over all regions. */
  readonly invocations: number;
}

/** The final state does not say what the checker must know: a defect of the runner, never a finding. */
export class FinalStateError extends Error {
  override readonly name = "FinalStateError";
  readonly code = "REPLICA_MISSING";
}

/** A logical payment with what clients and tables say of it. */
export interface PaymentCase extends LogicalPayment {
  /** The id that customer and key must give. */
  readonly id: string;
  readonly answers: readonly Success[];
  /** Some attempt may have had an effect that no answer told. */
  readonly unknown: boolean;
  /** Calls with the same key and other fields, made after it was acknowledged. */
  readonly conflicts: readonly Attempt<"conflict">[];
}

export interface Replica {
  readonly region: string;
  readonly reachable: boolean;
  readonly items: readonly Payment[];
  readonly byId: ReadonlyMap<string, Payment>;
}

/** Everything that a check looks at. */
export interface CaseFile {
  readonly payments: readonly PaymentCase[];
  readonly reads: readonly Attempt<"read">[];
  readonly replicas: readonly Replica[];
  /** Every item once, whatever replica it was found in first. */
  readonly items: ReadonlyMap<string, Payment>;
  readonly texts: readonly DerivedText[];
  readonly state: FinalState;
  /** All items of all replicas that belong to a payment: by its id, or by its customer and reference. */
  itemsOf(payment: PaymentCase): readonly StoredItem[];
  /** The payment that an item belongs to, found the same way. */
  ownerOf(item: Payment): PaymentCase | undefined;
}

export interface StoredItem {
  readonly region: string;
  readonly item: Payment;
}

const RESERVED = Object.values(RESERVED_PREFIXES);
const reserved = (item: Payment): boolean => RESERVED.some((prefix) => item.paymentId.startsWith(prefix));

/** @throws FinalStateError where a reachable region has no replica */
export function caseFile(history: History, state: FinalState): CaseFile {
  for (const region of state.reachable) {
    if (state.replicas[region]) continue;
    const given = Object.keys(state.replicas).join(", ") || "none";
    throw new FinalStateError(`region ${region} is reachable but its replica was not read; replicas given: ${given}`);
  }
  const conflicts = byPayment(attemptsOf(history, "conflict"));
  const payments = logicalPayments(history).map((payment) => paymentCase(payment, conflicts));
  const replicas = Object.entries(state.replicas).map(([region, all]): Replica => {
    const items = all.filter((item) => !reserved(item));
    return { region, items, reachable: state.reachable.includes(region), byId: new Map(items.map((item) => [item.paymentId, item])) };
  });
  const items = new Map(replicas[0]?.byId);
  for (const { items: others } of replicas.slice(1)) for (const item of others) items.set(item.paymentId, item);
  return { payments, reads: attemptsOf(history, "read"), replicas, items, texts: derivedTexts(state.derived), state, ...ownership(payments, replicas) };
}

/** Neither holds a line break, so no two pairs meet. */
const nameOf = ({ customerId, key }: { readonly customerId: string; readonly key: string }): string => `${customerId}\n${key}`;

function byPayment(attempts: readonly Attempt<"conflict">[]): ReadonlyMap<string, readonly Attempt<"conflict">[]> {
  const groups = new Map<string, Attempt<"conflict">[]>();
  for (const attempt of attempts) {
    const name = nameOf(attempt.request);
    const group = groups.get(name);
    if (group) group.push(attempt);
    else groups.set(name, [attempt]);
  }
  return groups;
}

function paymentCase(payment: LogicalPayment, conflicts: ReadonlyMap<string, readonly Attempt<"conflict">[]>): PaymentCase {
  const { customerId, key } = payment.request;
  return {
    ...payment,
    id: paymentIdOf(customerId, key),
    answers: successes(payment.attempts),
    unknown: payment.attempts.some(({ outcome }) => outcome === undefined || outcome.type === "info"),
    conflicts: conflicts.get(nameOf(payment.request)) ?? [],
  };
}

function byReference(payments: readonly PaymentCase[]): ReadonlyMap<string, PaymentCase> {
  const found = new Map<string, PaymentCase>();
  for (const payment of payments) {
    const { customerId, reference } = payment.request;
    if (reference !== undefined) found.set(JSON.stringify([customerId, reference]), payment);
  }
  return found;
}

function ownership(payments: readonly PaymentCase[], replicas: readonly Replica[]): Pick<CaseFile, "itemsOf" | "ownerOf"> {
  const byId = new Map(payments.map((payment) => [payment.id, payment]));
  // Made for the first item under an id that customer and key do not give: where all is well, never.
  let references: ReadonlyMap<string, PaymentCase> | undefined;
  const ownerOf = (item: Payment): PaymentCase | undefined =>
    byId.get(item.paymentId) ?? (references ??= byReference(payments)).get(JSON.stringify([item.customerId, item.reference]));

  const owned = new Map<PaymentCase, StoredItem[]>();
  for (const { region, items } of replicas) {
    for (const item of items) {
      const owner = ownerOf(item);
      if (!owner) continue;
      const list = owned.get(owner);
      if (list) list.push({ region, item });
      else owned.set(owner, [{ region, item }]);
    }
  }
  return { ownerOf, itemsOf: (payment) => owned.get(payment) ?? [] };
}

/** The facts of a payment: what never changes. `status` moves forward by itself, so it is no fact. */
const FACTS = ["paymentId", "customerId", "amount", "currency", "reference", "region", "createdAt"] as const satisfies readonly (keyof Payment)[];

const NONE: readonly string[] = [];

/** The facts in which two payments differ, as `amount: 100, 200`; empty when they are equal. */
export function differences(a: Payment, b: Payment): readonly string[] {
  return FACTS.every((name) => a[name] === b[name]) ? NONE : FACTS.filter((name) => a[name] !== b[name]).map((name) => `${name}: ${String(a[name])}, ${String(b[name])}`);
}
