import type { Clock } from "../shared/clock";
import type { Reading } from "../shared/verdict";
import { decide, needsVerdict, type Alert, type Decision, type Observation, type State } from "./logic";
import type { LatchStore, StoredLatch } from "./store";

/** While item or DNS cannot be read, the last known state is given for so long. */
export const MEMORY_MS = 60_000;

/** A transition that people must hear of. */
export interface Announcement {
  readonly alert: Alert;
  readonly from: State;
  readonly to: State;
  readonly because: string;
}

export interface PollDependencies {
  readonly clock: Clock;
  readonly store: LatchStore;
  readonly dns: () => Promise<Observation["dns"]>;
  readonly verdict: () => Promise<Reading>;
  readonly lapseAfterMs: number;
  readonly settleMs: number;
  /** A name for one write that no other write has. */
  readonly writer: () => string;
  readonly announce: (announcement: Announcement) => void;
  /** Something could not be read or written. */
  readonly failed: (what: "item" | "dns" | "write", error: unknown) => void;
}

/** What the switch answers. `remembered` = item or DNS could not be read now. */
export interface Known {
  readonly state: State;
  readonly latch: StoredLatch | undefined;
  readonly dns: Observation["dns"];
  readonly remembered: boolean;
}

const VERDICTS = { ok: "good", failed: "bad", unknown: "unknown" } as const;

/** One poll of the latch per call. Resolves with undefined where the state is not known. */
export function createPoll(deps: PollDependencies): () => Promise<Known | undefined> {
  const { clock, store } = deps;
  let known: { readonly latch: StoredLatch | undefined } | undefined;
  /** Last time that both item and DNS were read, or the first poll. */
  let readableAt: number | undefined;
  /** Own write whose answer is not known yet, with what to announce if it took effect. */
  let pending: { readonly writer: string; readonly announcement: Announcement } | undefined;

  const see = (latch: StoredLatch | undefined): void => {
    known = { latch };
    if (!pending) return;
    if (latch?.writer === pending.writer) deps.announce(pending.announcement);
    pending = undefined;
  };

  const attempt = async <T>(what: "item" | "dns", work: Promise<T>): Promise<{ readonly value: T } | undefined> => {
    try {
      return { value: await work };
    } catch (error) {
      deps.failed(what, error);
      return undefined;
    }
  };

  /** Writes what was decided; the stored state counts, whoever wrote it. */
  const settle = async (seen: StoredLatch | undefined, { latch, write, alert, row }: Decision): Promise<void> => {
    if (!latch) return;
    // A heartbeat keeps the name of the write that made the state: its writer may not have seen it yet.
    const writer = (write === "heartbeat" ? seen?.writer : undefined) ?? deps.writer();
    const written = { ...latch, writer };
    if (alert) pending = { writer, announcement: { alert, from: row.from, to: row.to, because: row.because } };
    try {
      if (await store.write(seen, written)) return see(written);
    } catch (error) {
      deps.failed("write", error);
      return;
    }
    const again = await attempt("item", store.read());
    if (again) see(again.value);
  };

  return async () => {
    readableAt ??= clock.now();
    const [item, dns] = await Promise.all([attempt("item", store.read()), attempt("dns", deps.dns())]);
    if (item) see(item.value);
    if (item && dns) {
      readableAt = clock.now();
      const verdict = needsVerdict(item.value, dns.value) ? VERDICTS[(await deps.verdict()).table] : "unknown";
      const observation = { dns: dns.value, secondaryVerdict: verdict, nowMs: clock.now(), lapseAfterMs: deps.lapseAfterMs, settleMs: deps.settleMs };
      const decision = decide(item.value, observation);
      if (decision.write) await settle(item.value, decision);
    } else if (clock.now() - readableAt > MEMORY_MS) {
      return undefined;
    }
    if (!known) return undefined;
    return { state: known.latch?.state ?? "initial", latch: known.latch, dns: dns?.value ?? "unknown", remembered: !(item && dns) };
  };
}
