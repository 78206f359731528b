import { deploymentsFor } from "../../../drill/run/deployments";
import { atReferenceLoad, draw, fittingSpace, type Drawn } from "../../../drill/run/simulation";
import { simulateInWorkers } from "../../../drill/run/simulation-pool";
import { drillInVirtualTime } from "../../../drill/run/virtual";
import { appliesTo, deploymentKey, type Scenario, type Step } from "../../../drill/scenario";
import { SCENARIOS, scenarioNamed } from "../../../drill/scenarios/index";
import { PROBE_LIMIT } from "../../../lib/probe-limit";
import type { Consistency, DeployedStack } from "../../../platform/stack";
import { deployedStack } from "../../helpers/deployed";
import { inNewDirectory } from "../../helpers/directory";
import { operated, withInputs } from "../../helpers/system";

const MODES: readonly Consistency[] = ["strong", "eventual"];

/** Enough of them that a drill proves something; npm run simulate plays scenarios with all. */
const CLIENTS = 4;

/** Each in one mode, so that both modes have half of them; npm run simulate plays them in both. */
const ALL = SCENARIOS.map((scenario, index): readonly [Scenario, Consistency] => {
  const fitting = MODES.filter((mode) => appliesTo(scenario, mode));
  return [scenario, fitting[index % fitting.length] ?? "strong"];
});

const floods = ({ steps }: Scenario): boolean => steps.some((step) => "flood" in step);
const named = (list: typeof ALL) => list.map(([scenario, mode]) => [scenario.name, mode] as const);

let deployments: ReadonlyMap<string, DeployedStack>;
const failed = new Map<string, readonly string[]>();

beforeAll(async () => {
  deployments = await deploymentsFor(ALL.map(([{ name }, consistency]) => ({ scenario: name, consistency })), "local", deployedStack);
  // Threads run plain JavaScript, in half of the time that it takes here.
  const drills = ALL.filter(([scenario]) => !floods(scenario)).map(([{ name }, consistency]): Drawn => ({ seed: 1, scenario: name, consistency, assumptions: "documented", clients: CLIENTS }));
  await inNewDirectory((directory) => simulateInWorkers({ drills, deployments, workers: 2, directory, onDrill: (drill) => failed.set(drill.scenario, drill.failed) }));
}, 300_000);

test.each(named(ALL.filter(([scenario]) => !floods(scenario))))("%s (%s) comes to what it says", (name) => {
  expect(failed.get(name)).toEqual([]);
});

/** A tenth of a flood on a gateway that takes a tenth of it: the same share is throttled. */
const SCALE = 10;
const thinner = (step: Step): Step => ("flood" in step ? { ...step, flood: { ...step.flood, perSecond: step.flood.perSecond / SCALE } } : step);
const withLowerLimits = (deployed: DeployedStack): DeployedStack =>
  operated(deployed, (resource) => {
    const settings = resource.inputs["settings"] as { readonly throttlingRateLimit: number; readonly throttlingBurstLimit: number } | undefined; // MethodSettingsArgs
    if (resource.type !== "aws:apigateway/methodSettings:MethodSettings" || settings?.throttlingRateLimit !== PROBE_LIMIT.requestsPerSecond) return resource;
    const lower = { throttlingRateLimit: settings.throttlingRateLimit / SCALE, throttlingBurstLimit: settings.throttlingBurstLimit / SCALE };
    return withInputs(resource, { settings: { ...settings, ...lower } });
  });

test.each(named(ALL.filter(([scenario]) => floods(scenario))))("%s (%s), a tenth of it, comes to what it says", async (name, consistency) => {
  const scenario = scenarioNamed(name);
  const deployed = deployments.get(deploymentKey(scenario, consistency));
  if (!deployed) throw new Error(`${name} was not deployed`);
  const { verdict } = await drillInVirtualTime({
    deployed: withLowerLimits(deployed),
    scenario: atReferenceLoad({ ...scenario, clients: CLIENTS, steps: scenario.steps.map(thinner) }),
    assumptions: "documented",
    seed: 1,
  });
  expect(verdict.lines.filter(({ pass, asserted }) => asserted && !pass)).toEqual([]);
});

test("the seed decides the drill, and no mode is drawn in which a scenario means nothing", () => {
  const space = fittingSpace({ scenarios: SCENARIOS.map(({ name }) => name), consistencies: MODES, assumptions: ["documented"] });
  const drills = Array.from({ length: 1_000 }, (_, seed) => draw(seed, space));
  expect(drills.filter(({ scenario, consistency }) => !appliesTo(scenarioNamed(scenario), consistency))).toEqual([]);
  expect(new Set(drills.map(({ scenario }) => scenario)).size).toBe(SCENARIOS.length);
  expect(draw(7, space)).toEqual(draw(7, space));
});
