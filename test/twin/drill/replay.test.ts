import { spawnSync } from "node:child_process";
import { deployFor } from "../../../drill/run/deployments";
import { simulate, type Drawn } from "../../../drill/run/simulation";
import { simulateInWorkers } from "../../../drill/run/simulation-pool";
import { deploymentKey } from "../../../drill/scenario";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import { deployedStack } from "../../helpers/deployed";
import { inNewDirectory } from "../../helpers/directory";

const SCENARIO = scenarioNamed("witness-lost");
/** As npm run simulate draws it, so that the same can be asked of another process. */
const drawn = (seed: number): Drawn => ({ seed, scenario: SCENARIO.name, consistency: "strong", assumptions: "documented" });

let deployed: DeployedStack;
const hashHere = async (seed: number): Promise<string> => (await simulate(drawn(seed), deployed)).kept.sha256;
const hashes = new Map<number, string>();

beforeAll(async () => {
  deployed = await deployFor(SCENARIO, "local", "strong", deployedStack);
  const deployments = new Map([[deploymentKey(SCENARIO, "strong"), deployed]]);
  await inNewDirectory((directory) => simulateInWorkers({ drills: [drawn(3), drawn(4)], deployments, workers: 2, directory, onDrill: ({ seed, sha256 }) => hashes.set(seed, sha256) }));
}, 120_000);

test("a failing seed can be looked at: played again in one process, twice, it makes the same event log as in a thread", async () => {
  expect([await hashHere(3), await hashHere(3)]).toEqual([hashes.get(3), hashes.get(3)]);
});

test("another seed makes another log", () => {
  expect(hashes.get(4)).not.toBe(hashes.get(3));
});

test("in another process, as the printed command plays it again, it makes the same log", () => {
  const asked = ["--drills", "1", "--seed", "3", "--scenarios", SCENARIO.name, "--consistency", "strong", "--assumptions", "documented", "--trace"];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "cli/simulate.ts", ...asked], { encoding: "utf8", maxBuffer: 100 * 1024 * 1024 });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(/^sha256 ([0-9a-f]{64}), /m.exec(stdout)?.[1]).toBe(hashes.get(3));
});
