import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { drillInVirtualTime } from "../drill/run/virtual";
import { scenarioNamed } from "../drill/scenarios/index";
import type { DeployedStack } from "../platform/stack";
import type { DrillJob, DrillTimes } from "./drills";

const SCENARIO = scenarioNamed("region-lost");
const VIRTUAL_MS = 180_000;

async function main(): Promise<void> {
  const { deployment, seed, clients, warmUps, drills } = JSON.parse(process.argv[2] ?? "{}") as DrillJob; // from drills.ts
  const deployed = deserialize(readFileSync(deployment)) as DeployedStack; // written by drills.ts
  const scenario = { ...SCENARIO, clients, maxMs: VIRTUAL_MS, endsWhen: { kind: "duration", ms: VIRTUAL_MS } } as const;
  const drill = (index: number) => drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: seed * 1000 + index });
  for (let index = 0; index < warmUps; index += 1) await drill(index);
  const from = performance.now();
  for (let index = 0; index < drills; index += 1) await drill(warmUps + index);
  const times: DrillTimes = { ms: performance.now() - from, drills };
  process.send?.(times, () => process.exit(0));
}

void main();
