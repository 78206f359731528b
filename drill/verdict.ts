import type { ConsistencyMode } from "./assumptions";
import { BUDGETS, budgetsFor, type Budget, type BudgetContext, type Metric } from "./budgets";
import type { Judgement } from "./checker";
import type { Measurement } from "./measure";
import type { Scenario } from "./scenario";

/** One thing that was asked of the drill. */
export interface VerdictLine {
  /** A budget's id, an invariant, or `drill.*` for what makes the drill worth anything. */
  readonly id: string;
  readonly what: string;
  /** What was measured; undefined when nothing was, which never passes. */
  readonly measured: number | undefined;
  readonly limit: number;
  readonly direction: Budget["direction"];
  readonly unit: string;
  readonly pass: boolean;
  /** False where a breach is only counted (some invariants in eventual mode). */
  readonly asserted: boolean;
  /** Whether the stretch figure was met; absent where there is none. */
  readonly stretch?: { readonly limit: number; readonly pass: boolean };
}

export interface Verdict {
  /** Every asserted line passed. */
  readonly pass: boolean;
  readonly lines: readonly VerdictLine[];
}

/** What a drill measures of the budgets' metrics; others need other tools. */
const MEASURES: Partial<Record<Metric, (measurement: Measurement, judgement: Judgement) => number | undefined>> = {
  "rto.p99": ({ rtoMs }) => rtoMs?.p99,
  "rpo.ms": ({ rpo }) => rpo.ms,
  "payments.lost": ({ rpo }) => rpo.payments,
  "payments.doubled": (_, judgement) => judgement.doubled,
};

/** Compares a drill with what was asked of it. Pure. The scenario says which failure's budgets apply. */
export function verdict(
  scenario: Scenario,
  context: Omit<BudgetContext, "failure">,
  measurement: Measurement,
  judgement: Judgement,
  budgets: readonly Budget[] = BUDGETS,
): Verdict {
  const { failure } = scenario;
  const applying = budgetsFor(failure === undefined ? context : { ...context, failure }, budgets);
  const lines = [
    ...sanity(scenario, measurement),
    ...invariants(judgement, context.consistency),
    ...applying.flatMap((budget) => budgetLine(budget, measurement, judgement)),
  ];
  return { lines, pass: lines.every(({ pass, asserted }) => pass || !asserted) };
}

function within(measured: number | undefined, direction: Budget["direction"], limit: number): boolean {
  if (measured === undefined) return false;
  return direction === "at most" ? measured <= limit : measured >= limit;
}

type Asked = Pick<VerdictLine, "id" | "what" | "measured" | "limit" | "direction" | "unit">;

const line = (asked: Asked, asserted = true): VerdictLine => ({
  ...asked,
  asserted,
  pass: within(asked.measured, asked.direction, asked.limit),
});

/** A drill in which nobody paid, or that hit nobody, proves nothing. */
function sanity(scenario: Scenario, { clients, payments }: Measurement): readonly VerdictLine[] {
  const paid = clients.filter(({ paidBefore }) => paidBefore).length;
  const hit = clients.filter(({ rtoMs }) => rtoMs !== undefined).length;
  const { hitAtLeast, hitAtMost } = scenario.expects;
  const count = { unit: "clients", direction: "at least" } as const;
  return [
    line({ ...count, id: "drill.baseline", what: "clients that paid before the fault", measured: paid, limit: Math.max(1, clients.length) }),
    ...(hitAtLeast > 0 ? [line({ ...count, id: "drill.hit", what: "clients that the fault hit", measured: hit, limit: Math.ceil(hitAtLeast * clients.length) })] : []),
    ...(hitAtMost < 1 ? [line({ ...count, id: "drill.spared", what: "clients that the fault hit", measured: hit, direction: "at most", limit: Math.floor(hitAtMost * clients.length) })] : []),
    line({ id: "drill.answered", what: "payments without an answer at the end", measured: payments.unanswered, limit: 0, direction: "at most", unit: "payments" }),
  ];
}

const invariants = (judgement: Judgement, consistency: ConsistencyMode): readonly VerdictLine[] =>
  judgement.invariants.map(({ invariant, holds, inEventualMode, violations }) =>
    line(
      { id: invariant, what: holds, measured: violations, limit: 0, direction: "at most", unit: "violations" },
      consistency === "strong" || inEventualMode === "asserted",
    ),
  );

function budgetLine(budget: Budget, measurement: Measurement, judgement: Judgement): readonly VerdictLine[] {
  const take = MEASURES[budget.metric];
  if (!take) return [];
  const { id, what, limit, direction, unit, stretch } = budget;
  const measured = take(measurement, judgement);
  const judged = line({ id, what, measured, limit, direction, unit });
  return [stretch === undefined ? judged : { ...judged, stretch: { limit: stretch, pass: within(measured, direction, stretch) } }];
}
