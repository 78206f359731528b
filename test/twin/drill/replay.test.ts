import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployFor } from "../../../drill/run/deployments";
import { simulate, type Drawn } from "../../../drill/run/simulation";
import { simulateInWorkers } from "../../../drill/run/simulation-pool";
import { deploymentKey } from "../../../drill/scenario";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";

const SCENARIO = scenarioNamed("witness-lost");
/** As npm run simulate draws it, so that the same can be asked of another process. */
const drawn = (seed: number): Drawn => ({ seed, scenario: SCENARIO.name, consistency: "strong", assumptions: "documented" });

let deployed: DeployedStack;
const hashHere = async (seed: number): Promise<string> => (await simulate(drawn(seed), deployed)).kept.sha256;
const hashes = new Map<number, string>();

beforeAll(async () => {
  deployed = await deployFor(SCENARIO, "local", "strong");
  for (const seed of [3, 4]) hashes.set(seed, await hashHere(seed));
});

test("a failing seed can be looked at: played again in the same process it makes the same event log", async () => {
  expect(await hashHere(3)).toBe(hashes.get(3));
});

test("another seed makes another log", () => {
  expect(hashes.get(4)).not.toBe(hashes.get(3));
});

test("in worker threads, side by side, it makes the same log", async () => {
  const directory = mkdtempSync(join(tmpdir(), "replay-"));
  const inThreads = new Map<number, string>();
  try {
    const deployments = new Map([[deploymentKey(SCENARIO, "strong"), deployed]]);
    await simulateInWorkers({ drills: [drawn(3), drawn(4)], deployments, workers: 2, directory, onDrill: ({ seed, sha256 }) => inThreads.set(seed, sha256) });
  } finally {
    rmSync(directory, { recursive: true });
  }
  expect(inThreads).toEqual(hashes);
});

test("in another process, as the printed command plays it again, it makes the same log", () => {
  const asked = ["--drills", "1", "--seed", "3", "--scenarios", SCENARIO.name, "--consistency", "strong", "--assumptions", "documented", "--trace"];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "cli/simulate.ts", ...asked], { encoding: "utf8", maxBuffer: 100 * 1024 * 1024 });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(/^sha256 ([0-9a-f]{64}), /m.exec(stdout)?.[1]).toBe(hashes.get(3));
});
