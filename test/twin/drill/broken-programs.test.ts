import { judge, type FinalState, type Invariant } from "../../../drill/checker";
import { CHECKS } from "../../../drill/checks/index";
import type { History } from "../../../drill/history";
import { RETRY_POLICIES } from "../../../drill/retries";
import { drillInVirtualTime, type VirtualDrill, type VirtualOptions } from "../../../drill/run/virtual";
import type { Scenario } from "../../../drill/scenario";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import { acknowledgesBeforeQuorum, keepsWithoutQuorum, readsLate, type BreakTable } from "../../fixtures/broken/table";
import { brokenBundle, running } from "../../helpers/broken";
import { CAUGHT_ON_THE_PLATFORM, type BrokenPart } from "../../helpers/caught";
import { deployedStack } from "../../helpers/deployed";
import { operated, withInputs } from "../../helpers/system";

/** The platform on the twin with one part broken on purpose: the drill must name what is wrong, and nothing else. */

/** Many repeats, reads and conflicts: whatever can show does. */
const base = scenarioNamed("region-lost");
const BUSY: Scenario = {
  ...base,
  clients: 8,
  plan: { ...base.plan, meanIntervalMs: 1_500, repeatShare: 0.4, readShare: 0.4, conflictShare: 0.2 },
  faultAtMs: 10_000,
  maxMs: 60_000,
};
const lasting = (ms: number, steps: Scenario["steps"]): Scenario => ({ ...BUSY, steps, endsWhen: { kind: "duration", ms }, maxMs: ms });
const paying = (scenario: Scenario, plan: Partial<Scenario["plan"]>): Scenario => ({ ...scenario, plan: { ...scenario.plan, ...plan } });
const [lost] = BUSY.steps;
const QUIET = lasting(20_000, []);
/** Clients give up waiting and ask again while the first call is still under way. */
const TABLE_HANGS = lasting(40_000, [{ atMs: 0, inject: { kind: "service", role: "primary", service: "dynamodb", operation: "PutItem", mode: "vanish" }, as: "hangs" }]);
const REGION_BACK = lasting(60_000, [...(lost ? [lost] : []), { atMs: 25_000, heal: "lost" }]);
/** What is lost stays lost where nobody sends it again, and an unknown outcome stays unknown. */
const once = (scenario: Scenario): Scenario => paying(scenario, { retries: RETRY_POLICIES.none, repeatShare: 0, readShare: 0, conflictShare: 0 });

let good: DeployedStack;
beforeAll(async () => {
  good = await deployedStack();
});

interface Broken {
  readonly scenario: Scenario;
  /** The stack that is broken; the good one where nothing is said. */
  readonly deployed?: (name: string) => Promise<DeployedStack>;
  /** Breaks the living cloud. */
  readonly onLife?: VirtualOptions["onLife"];
  /** What else the drill must say. */
  readonly shows?: (result: VirtualDrill) => void;
}

/** Runs `test/fixtures/broken/<name>.ts` in the functions that do this part of the work. */
const inFunction = (part: string, scenario: Scenario): Broken => ({
  scenario,
  deployed: async (name) => running(good, await brokenBundle(name.replaceAll(" ", "-")), (each) => each.startsWith(`payments-${part}`)),
});

const inTable = (breakTable: BreakTable, scenario: Scenario): Broken => ({ scenario, onLife: (cloud) => breakTable(cloud, good) });

