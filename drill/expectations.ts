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
  /** Beside what follows from the steps (alarm-causes.ts). */
  readonly alarms?: AlarmExpectations;
  /** Invariants and budgets, by id, that are counted and not asserted. */
  readonly measured?: readonly string[];
}

/** What a person reads before a drill. */
export function describeExpectations(expected: Expectations): string {
  const { hit, recovered, serving, latch, flips, availability, goodput, alarms, measured } = expected;
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
    ...(alarms?.fire === undefined ? [] : [`alarms: ${alarms.fire.join(", ")}`]),
    ...(measured === undefined ? [] : [`measured only: ${measured.join(", ")}`]),
  ].join("; ");
}

/** The lines of a verdict that a scenario's expectations ask for. A drill in which nobody paid, or that hit nobody, proves nothing. */
export function expectedLines(scenario: Scenario, expected: Expectations, measurement: Measurement, ending: Ending | undefined): readonly VerdictLine[] {
  return [...clientLines(scenario, expected, measurement), ...loadLines(expected, measurement), ...(ending ? endingLines(expected, ending) : [])];
}

const count = { unit: "clients", direction: "at least" } as const;

function clientLines({ plan, faultAtMs }: Scenario, expected: Expectations, { clients }: Measurement): readonly VerdictLine[] {
  const paid = clients.filter(({ paidBefore }) => paidBefore).length;
  const hit = clients.filter(({ rtoMs }) => rtoMs !== undefined);
  const never = hit.filter(({ rtoMs }) => rtoMs === Infinity).length;
  const { meanIntervalMs } = plan;
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

function loadLines(expected: Expectations, { payments, availability }: Measurement): readonly VerdictLine[] {
  const lines: VerdictLine[] = [];
  if (expected.goodput) {
    lines.push(verdictLine({ id: "drill.goodput", what: "share of payments acknowledged in the end", measured: percent(payments.acknowledged / Math.max(1, payments.made)), limit: percent(expected.goodput.atLeast), direction: "at least", unit: "%" }));
  } else if (expected.recovered === "all") {
    lines.push(verdictLine({ id: "drill.answered", what: "payments without an answer at the end", measured: payments.unanswered, limit: 0, direction: "at most", unit: "payments" }));
  }
  const { atLeast, atMost } = expected.availability ?? {};
  const share = { what: "share of attempts that succeeded from the fault on", measured: availability.after === undefined ? undefined : percent(availability.after), unit: "%" };
  if (atLeast !== undefined) lines.push(verdictLine({ ...share, id: "drill.availability", limit: percent(atLeast), direction: "at least" }));
  if (atMost !== undefined) lines.push(verdictLine({ ...share, id: "drill.unavailability", limit: percent(atMost), direction: "at most" }));
  return lines;
}

const percent = (share: number): number => Math.round(share * 1000) / 10;

function endingLines(expected: Expectations, { serving, latch, flips, operations }: Ending): readonly VerdictLine[] {
  const truth = (id: string, what: string, holds: boolean): VerdictLine => verdictLine({ id, what, measured: holds ? 1 : 0, limit: 1, direction: "at least", unit: "of 1" });
  const lines: VerdictLine[] = [];
  if (expected.serving) lines.push(truth("drill.serving", `DNS ends at the ${expected.serving} (it answers ${serving})`, serving === expected.serving));
  if (expected.latch) lines.push(truth("drill.latch", `the latch ends ${expected.latch} (it is ${latch})`, latch === expected.latch));
  const moves = { what: "changes of the DNS answer from the fault on", measured: flips, unit: "changes" };
  const { atLeast, atMost } = expected.flips ?? {};
  if (atLeast !== undefined) lines.push(verdictLine({ ...moves, id: "drill.moved", limit: atLeast, direction: "at least" }));
  if (atMost !== undefined) lines.push(verdictLine({ ...moves, id: "drill.flips", limit: atMost, direction: "at most" }));
  operations.forEach(({ operation, expect, outcome, why }, index) => {
    lines.push(truth(`drill.operation-${index + 1}`, `operators' ${operation} is ${expect} (${outcome}${why === undefined ? "" : `: ${why}`})`, outcome === expect));
  });
  return lines;
}
