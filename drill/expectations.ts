import type { State } from "../lambda/switch/logic";
import type { AlarmExpectations } from "./alarm-expectations";
import type { Ending } from "./ending";
import { atLeastOf, hitProbability } from "./load-odds";
import type { Measurement } from "./measure";
import type { Scenario } from "./scenario";
import { verdictLine, type VerdictLine } from "./verdict-line";

/**
 * Which clients a fault hits. `failing`: for so long (ms) this share of attempts fails, so that whoever pays meanwhile is
 * hit; how many that are follows from the load. `anybody`: nothing is expected of it.
 */
export type Hit = "nobody" | "anybody" | { readonly failingMs: number; readonly share?: number };

/** Clients that the system never takes, whatever the region; the other expectations are of the others. */
export interface RefusedExpectation {
  /** The chance of each client to be one of them, 0..1. */
  readonly share: number;
  /** Why, as drill/cause.ts names it. */
  readonly cause: string;
}

/** What a scenario must come to, as data that the verdict checks. What is absent is not asked. */
export interface Expectations {
  readonly hit: Hit;
  /** Of the clients that were hit: all of them pay again, or none. */
  readonly recovered: "all" | "none" | "any";
  /** Where DNS leads in the end. */
  readonly serving?: "primary" | "secondary";
  /** The latch's state in the end. */
  readonly latch?: State;
  /** How often the DNS answer changes from the fault on. */
  readonly flips?: { readonly atLeast?: number; readonly atMost?: number };
  /** Share of attempts from the fault on that succeed, 0..1. */
  readonly availability?: { readonly atLeast?: number; readonly atMost?: number };
  /** Share of the payments made that are acknowledged in the end, 0..1. Absent: all are, where all clients recover. */
  readonly goodput?: { readonly atLeast: number };
  /** Absent: there are none. */
  readonly refused?: RefusedExpectation;
  /** Records of the table's stream that each region gives up and keeps in its failure destination. Absent: none; `any` is not asked. */
  readonly setAside?: number | "any";
  /** Share of the payments whose receipt or event may be late, 0..1, where I5 is only counted. */
  readonly late?: { readonly atMost: number };
  /** Beside what follows from the steps (alarm-causes.ts). */
  readonly alarms?: AlarmExpectations;
  /** Invariants and budgets, by id, that are counted and not asserted. */
  readonly measured?: readonly string[];
}

/** What a person reads before a drill. */
export function describeExpectations(expected: Expectations): string {
  const { hit, recovered, serving, latch, flips, availability, goodput, refused, setAside, late, alarms, measured } = expected;
  const range = (what: string, given: { readonly atLeast?: number; readonly atMost?: number } | undefined, unit = ""): readonly string[] =>
    given === undefined
      ? []
      : [`${what} ${[...(given.atLeast === undefined ? [] : [`at least ${given.atLeast}${unit}`]), ...(given.atMost === undefined ? [] : [`at most ${given.atMost}${unit}`])].join(" and ")}`];
  return [
    typeof hit === "string" ? `hits ${hit}` : `hits who pays within ${hit.failingMs / 1000} s${hit.share === undefined ? "" : `, ${hit.share * 100} % of attempts`}`,
    `${recovered} recover`,
    ...(serving === undefined ? [] : [`DNS ends at the ${serving}`]),
    ...(latch === undefined ? [] : [`latch ends ${latch}`]),
    ...range("DNS moves", flips, " times"),
    ...range("availability", availability),
    ...range("acknowledged share", goodput),
    ...range("share of payments told late", late),
    ...(refused === undefined ? [] : [`${refused.share * 100} % of clients are refused: ${refused.cause}`]),
    ...(setAside === undefined ? [] : [`${setAside} records kept in each failure destination`]),
    ...(alarms?.fire === undefined ? [] : [`alarms: ${alarms.fire.join(", ")}`]),
    ...(measured === undefined ? [] : [`measured only: ${measured.join(", ")}`]),
  ].join("; ");
}

/** The lines of a verdict that a scenario's expectations ask for. A drill in which nobody paid, or that hit nobody, proves nothing. */
export function expectedLines(scenario: Scenario, expected: Expectations, measurement: Measurement, ending: Ending | undefined): readonly VerdictLine[] {
  return [
    ...refusedLines(scenario, expected, measurement),
    ...clientLines(scenario, expected, measurement),
    ...loadLines(expected, measurement),
    ...(ending ? endingLines(expected, ending) : []),
  ];
}

const count = { unit: "clients", direction: "at least" } as const;

function refusedLines({ clients, plan, faultAtMs }: Scenario, { refused: expected }: Expectations, { refused, payments }: Measurement): readonly VerdictLine[] {
  const share = expected?.share ?? 0;
  const named = refused.names.length === 0 ? "" : ` (${refused.causes.join(", ")})`;
  const some = { ...count, id: "drill.refused", what: `clients that are refused for ever${named}`, measured: refused.names.length };
  const most = verdictLine({ ...some, direction: "at most", limit: clients - atLeastOf(clients, 1 - share) });
  if (!expected) return refused.names.length === 0 ? [] : [most];
  const why = refused.causes.length === 1 && refused.causes[0] === expected.cause;
  // Who pays before the fault is answered; who pays only while nobody answers is not refused, but unheard.
  const answered = hitProbability(faultAtMs, 1, plan.meanIntervalMs);
  return [
    verdictLine({ ...some, limit: Math.max(1, atLeastOf(clients, share * answered)) }),
    ...(share < 1 ? [] : [verdictLine({ id: "drill.refused-all", what: "payments acknowledged where every client is refused", measured: payments.acknowledged, limit: 0, direction: "at most", unit: "payments" })]),
    { ...most, id: "drill.refused-most" },
    truth("drill.refused-cause", `clients are refused for their ${expected.cause}, and for nothing else`, why),
  ];
}

