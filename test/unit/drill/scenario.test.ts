import { ASSUMPTION_SETS, assumptionSet, checkerAssumptions, latencyModel, listed } from "../../../drill/assumptions";
import { BUDGETS, budgetsFor, type BudgetContext } from "../../../drill/budgets";
import { FinalStateError, judge } from "../../../drill/checker";
import { faultsOn, SCENARIOS, scenarioNamed, ScenarioError } from "../../../drill/scenario";
import { parseFault } from "../../../twin/kernel/parse-fault";

describe("scenarios", () => {
  const regions = { primary: "eu-west-1", secondary: "eu-central-1", witness: "eu-west-3" };

  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))("%s: its faults are ones that the twin accepts, in this stack's regions", (_name, scenario) => {
    const parsed = faultsOn(scenario, regions).map((fault) => parseFault(fault, Object.values(regions)));
    expect(parsed.flatMap((each) => ("errors" in each ? each.errors : []))).toEqual([]);
    expect(faultsOn(scenario, regions).map(({ region }) => region)).toContain("eu-west-1");
  });

  test("an unknown name is refused with the names there are", () => {
    expect(() => scenarioNamed("region-lots")).toThrow(/got "region-lots"; allowed: region-lost, region-vanishes/);
  });

  test("a role that the stack does not have is refused, not left out", () => {
    expect(() => faultsOn(scenarioNamed("region-lost"), { secondary: "eu-central-1" })).toThrow(ScenarioError);
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
  expect(() => judge([], { replicas: { "us-east-1": [] }, reachable: ["us-east-1", "us-east-2"] })).toThrow(FinalStateError);
});