const BROKEN: Readonly<Record<BrokenPart, Broken>> = {
  "keyed by attempt": inFunction("process", QUIET),
  "keyed by region": inFunction("process", BUSY),
  "acknowledged before durable": inFunction("process", BUSY),
  "replayed while pending": inFunction("process", TABLE_HANGS),
  "conflict taken": inFunction("process", QUIET),
  "invented payments": inFunction("process", QUIET),
  "receipt with its time of writing": inFunction("notify", QUIET),
  "event missing in one region": inFunction("notify", QUIET),
  "event without an item": inFunction("notify", QUIET),
  "switch that never latches": inFunction("switch", REGION_BACK),
  "primary that does not listen to the switch": {
    scenario: REGION_BACK,
    deployed: async () => unlatched(),
    shows: ({ measurement }) => expect(measurement.returns.unverified).toBe(1),
  },
  "acknowledged before the quorum": { ...inTable(acknowledgesBeforeQuorum, once(BUSY)), shows: ({ measurement }) => expect(measurement.rpo.payments).toBeGreaterThan(0) },
  "unknown outcome in one region only": inTable(keepsWithoutQuorum, once(QUIET)),
  "stale reads": inTable(readsLate, QUIET),
};

function unlatched(): DeployedStack {
  const latch = good.deployment.graph.resources.find(({ type, inputs }) => type === "aws:route53/healthCheck:HealthCheck" && inputs["invertHealthcheck"] === true);
  return operated(good, (resource) => {
    if (resource.inputs["type"] !== "CALCULATED") return resource;
    const children = (resource.inputs["childHealthchecks"] as readonly string[]).filter((id) => id !== latch?.id); // HealthCheckArgs.childHealthchecks
    return withInputs(resource, { childHealthchecks: children, childHealthThreshold: children.length });
  });
}

interface Seen extends VirtualDrill {
  readonly history: History;
  readonly state: FinalState;
}

async function drilled(scenario: Scenario, deployed = good, onLife?: VirtualOptions["onLife"]): Promise<Seen> {
  let seen: Pick<Seen, "history" | "state"> | undefined;
  const onCase = (history: History, state: FinalState): void => void (seen = { history, state });
  const result = await drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: 1, onCase, ...(onLife ? { onLife } : {}) });
  if (!seen) throw new Error("the drill judged nothing");
  return { ...result, ...seen };
}

/** The invariants that find something, in the order of their numbers. */
function named({ history, state }: Seen, checks = CHECKS): readonly Invariant[] {
  const found = new Set(judge(history, state, checks).violations.map(({ invariant }) => invariant));
  return checks.map(({ invariant }) => invariant).filter((invariant) => found.has(invariant));
}

describe("control: the platform as it is breaks no invariant", () => {
  test.each([
    ["a lost region", BUSY],
    ["a region that comes back", REGION_BACK],
    ["a table that hangs", TABLE_HANGS],
    ["no fault, and clients that repeat nothing", once(QUIET)],
  ])("%s", async (_, scenario) => {
    const result = await drilled(scenario);
    expect(named(result)).toEqual([]);
    expect(result.judgement.acknowledged).toBeGreaterThan(80);
  });
});

describe("a broken platform is caught by exactly the invariants that name it", () => {
  test.each(Object.entries(BROKEN))("%s", async (name, { scenario, deployed, onLife, shows }) => {
    const result = await drilled(scenario, await deployed?.(name), onLife);
    const expected = CAUGHT_ON_THE_PLATFORM[name as BrokenPart]; // a key of BROKEN
    expect(named(result)).toEqual(expected);
    expect(result.verdict.pass).toBe(false);
    shows?.(result);
    // The checks are what catches: a checker without them sees nothing wrong.
    expect(named(result, CHECKS.filter(({ invariant }) => !expected.some((each) => each === invariant)))).toEqual([]);
  });

  test("no invariant is left that never caught a defect of the platform", () => {
    const all = Object.values(CAUGHT_ON_THE_PLATFORM).flat();
    expect(CHECKS.filter(({ invariant }) => !all.some((each) => each === invariant))).toEqual([]);
  });
});

test("clients whose resolver keeps an answer for ever never recover, and the verdict says so", async () => {
  const { verdict, measurement, judgement } = await drilled(paying(BUSY, { resolver: { ...BUSY.plan.resolver, keepAtLeastSeconds: Infinity } }));
  expect(judgement.violations).toEqual([]);
  expect(measurement.rtoMs?.p50).toBe(Infinity);
  expect(verdict.lines.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(expect.arrayContaining(["drill.recovered", "rto-stretched"]));
});
