import { assumptionSet } from "../../../drill/assumptions";
import { judge } from "../../../drill/checker";
import { CHECKS } from "../../../drill/checks/index";
import type { BudgetContext } from "../../../drill/budgets";
import { measure, type Measurement } from "../../../drill/measure";
import { evidence, textReport } from "../../../drill/report";
import { under, type Scenario } from "../../../drill/scenario";
import { scenarioNamed } from "../../../drill/scenarios/index";
import { verdict } from "../../../drill/verdict";
import { CAUGHT_ON_THE_FAKE } from "../../helpers/caught";
import { DEFECTS, DETECTION_MS, played, REGIONS, type Defect } from "../../unit/drill/fake-system";

const CONTEXT: Omit<BudgetContext, "failure"> = { client: "dns-only", consistency: "strong", assumptions: "documented" };

async function judged(name: string, seed: number, defect: Defect = "none", context = CONTEXT) {
  return playAndJudge(scenarioNamed(name), seed, defect, context);
}

async function playAndJudge(scenario: Scenario, seed: number, defect: Defect, context = CONTEXT) {
  const { system, drill } = await played(scenario, seed, defect);
  const judgement = judge(drill.history, system.state());
  const timeline = { ...drill, dnsFlippedAt: system.flippedAt() };
  const measurement: Measurement = measure(drill.history, drill.clients, judgement, timeline);
  return { scenario, system, drill, timeline, judgement, measurement, verdict: verdict(scenario, context, measurement, judgement) };
}

const failed = ({ verdict: { lines } }: Awaited<ReturnType<typeof judged>>): readonly string[] =>
  lines.filter(({ pass }) => !pass).map(({ id }) => id);

describe("a correct system passes the drill", () => {
  test.each([
    ["region-lost", 1],
    ["region-lost", 2],
    ["region-vanishes", 1],
    ["region-vanishes", 2],
  ])("%s, seed %i", async (name, seed) => {
    const result = await judged(name, seed);
    expect(result.judgement.violations).toEqual([]);
    expect(failed(result)).toEqual([]);
    expect(result.verdict.pass).toBe(true);
    expect(result.drill.ended).toBe("recovered");
    expect(result.judgement.acknowledged).toBeGreaterThan(500);
  });

  test.each(["region-lost", "region-vanishes"])("%s, with connections pinned as the pessimistic set has it", async (name) => {
    const result = await playAndJudge(under(scenarioNamed(name), assumptionSet("pessimistic")), 1, "none");
    expect(failed(result)).toEqual([]);
  });

  test("without a fault", async () => {
    const result = await playAndJudge(unharmed(), 1, "none");
    expect(failed(result)).toEqual([]);
    expect(result.measurement.rtoMs).toBeUndefined();
  });

  test("recovery takes what DNS takes, its TTL and one attempt's time-out: no client is lucky, none is late", async () => {
    const { measurement } = await judged("region-vanishes", 3);
    expect(measurement.rtoMs?.count).toBeGreaterThanOrEqual(19);
    expect(measurement.rtoMs?.max).toBeLessThan(DETECTION_MS + 5_000 + 3_000 + 2_000 + 100);
    expect(measurement.rtoMs?.p50).toBeGreaterThan(DETECTION_MS - 5_000);
    expect(measurement.split?.dnsMs.max).toBeLessThanOrEqual(5_000 + 3_000 + 2_000);
    expect(measurement.availability.before).toBe(1);
  });

  test("one seed gives one history, another seed another", async () => {
    const [a, b, c] = [await played(scenarioNamed("region-lost"), 7), await played(scenarioNamed("region-lost"), 7), await played(scenarioNamed("region-lost"), 8)];
    expect(a.drill.history).toEqual(b.drill.history);
    expect(a.system.kernel.summary()).toEqual(b.system.kernel.summary());
    expect(a.drill.history).not.toEqual(c.drill.history);
  });
});

