import { BENCH_BUDGETS, judged, type Figure } from "../../../bench/budgets";
import { payFor } from "../../../bench/payer";
import { quantile } from "../../../bench/stopwatch";
import { table } from "../../../bench/table";
import type { Transport } from "../../../drill/transport";

const figure = (value: number, budget?: string): Figure => ({ group: "g", what: "w", value, unit: "u", ...(budget === undefined ? {} : { budget }) });

describe("a figure beside its budget", () => {
  test.each([
    ["at most: beyond it", 5_001, "deployment", "OVER BUDGET"],
    ["at most: on it", 5_000, "deployment", "within budget"],
    ["at most: on the stretch figure", 2_000, "deployment", "within the stretch figure"],
    ["at least: below it", 49.9, "drills-20", "OVER BUDGET"],
    ["at least: on it", 50, "drills-20", "within budget"],
    ["at least: beyond the stretch figure", 101, "drills-20", "within the stretch figure"],
    ["a budget without a stretch figure", 1, "hot-path", "within budget"],
    ["no budget", 1e9, undefined, ""],
  ])("%s", (_, value, budget, verdict) => {
    expect(judged(figure(value, budget)).verdict).toBe(verdict);
  });

  test("a budget that does not exist is an error, or a slip of the pen would always pass", () => {
    expect(() => judged(figure(1, "deploiment"))).toThrow(/deploiment; allowed: .*deployment/);
  });

  test("benchmarks have the budgets that drills cannot keep", () => {
    expect(BENCH_BUDGETS.map(({ id }) => id)).toEqual(["hot-path", "bundle-size", "cold-load", "drills-20", "drills-200", "deployment"]);
  });
});

test("the table shows groups, figures, budgets and verdicts", () => {
  const figures = [judged({ group: "deployment", what: "all", value: 1234.5, unit: "ms", budget: "deployment" }), judged({ group: "other", what: "much", value: 0.5, unit: "/s" })];
  const lines = table(figures).split("\n").map((line) => line.replace(/ +/g, " ").trim());
  expect(lines).toEqual(["measured budget (stretch)", "", "deployment", "all 1,235 ms at most 5,000 (2,000) within the stretch figure", "", "other", "much 0.50 /s"]);
});

test.each([
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.99, 4],
  [[7], 0.5, 7],
])("the quantile of %p at %p is %p", (values, p, expected) => {
  expect(quantile(values, p)).toBe(expected);
});

test("only answers 201 count as payments: a door that refuses is not a fast door", async () => {
  let now = 0;
  let sent = 0;
  const transport = {
    send: () => {
      now += 10;
      sent += 1;
      return Promise.resolve({ status: sent % 2 === 0 ? 429 : 201, headers: {}, body: "" });
    },
  } as unknown as Transport; // the only member that payFor uses
  expect(await payFor(transport, { host: "h", address: "a", callers: 1, ms: 100 }, "x", () => now)).toEqual({ paid: 5, refused: 5, perSecond: 50, p50Ms: 10, p99Ms: 10 });
});
