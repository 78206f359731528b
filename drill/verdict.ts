import { alarmsOfScenario } from "./alarm-causes";
import { alarmLines, type Heard } from "./alarm-expectations";
import type { ConsistencyMode } from "./assumptions";
import { BUDGETS, budgetsFor, type Budget, type BudgetContext, type Metric } from "./budgets";
import type { Judgement } from "./checker";
import type { Ending } from "./ending";
import { expectedLines } from "./expectations";
import type { Measurement } from "./measure";
import { expectationsOf, type Scenario } from "./scenario";
import { verdictLine, within, type VerdictLine } from "./verdict-line";

export type { VerdictLine } from "./verdict-line";

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
  "returns.unverified": ({ returns }) => returns.unverified,
};

/**
 * Compares a drill with what was asked of it. Pure. The scenario says which failure's budgets apply.
 * @param seen what is absent nobody could look at: then nothing is asked of it
 */
export function verdict(
  scenario: Scenario,
  context: Omit<BudgetContext, "failure">,
  measurement: Measurement,
  judgement: Judgement,
  seen: { /** DNS and the latch. */ readonly ending?: Ending; readonly heard?: Heard } = {},
  budgets: readonly Budget[] = BUDGETS,
): Verdict {
  const { failure } = scenario;
  const applying = budgetsFor(failure === undefined ? context : { ...context, failure }, budgets);
  const expected = expectationsOf(scenario, context.consistency);
  const counted = new Set(expected.measured);
  const lines = [
    ...expectedLines(scenario, expected, measurement, seen.ending),
    ...(seen.heard ? alarmLines(alarmsOfScenario(scenario, expected), seen.heard) : []),
    ...[...invariants(judgement, context.consistency), ...applying.flatMap((budget) => budgetLine(budget, measurement, judgement))].map((line) =>
      counted.has(line.id) ? { ...line, asserted: false } : line,
    ),
  ];
  return { lines, pass: lines.every(({ pass, asserted }) => pass || !asserted) };
}

const invariants = (judgement: Judgement, consistency: ConsistencyMode): readonly VerdictLine[] =>
  judgement.invariants.map(({ invariant, holds, inEventualMode, violations }) =>
    verdictLine(
      { id: invariant, what: holds, measured: violations, limit: 0, direction: "at most", unit: "violations" },
      consistency === "strong" || inEventualMode === "asserted",
    ),
  );

function budgetLine(budget: Budget, measurement: Measurement, judgement: Judgement): readonly VerdictLine[] {
  const take = MEASURES[budget.metric];
  if (!take) return [];
  const { id, what, limit, direction, unit, stretch, told = false } = budget;
  const measured = take(measurement, judgement);
  const judged = verdictLine({ id, what, measured, limit, direction, unit }, !told);
  return [stretch === undefined ? judged : { ...judged, stretch: { limit: stretch, pass: within(measured, direction, stretch) } }];
}