describe("a broken system is caught and named", () => {
  test.each(CAUGHT_ON_THE_FAKE)("%s", async (defect, invariants) => {
    // While both regions are reachable, replicas that differ must be seen.
    const scenario = defect === "replica misses writes" || defect === "unknown outcome in one region only" ? unharmed() : scenarioNamed("region-lost");
    const { system, drill, judgement, verdict: result } = await playAndJudge(scenario, 1, defect);
    expect([...new Set(judgement.violations.map(({ invariant }) => invariant))].sort()).toEqual([...invariants].sort());
    expect(result.pass).toBe(false);
    // Each of them sees it alone; a checker without them lets it through.
    for (const invariant of invariants) {
      const alone = CHECKS.filter((check) => check.invariant === invariant);
      expect(judge(drill.history, system.state(), alone).violations.length).toBeGreaterThan(0);
    }
    const blind = CHECKS.filter(({ invariant }) => !invariants.includes(invariant));
    expect(judge(drill.history, system.state(), blind).violations).toEqual([]);
  });

  test("every defect of the fake system is in the table", () => {
    const named = CAUGHT_ON_THE_FAKE.map(([defect]) => defect);
    expect(DEFECTS.filter((defect) => !named.includes(defect))).toEqual(["none", "DNS never moves"]);
  });

  test("lost payments are counted for the budget", async () => {
    const result = await judged("region-lost", 1, "acknowledged before durable");
    expect(result.judgement.lost.length).toBeGreaterThan(0);
    expect(result.measurement.rpo.payments).toBe(result.judgement.lost.length);
    // The fake writes two seconds late.
    expect(result.measurement.rpo.ms).toBeGreaterThan(0);
    expect(result.measurement.rpo.ms).toBeLessThanOrEqual(2_000);
    expect(failed(result)).toEqual(expect.arrayContaining(["I1", "rpo-strong", "lost-strong"]));
  });

  test("doubled payments are counted for the budget", async () => {
    const result = await judged("region-lost", 1, "keyed by attempt");
    expect(result.judgement.doubled).toBeGreaterThan(0);
    expect(failed(result)).toEqual(expect.arrayContaining(["I2", "doubled-strong"]));
  });

  test("what the failed region had not replicated is the RPO: a breach in strong mode, counted in eventual mode, where it comes back", async () => {
    const { system, drill } = await played(scenarioNamed("region-lost"), 1);
    const { faultAt = 0 } = drill;
    const arrived = (payment: { readonly createdAt: string }): boolean => !(Date.parse(payment.createdAt) > faultAt - 800 && Date.parse(payment.createdAt) < faultAt);
    const found = (consistency: "strong" | "eventual") => {
      const state = system.state(consistency);
      const ids = new Set((state.replicas[REGIONS.secondary] ?? []).filter(arrived).map(({ paymentId }) => paymentId));
      const judgement = judge(drill.history, { ...state, snapshots: [{ at: drill.endedAt, since: faultAt, replicas: { [REGIONS.secondary]: ids } }] });
      return { judgement, measurement: measure(drill.history, drill.clients, judgement, drill) };
    };
    const eventual = found("eventual");
    expect(eventual.judgement.violations).toEqual([]);
    expect(eventual.measurement.rpo.payments).toBeGreaterThan(0);
    expect(eventual.measurement.rpo.ms).toBeGreaterThan(0);
    expect(eventual.measurement.rpo.ms).toBeLessThanOrEqual(800);
    const strong = found("strong");
    expect(strong.judgement.violations.map(({ invariant }) => invariant)).toEqual(strong.judgement.lost.map(() => "I1"));
    expect(strong.judgement.lost).toEqual(eventual.judgement.lost);
  });

  test("in eventual mode unequal answers are counted and fail no drill", async () => {
    const result = await judged("region-lost", 1, "replayed with other fields", { ...CONTEXT, consistency: "eventual" });
    expect(result.verdict.lines.find(({ id }) => id === "I3")).toMatchObject({ pass: false, asserted: false });
    expect(result.verdict.lines.find(({ id }) => id === "I1")).toMatchObject({ pass: true, asserted: true });
    expect(result.verdict.lines.map(({ id }) => id)).toContain("rpo-eventual");
    expect(result.verdict.lines.map(({ id }) => id)).not.toContain("lost-strong");
    expect(result.verdict.pass).toBe(true);
  });
});

describe("a client that never recovers", () => {
  test("counts as infinite, fails the budget, and the report says never", async () => {
    const result = await playAndJudge({ ...scenarioNamed("region-lost"), maxMs: 100_000 }, 1, "DNS never moves");
    expect(result.drill.ended).toBe("gave-up");
    expect(result.measurement.rtoMs?.p50).toBe(Infinity);
    expect(failed(result)).toEqual(expect.arrayContaining(["rto-dns-region", "drill.answered"]));
    expect(result.verdict.pass).toBe(false);

    const provenance = { seed: 1, time: "virtual", consistency: "strong", assumptions: "documented", config: {}, versions: {} } as const;
    const text = textReport({ ...result, provenance });
    expect(text).toContain("Drill region-lost: FAIL");
    expect(text).toMatch(/first failure to next success \(RTO\)\s+never\s+never\s+never/);
    const carried: unknown = JSON.parse(JSON.stringify(evidence({ ...result, provenance })));
    expect(carried).toMatchObject({ pass: false, measurement: { rtoMs: { p99: "never" } }, provenance: { seed: 1 } });
  });
});

describe("a drill that proves nothing fails", () => {
  test("the fault hit no client", async () => {
    const result = await playAndJudge({ ...scenarioNamed("region-lost"), steps: [{ atMs: 0, inject: { kind: "outage", role: "witness" }, as: "lost" }] }, 1, "none");
    expect(failed(result)).toEqual(["drill.hit", "rto-dns-region"]);
  });

  test("nobody could pay before the fault", async () => {
    const result = await playAndJudge({ ...scenarioNamed("region-lost"), faultAtMs: 0 }, 1, "none");
    expect(failed(result)).toEqual(["drill.baseline"]);
  });
});

function unharmed(): Scenario {
  const { failure: _, ...scenario } = scenarioNamed("region-lost");
  return { ...scenario, steps: [], endsWhen: { kind: "duration", ms: 60_000 }, expects: { hit: "nobody", recovered: "all" } };
}
