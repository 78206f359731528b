import type { Clock } from "../lambda/shared/clock";
import type { Payment } from "../lambda/shared/payment";

export type { Payment } from "../lambda/shared/payment";

/** One attempt at a payment. All attempts of one logical payment share customer, key and fields. */
export interface PayRequest {
  readonly customerId: string;
  /** The idempotency key. */
  readonly key: string;
  readonly amount: number;
  readonly currency: string;
  /** The drill's clients write their key here, so that an item tells whose it is whatever its id. */
  readonly reference?: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

export interface ReadRequest {
  readonly paymentId: string;
}

/** What clients call; a further kind of call is a further member. */
export interface Calls {
  readonly pay: PayRequest;
  /** The key of an acknowledged payment with other fields: a mistake of the caller that must change nothing. */
  readonly conflict: PayRequest;
  readonly read: ReadRequest;
}
export type Call = keyof Calls;

export interface Success {
  readonly status: number;
  readonly payment: Payment;
  /** The address that answered: which region served it. */
  readonly address: string;
}

export interface Failure {
  /** The API's error code, or the client's own: DNS_FAILED, CONNECTION_REFUSED, CONNECTION_LOST, TIMEOUT, UNREADABLE_ANSWER. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  /** Absent when the name did not resolve. */
  readonly address?: string;
  /** The server's Retry-After, milliseconds. */
  readonly retryAfterMs?: number;
}

/** How a call ended, in Jepsen's terms: it happened; it certainly did not; nobody knows. */
export type Outcome =
  | { readonly type: "ok"; readonly value: Success }
  | { readonly type: "fail" | "info"; readonly value: Failure };

interface Stamp {
  /** Position in the history. */
  readonly index: number;
  /** The invocation's index: what pairs it with its completion. A client has several calls in flight. */
  readonly op: number;
  /** The client. */
  readonly process: string;
  /** Epoch milliseconds on the client's clock. */
  readonly at: number;
}

/** A call about to be made. */
export type Invocation = { readonly [F in Call]: { readonly f: F; readonly value: Calls[F] } }[Call];

/** One line of the history. */
export type Operation = Stamp & (({ readonly type: "invoke" } & Invocation) | ({ readonly f: Call } & Outcome));

export type History = readonly Operation[];

/** Collects the history. Clients only record what they saw; they never judge it. */
export class Recorder {
  private readonly lines: Operation[] = [];
  /** Indexes of the invocations that have no completion yet. */
  private readonly open = new Set<number>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** The lines so far; the same array grows. */
  get history(): History {
    return this.lines;
  }

  /** Returns the number that {@link complete} takes. */
  invoke(process: string, { f, value }: Invocation): number {
    const index = this.lines.length;
    const line = { index, op: index, process, at: this.clock.now(), type: "invoke", f, value } as Operation; // one member of the union gave both f and value
    this.lines.push(line);
    this.open.add(index);
    return index;
  }

  /** Throws RangeError for a call that was never invoked or has already completed: a defect of the client. */
  complete(op: number, { type, value }: Outcome): void {
    const call = this.open.delete(op) ? this.lines[op] : undefined;
    if (!call) throw new RangeError(`operation ${op} is not open; complete each invocation once`);
    const line = { index: this.lines.length, op, process: call.process, at: this.clock.now(), f: call.f, type, value } as Operation; // as above
    this.lines.push(line);
  }
}

/** An invocation with its completion. A call still open when the history ended has none: its outcome is unknown. */
export interface Attempt<F extends Call = Call> {
  readonly op: number;
  readonly process: string;
  readonly request: Calls[F];
  readonly invokedAt: number;
  readonly outcome: Outcome | undefined;
  /** Infinity while open. */
  readonly completedAt: number;
}

export type PayAttempt = Attempt<"pay">;

/** The attempts at each kind of call. */
type Attempts = { readonly [F in Call]: readonly Attempt<F>[] };

/** What was worked out of a history, for the length that it had: checker and measurement ask for the same again and again. */
interface Derived {
  readonly length: number;
  readonly attempts: Attempts;
  payments?: readonly LogicalPayment[];
}
const derivations = new WeakMap<History, Derived>();

function derived(history: History): Derived {
  const known = derivations.get(history);
  if (known?.length === history.length) return known;
  const fresh: Derived = { length: history.length, attempts: pairs(history) };
  derivations.set(history, fresh);
  return fresh;
}

/** The calls of one kind in the order of their invocations, each with its completion. */
export const attemptsOf = <F extends Call>(history: History, f: F): Attempts[F] => derived(history).attempts[f];

function pairs(history: History): Attempts {
  const completions: (Exclude<Operation, { type: "invoke" }> | undefined)[] = [];
  for (const line of history) if (line.type !== "invoke") completions[line.op] = line;

  const attempts: { readonly [F in Call]: Attempt<F>[] } = { pay: [], conflict: [], read: [] };
  for (const line of history) {
    if (line.type !== "invoke") continue;
    const { op, process, at: invokedAt } = line;
    const end = completions[op];
    const outcome = end && outcomeOf(end);
    const completedAt = end?.at ?? Infinity;
    if (line.f === "read") attempts.read.push({ op, process, invokedAt, outcome, completedAt, request: line.value });
    else attempts[line.f].push({ op, process, invokedAt, outcome, completedAt, request: line.value });
  }
  return attempts;
}

const outcomeOf = (line: Exclude<Operation, { type: "invoke" }>): Outcome =>
  line.type === "ok" ? { type: "ok", value: line.value } : { type: line.type, value: line.value };

/** What one customer asked for under one key: however many attempts, it must be one payment. */
export interface LogicalPayment {
  readonly process: string;
  readonly request: PayRequest;
  readonly attempts: readonly PayAttempt[];
}

/** The logical payments in the order of their first attempts. */
export const logicalPayments = (history: History): readonly LogicalPayment[] => (derived(history).payments ??= byKey(history));

function byKey(history: History): readonly LogicalPayment[] {
  const payments: LogicalPayment[] = [];
  // By customer, then key: both are there as they are, where a text made of both would have to be made and hashed.
  const customers = new Map<string, Map<string, PayAttempt[]>>();
  for (const attempt of attemptsOf(history, "pay")) {
    const { process, request } = attempt;
    let keys = customers.get(request.customerId);
    if (!keys) customers.set(request.customerId, (keys = new Map()));
    const known = keys.get(request.key);
    if (known) {
      known.push(attempt);
      continue;
    }
    const attempts = [attempt];
    keys.set(request.key, attempts);
    payments.push({ process, request, attempts });
  }
  return payments;
}

/** The successes among attempts, in the order of their invocations. */
export function successes(attempts: readonly Attempt[]): readonly Success[] {
  const found: Success[] = [];
  for (const { outcome } of attempts) if (outcome?.type === "ok") found.push(outcome.value);
  return found;
}
