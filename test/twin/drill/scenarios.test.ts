import { simulate, draw, fittingSpace, type Drawn } from "../../../drill/run/simulation";
import { simulateInWorkers } from "../../../drill/run/simulation-pool";
import { appliesTo } from "../../../drill/scenario";
import { SCENARIOS, scenarioNamed } from "../../../drill/scenarios/index";
import { deployStack, type Consistency, type DeployedStack } from "../../../platform/stack";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MODES: readonly Consistency[] = ["strong", "eventual"];
const stacks = new Map<string, Promise<DeployedStack>>();

function stackFor({ scenario, consistency }: Drawn): Promise<DeployedStack> {
  const apiAuth = scenarioNamed(scenario).needs?.apiAuth ?? "none";
  const key = `${consistency}/${apiAuth}`;
  const known = stacks.get(key) ?? deployStack({ stack: "local", overrides: { "tap:consistency": consistency, "tap:apiAuth": apiAuth } });
  stacks.set(key, known);
  return known;
}

const ALL = SCENARIOS.flatMap((scenario) => MODES.filter((mode) => appliesTo(scenario, mode)).map((mode): readonly [string, Consistency] => [scenario.name, mode]));

test.each(ALL)("%s (%s) comes to what it says", async (scenario, consistency) => {
  const drawn: Drawn = { seed: 1, scenario, consistency, assumptions: "documented" };
  const { kept } = await simulate(drawn, await stackFor(drawn));
  expect(kept.failed).toEqual([]);
});

test("a drill has the same event log in a thread as in the main process, so that a failing seed can be looked at", async () => {
  const space = fittingSpace({ scenarios: ["region-lost", "bucket-errors", "secondary-lost"], consistencies: ["strong"], assumptions: ["documented", "pessimistic"] });
  const drills = [3, 4, 5].map((seed) => draw(seed, space));
  const [first] = drills;
  if (!first) throw new Error("nothing drawn");
  const deployed = await stackFor(first);
  const directory = mkdtempSync(join(tmpdir(), "simulation-"));
  const hashes = new Map<number, string>();
  try {
    await simulateInWorkers({ drills, deployments: new Map([["strong/none", deployed]]), workers: 2, directory, onDrill: ({ seed, sha256 }) => hashes.set(seed, sha256) });
  } finally {
    rmSync(directory, { recursive: true });
  }
  for (const drawn of drills) expect(hashes.get(drawn.seed)).toBe((await simulate(drawn, deployed)).kept.sha256);
  expect(new Set(hashes.values()).size).toBe(3);
});

test("the seed decides the drill, and no mode is drawn in which a scenario means nothing", () => {
  const space = fittingSpace({ scenarios: SCENARIOS.map(({ name }) => name), consistencies: MODES, assumptions: ["documented"] });
  const drills = Array.from({ length: 500 }, (_, seed) => draw(seed, space));
  expect(drills.filter(({ scenario, consistency }) => !appliesTo(scenarioNamed(scenario), consistency))).toEqual([]);
  expect(new Set(drills.map(({ scenario }) => scenario)).size).toBe(SCENARIOS.length);
  expect(draw(7, space)).toEqual(draw(7, space));
});
