import { judge, type FinalState, type Invariant } from "../../../drill/checker";
import { CHECKS } from "../../../drill/checks/index";
import type { History } from "../../../drill/history";
import { drillInVirtualTime } from "../../../drill/run/virtual";
import type { Scenario } from "../../../drill/scenario";
import { scenarioNamed } from "../../../drill/scenarios/index";
import { deployStack, type DeployedStack } from "../../../platform/stack";
import type { Cloud } from "../../../twin/cloud";
import { StrongGroup } from "../../../twin/services/dynamodb/strong";
import { brokenBundles, running } from "../../helpers/broken";
import { operated, withInputs } from "../../helpers/system";

/** The platform on the twin with one part broken on purpose: the drill must name what is wrong, and nothing else. */

/** Many repeats, reads and conflicts: whatever can show does. */
const base = scenarioNamed("region-lost");
const BUSY: Scenario = {
  ...base,
  clients: 10,
  plan: { ...base.plan, meanIntervalMs: 1_500, repeatShare: 0.4, readShare: 0.4, conflictShare: 0.2 },
  faultAtMs: 15_000,
  maxMs: 70_000,
};
const lasting = (ms: number, steps: Scenario["steps"]): Scenario => ({ ...BUSY, steps, endsWhen: { kind: "duration", ms }, maxMs: ms });
const [lost] = BUSY.steps;
/** Clients give up waiting and ask again while the first call is still under way. */
const TABLE_HANGS = lasting(60_000, [{ atMs: 0, inject: { kind: "service", role: "primary", service: "dynamodb", operation: "PutItem", mode: "vanish" }, as: "hangs" }]);
const REGION_BACK = lasting(70_000, [...(lost ? [lost] : []), { atMs: 30_000, heal: "lost" }]);
const QUIET = lasting(30_000, []);

const FIXTURES = [
  "keyed-by-attempt",
  "keyed-by-region",
  "acknowledged-before-durable",
  "replayed-while-pending",
  "receipt-with-its-time",
  "event-without-item",
  "event-dropped",
  "never-latches",
] as const;

let good: DeployedStack;
let bundles: ReadonlyMap<string, string>;
beforeAll(async () => {
  [good, bundles] = await Promise.all([deployStack({ stack: "local" }), brokenBundles(FIXTURES)]);
});

async function drilled(deployed: DeployedStack, scenario: Scenario) {
  let seen: { readonly history: History; readonly state: FinalState } | undefined;
  const onCase = (history: History, state: FinalState): void => void (seen = { history, state });
  const result = await drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: 1, onCase });
  if (!seen) throw new Error("the drill judged nothing");
  return { ...result, ...seen };
}

/** The invariants that were broken, and that a checker without them sees nothing. */
function named({ judgement, history, state }: Awaited<ReturnType<typeof drilled>>): readonly Invariant[] {
  const found = CHECKS.map(({ invariant }) => invariant).filter((invariant) => judgement.violations.some((violation) => violation.invariant === invariant));
  const blind = CHECKS.filter(({ invariant }) => !found.includes(invariant));
  expect(judge(history, state, blind).violations).toEqual([]);
  return found;
}

const runsIn = (part: string, fixture: (typeof FIXTURES)[number]): DeployedStack => running(good, bundles.get(fixture) ?? "", (name) => name.startsWith(`payments-${part}`));

describe("control: the platform as it is breaks no invariant", () => {
  test.each([
    ["a lost region", BUSY],
    ["a region that comes back", REGION_BACK],
    ["a table that hangs", TABLE_HANGS],
  ])("%s", async (_, scenario) => {
    const result = await drilled(operated(good, (resource) => resource), scenario);
    expect(result.judgement.violations).toEqual([]);
    expect(result.judgement.acknowledged).toBeGreaterThan(100);
  });
});

describe("a broken function is caught by exactly the invariants that name it", () => {
  test.each<[(typeof FIXTURES)[number], string, Scenario, readonly Invariant[]]>([
    ["keyed-by-attempt", "process", QUIET, ["I2", "I3", "I7"]],
    ["keyed-by-region", "process", BUSY, ["I2", "I3"]],
    ["acknowledged-before-durable", "process", BUSY, ["I1", "I3", "I7", "I8"]],
    ["replayed-while-pending", "process", TABLE_HANGS, ["I1", "I3", "I7", "I8"]],
    ["receipt-with-its-time", "notify", QUIET, ["I2", "I4"]],
    ["event-without-item", "notify", QUIET, ["I6"]],
    ["event-dropped", "notify", QUIET, ["I5"]],
    ["never-latches", "switch", REGION_BACK, ["I11"]],
  ])("%s", async (fixture, part, scenario, invariants) => {
    const result = await drilled(runsIn(part, fixture), scenario);
    expect(named(result)).toEqual(invariants);
    expect(result.verdict.pass).toBe(false);
  });
});

test("a program whose primary does not listen to the switch takes its traffic back unverified (I11)", async () => {
  const latch = good.deployment.graph.resources.find(({ type, inputs }) => type === "aws:route53/healthCheck:HealthCheck" && inputs["invertHealthcheck"] === true);
  const unlatched = operated(good, (resource) => {
    if (resource.inputs["type"] !== "CALCULATED") return resource;
    const children = (resource.inputs["childHealthchecks"] as readonly string[]).filter((id) => id !== latch?.id); // HealthCheckArgs.childHealthchecks
    return withInputs(resource, { childHealthchecks: children, childHealthThreshold: children.length });
  });
  const result = await drilled(unlatched, REGION_BACK);
  expect(named(result)).toEqual(["I11"]);
  expect(result.measurement.returns.unverified).toBe(1);
});

describe("a broken table", () => {
  afterEach(() => jest.restoreAllMocks());

  // Nobody repeats what was acknowledged: what is lost stays lost, and is not taken anew.
  const once: Scenario = { ...BUSY, plan: { ...BUSY.plan, repeatShare: 0, readShare: 0, conflictShare: 0 } };

  test("one that acknowledges before its quorum has the write loses it with the region (I1), and the survivor derives nothing (I5)", async () => {
    const real = StrongGroup.prototype.coordination;
    jest.spyOn(StrongGroup.prototype, "coordination").mockImplementation(function (this: StrongGroup, region) {
      const { cloud } = this as unknown as { readonly cloud: Cloud }; // the group's own, private
      const coordination = real.call(this, region);
      const afterWrite: typeof coordination.afterWrite = (key, version) => {
        cloud.kernel.after(1_000, () => {
          if (!cloud.faults.outage(region)) coordination.afterWrite(key, version);
        });
      };
      return { ...coordination, afterWrite };
    });
    const result = await drilled(good, once);
    expect(named(result)).toEqual(["I1", "I5"]);
    expect(result.measurement.rpo.payments).toBeGreaterThan(0);
  });
});

test("clients whose resolver keeps an answer for ever never recover, and the verdict says so", async () => {
  const { plan } = BUSY;
  const scenario = { ...BUSY, plan: { ...plan, resolver: { ...plan.resolver, keepAtLeastSeconds: Infinity } } };
  const { verdict, measurement, judgement } = await drilled(good, scenario);
  expect(judgement.violations).toEqual([]);
  expect(measurement.rtoMs?.p50).toBe(Infinity);
  expect(verdict.lines.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(expect.arrayContaining(["drill.recovered", "rto-stretched"]));
});
