import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { judge } from "../drill/checker";
import { drillInVirtualTime } from "../drill/run/virtual";
import { scenarioNamed } from "../drill/scenarios/index";
import type { DeployedStack } from "../platform/stack";
import type { DrillOptions } from "../drill/run/stage";
import type { DrillJob, DrillTimes } from "./drills";

const SCENARIO = scenarioNamed("region-lost");

/** How many of the measured drills are judged once more. */
const JUDGED = 4;

type Case = Parameters<NonNullable<DrillOptions["onCase"]>>;

/** The processor's time for judging a drill once more, milliseconds, mean of all. A copy of the history: nothing of it is worked out yet. */
function judgeMs(cases: readonly Case[]): number {
  const used = process.cpuUsage();
  for (const [history, state] of cases) judge([...history], state);
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1000 / cases.length;
}

async function main(): Promise<void> {
  const { deployment, seed, clients, meanIntervalMs, virtualMs, warmUps, drills } = JSON.parse(process.argv[2] ?? "{}") as DrillJob; // from drills.ts
  const deployed = deserialize(readFileSync(deployment)) as DeployedStack; // written by drills.ts
  const plan = { ...SCENARIO.plan, meanIntervalMs };
  const scenario = { ...SCENARIO, clients, plan, maxMs: virtualMs, endsWhen: { kind: "duration", ms: virtualMs } } as const;
  // A few are enough, and all of them would keep the memory of drills that are measured.
  const cases: Case[] = [];
  const onCase: DrillOptions["onCase"] = (...each) => {
    if (cases.push(each) > JUDGED) cases.shift();
  };
  const drill = (index: number) => drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: seed * 1000 + index, onCase });
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
  const times: DrillTimes = { ms: performance.now() - from, cpuMs: (user + system) / 1000, drills, payments, calls, judgeMs: judgeMs(cases) };
  process.send?.(times, () => process.exit(0));
}

void main();
