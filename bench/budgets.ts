import { BUDGETS, type Budget, type Metric } from "../drill/budgets";

/** What the benchmarks measure, of all that has a budget. */
const MEASURED: readonly Metric[] = ["deployment.ms", "bundle.bytes", "bundle.coldLoadMs", "hotPath.sdkCalls", "simulation.drillsPerSecond"];

/** The budgets that a benchmark can keep or miss. */
export const BENCH_BUDGETS: readonly Budget[] = BUDGETS.filter(({ metric }) => MEASURED.includes(metric));

/** One figure. */
export interface Figure {
  /** Group of rows, e.g. `deployment`. */
  readonly group: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Its budget's id; absent where there is none. */
  readonly budget?: string;
}

/** A figure beside what it should be. */
export interface Judged extends Figure {
  readonly limit?: Budget;
  readonly verdict: "within the stretch figure" | "within budget" | "OVER BUDGET" | "";
}

const reaches = ({ direction }: Budget, value: number, bound: number): boolean => (direction === "at most" ? value <= bound : value >= bound);

/** @throws RangeError for a budget that does not exist */
export function judged(figure: Figure, budgets: readonly Budget[] = BENCH_BUDGETS): Judged {
  if (figure.budget === undefined) return { ...figure, verdict: "" };
  const limit = budgets.find(({ id }) => id === figure.budget);
  if (!limit) throw new RangeError(`${figure.what}: got the budget ${figure.budget}; allowed: ${budgets.map(({ id }) => id).join(", ")}`);
  if (!reaches(limit, figure.value, limit.limit)) return { ...figure, limit, verdict: "OVER BUDGET" };
  return { ...figure, limit, verdict: limit.stretch !== undefined && reaches(limit, figure.value, limit.stretch) ? "within the stretch figure" : "within budget" };
}