function clientLines({ plan, faultAtMs }: Scenario, expected: Expectations, { clients }: Measurement): readonly VerdictLine[] {
  const paid = clients.filter(({ paidBefore }) => paidBefore).length;
  const hit = clients.filter(({ rtoMs }) => rtoMs !== undefined);
  const never = hit.filter(({ rtoMs }) => rtoMs === Infinity).length;
  const { meanIntervalMs } = plan;
  if (expected.refused?.share === 1) return [];
  const lines = [
    verdictLine({ ...count, id: "drill.baseline", what: "clients that paid before the fault", measured: paid, limit: Math.max(1, atLeastOf(clients.length, hitProbability(faultAtMs, 1, meanIntervalMs))) }),
  ];
  if (expected.hit === "nobody") {
    lines.push(verdictLine({ ...count, id: "drill.spared", what: "clients that the fault hit", measured: hit.length, direction: "at most", limit: 0 }));
  } else if (expected.hit !== "anybody") {
    const limit = atLeastOf(clients.length, hitProbability(expected.hit.failingMs, expected.hit.share ?? 1, meanIntervalMs));
    lines.push(verdictLine({ ...count, id: "drill.hit", what: "clients that the fault hit", measured: hit.length, limit: Math.max(1, limit) }));
  }
  if (expected.recovered === "all") lines.push(verdictLine({ ...count, id: "drill.recovered", what: "clients that never paid again", measured: never, direction: "at most", limit: 0 }));
  if (expected.recovered === "none") lines.push(verdictLine({ ...count, id: "drill.unrecovered", what: "clients that paid again where none can", measured: hit.length - never, direction: "at most", limit: 0 }));
  return lines;
}

function loadLines(expected: Expectations, { payments, availability, lateShare }: Measurement): readonly VerdictLine[] {
  const lines: VerdictLine[] = [];
  if (expected.goodput) {
    lines.push(verdictLine({ id: "drill.goodput", what: "share of payments acknowledged in the end", measured: percent(payments.acknowledged / Math.max(1, payments.made)), limit: percent(expected.goodput.atLeast), direction: "at least", unit: "%" }));
  } else if (expected.recovered === "all") {
    lines.push(verdictLine({ id: "drill.answered", what: "payments without an answer at the end", measured: payments.unanswered, limit: 0, direction: "at most", unit: "payments" }));
  }
  if (expected.late) lines.push(verdictLine({ id: "drill.late", what: "share of payments whose receipt or event was late", measured: percent(lateShare), limit: percent(expected.late.atMost), direction: "at most", unit: "%" }));
  const { atLeast, atMost } = expected.availability ?? {};
  const share = { what: "share of attempts that succeeded from the fault on", measured: availability.after === undefined ? undefined : percent(availability.after), unit: "%" };
  if (atLeast !== undefined) lines.push(verdictLine({ ...share, id: "drill.availability", limit: percent(atLeast), direction: "at least" }));
  if (atMost !== undefined) lines.push(verdictLine({ ...share, id: "drill.unavailability", limit: percent(atMost), direction: "at most" }));
  return lines;
}

const percent = (share: number): number => Math.round(share * 1000) / 10;

const truth = (id: string, what: string, holds: boolean): VerdictLine => verdictLine({ id, what, measured: holds ? 1 : 0, limit: 1, direction: "at least", unit: "of 1" });

function endingLines(expected: Expectations, { serving, latch, flips, operations, setAside }: Ending): readonly VerdictLine[] {
  const lines: VerdictLine[] = [];
  if (expected.serving) lines.push(truth("drill.serving", `DNS ends at the ${expected.serving} (it answers ${serving})`, serving === expected.serving));
  if (expected.latch) lines.push(truth("drill.latch", `the latch ends ${expected.latch} (it is ${latch})`, latch === expected.latch));
  const moves = { what: "changes of the DNS answer from the fault on", measured: flips, unit: "changes" };
  const { atLeast, atMost } = expected.flips ?? {};
  if (atLeast !== undefined) lines.push(verdictLine({ ...moves, id: "drill.moved", limit: atLeast, direction: "at least" }));
  if (atMost !== undefined) lines.push(verdictLine({ ...moves, id: "drill.flips", limit: atMost, direction: "at most" }));
  const { setAside: allowed = 0 } = expected;
  for (const [region, records] of Object.entries(setAside)) {
    if (allowed === "any") break;
    const kept = { what: `stream records that ${region} gave up and kept`, measured: records, limit: allowed, unit: "records" };
    lines.push(verdictLine({ ...kept, id: `drill.set-aside-${region}`, direction: "at most" }));
    if (kept.limit > 0) lines.push(verdictLine({ ...kept, id: `drill.kept-${region}`, direction: "at least" }));
  }
  operations.forEach(({ operation, expect, because, outcome, code, why }, index) => {
    const told = `operators' ${operation} is ${expect}${because === undefined ? "" : ` (${because})`}: it is ${outcome}${why === undefined ? "" : `, ${why}`}`;
    lines.push(truth(`drill.operation-${index + 1}`, told, outcome === expect && (because === undefined || because === code)));
  });
  return lines;
}
