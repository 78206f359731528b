import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { drillInVirtualTime } from "../drill/run/virtual";
import { scenarioNamed } from "../drill/scenarios/index";
import type { DeployedStack } from "../platform/stack";
import type { DrillJob, DrillTimes } from "./drills";

const SCENARIO = scenarioNamed("region-lost");

async function main(): Promise<void> {
  const { deployment, seed, clients, meanIntervalMs, virtualMs, warmUps, drills } = JSON.parse(process.argv[2] ?? "{}") as DrillJob; // from drills.ts
  const deployed = deserialize(readFileSync(deployment)) as DeployedStack; // written by drills.ts
  const plan = { ...SCENARIO.plan, meanIntervalMs };
  const scenario = { ...SCENARIO, clients, plan, maxMs: virtualMs, endsWhen: { kind: "duration", ms: virtualMs } } as const;
  const drill = (index: number) => drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: seed * 1000 + index });
  for (let index = 0; index < warmUps; index += 1) await drill(index);
  let payments = 0;
  let calls = 0;
  const from = performance.now();
  const used = process.cpuUsage();
  for (let index = 0; index < drills; index += 1) {
    const result = await drill(warmUps + index);
    payments += result.measurement.payments.made;
    calls += result.calls;
  }
  const { user, system } = process.cpuUsage(used);
  const times: DrillTimes = { ms: performance.now() - from, cpuMs: (user + system) / 1000, drills, payments, calls };
  process.send?.(times, () => process.exit(0));
}

void main();
