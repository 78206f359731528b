import { ASSUMPTION_SETS, assumptionSet, checkerAssumptions, latencyModel, listed } from "../../../drill/assumptions";
import { BUDGETS, budgetsFor, type BudgetContext } from "../../../drill/budgets";
import { FinalStateError, judge } from "../../../drill/checker";
import { atLeastOf, hitProbability } from "../../../drill/load-odds";
import { faultOn } from "../../../drill/role-fault";
import { lastStepAt, ScenarioError } from "../../../drill/scenario";
import { SCENARIOS, scenarioNamed } from "../../../drill/scenarios/index";
import { CHECKER_REGIONS } from "../../../rules/route53";
import { parseFault } from "../../../twin/kernel/parse-fault";

const PLACE = { regions: { primary: "eu-west-1", secondary: "eu-central-1", witness: "eu-west-3" }, environment: "dev", hostnames: { failover: "dev.payments.test", primary: "p.dev.payments.test", secondary: "s.dev.payments.test" } };
const NAMED = SCENARIOS.map((scenario) => [scenario.name, scenario] as const);

describe("scenarios", () => {
  test.each(NAMED)("%s: its faults are ones that the twin accepts, in this stack's regions", (_name, { steps }) => {
    const faults = steps.flatMap((step) => ("inject" in step ? [faultOn(step.inject, PLACE)] : []));
    const parsed = faults.map((fault) => parseFault(fault, [...Object.values(PLACE.regions), ...CHECKER_REGIONS]));
    expect(parsed.flatMap((each) => ("errors" in each ? each.errors : []))).toEqual([]);
    expect(JSON.stringify(faults)).not.toMatch(/[{](region|environment|failover)[}]/);
  });

  test.each(NAMED)("%s: every step is played, in time's order, and heals what was injected before", (_name, scenario) => {
    const times = scenario.steps.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const { endsWhen, maxMs } = scenario;
    expect(lastStepAt(scenario) ?? 0).toBeLessThan(Math.min(maxMs, endsWhen.kind === "duration" ? endsWhen.ms : Infinity));
    const inForce = new Set<string>();
    const healedInVain = scenario.steps.filter((step) => {
      if ("inject" in step) inForce.add(step.as);
      return "heal" in step && !inForce.delete(step.heal);
    });
    expect(healedInVain).toEqual([]);
  });

  test("a name names one scenario", () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });

  test("an unknown name is refused with the names there are", () => {
    expect(() => scenarioNamed("region-lots")).toThrow(/got "region-lots"; allowed: region-lost, region-vanishes/);
  });

  test("a role that the stack does not have is refused, not left out", () => {
    expect(() => faultOn({ kind: "outage", role: "primary" }, { ...PLACE, regions: { secondary: "eu-central-1" } })).toThrow(ScenarioError);
  });

  test("names in a fault are this stack's", () => {
    const fault = faultOn({ kind: "service", role: "secondary", service: "lambda", resource: "payments-process-{region}-{environment}" }, PLACE);
    expect(fault).toMatchObject({ region: "eu-central-1", resource: "payments-process-eu-central-1-dev" });
  });
});

describe("how many clients a fault must hit follows from the load", () => {
  test.each([
    // 20 clients that pay every 2 s on average, 15 s of failures: one in two thousand clients is spared.
    [20, hitProbability(15_000, 1, 2_000), 17, 18],
    // The same who pay every 11.6 s: a quarter is spared.
    [20, hitProbability(15_000, 1, 11_600), 3, 8],
    [20, hitProbability(0, 1, 2_000), 0, 0],
    [20, 1, 20, 20],
    // A fair coin, 100 times: fewer than 27 heads come once in a million.
    [100, 0.5, 26, 28],
  ])("%d clients, each with the chance %d: at least %d to %d", (clients, probability, low, high) => {
    expect(atLeastOf(clients, probability)).toBeGreaterThanOrEqual(low);
    expect(atLeastOf(clients, probability)).toBeLessThanOrEqual(high);
  });
});

describe("budgets of a drill", () => {
  const base: BudgetContext = { failure: "region-lost", client: "dns-only", consistency: "strong", assumptions: "documented" };
  test.each<readonly [string, Partial<BudgetContext>, readonly string[]]>([
    ["region lost, strong", {}, ["rto-dns-region", "rpo-strong", "lost-strong", "doubled-strong", "returns"]],
    ["region lost, strong, pessimistic", { assumptions: "pessimistic" }, ["rto-dns-region", "rpo-strong", "lost-strong", "doubled-strong", "returns"]],
    ["region lost, eventual", { consistency: "eventual" }, ["rto-dns-region", "rpo-eventual", "returns"]],
    ["grey, eventual", { failure: "grey", consistency: "eventual" }, ["rto-dns-grey", "rpo-eventual", "returns"]],
    ["stretched TTLs", { client: "dns-stretched" }, ["rto-stretched", "rpo-strong", "lost-strong", "doubled-strong", "returns"]],
    ["both hostnames", { client: "both-hostnames" }, ["rto-both", "rpo-strong", "lost-strong", "doubled-strong", "returns"]],
  ])("%s", (_name, change, expected) => {
    expect(budgetsFor({ ...base, ...change }).map(({ id }) => id)).toEqual(expected);
  });

  test("an id names one budget", () => {
    expect(new Set(BUDGETS.map(({ id }) => id)).size).toBe(BUDGETS.length);
  });

  test("a stretch figure is stricter than its limit", () => {
    const loose = BUDGETS.filter(({ stretch, limit, direction }) => stretch !== undefined && (direction === "at most" ? stretch >= limit : stretch <= limit));
    expect(loose).toEqual([]);
  });
});

describe("assumptions", () => {
  test.each(ASSUMPTION_SETS)("%s: every figure says where it comes from", (name) => {
    expect(listed(assumptionSet(name)).filter(({ what, source }) => what === "" || source === "")).toEqual([]);
  });

  test("the pessimistic set is worse for clients: clumped checkers, late aggregation, pinned connections", () => {
    expect(checkerAssumptions(assumptionSet("pessimistic"))).toEqual({ count: 16, phases: "clumped", aggregationDelay: { low: 0, high: 10_000 } });
    expect(assumptionSet("pessimistic").resolver.value.connections).toBe("pinned");
  });

  test.each([
    ["strong", "dynamodb", "PutItem", 10, 25],
    ["eventual", "dynamodb", "PutItem", 3, 8],
    ["strong", "dynamodb", "GetItem", 8, 20],
    ["strong", "dynamodb", "Query", 2, 6],
    ["strong", "apigateway", "POST /payments", 1, 4],
    ["strong", "lambda", "Invoke", 1, 3],
    ["strong", "sns", "Publish", 1, 5],
  ] as const)("latency, %s: %s %s", (consistency, service, operation, low, high) => {
    const latency = latencyModel(assumptionSet("documented"), consistency);
    expect(latency({ region: "us-east-1", service, operation })).toEqual({ low, high });
  });
});

test("a reachable region whose replica was not read is a defect of the runner, not a clean bill", () => {
  const empty = { consistency: "strong", at: 0, snapshots: [], derived: {}, routing: { answers: [], latch: [], secondary: [], held: [], secondaryAiledUntil: -Infinity }, invocations: 0 } as const;
  expect(() => judge([], { ...empty, replicas: { "us-east-1": [] }, reachable: ["us-east-1", "us-east-2"] })).toThrow(FinalStateError);
});
