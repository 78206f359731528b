import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { serialize } from "node:v8";
import { build } from "esbuild";
import type { DeployedStack } from "../platform/stack";
import type { Figure } from "./budgets";

/** What a worker answers. */
export interface DrillTimes {
  /** Wall clock of its measured drills, milliseconds. */
  readonly ms: number;
  readonly drills: number;
}

/** What a worker is told: its deployment's file, its seed, clients, drills to warm up with and to measure. */
export interface DrillJob {
  readonly deployment: string;
  readonly seed: number;
  readonly clients: number;
  readonly warmUps: number;
  readonly drills: number;
}

/** One seed for each core. */
const SEEDS = [1, 2];
const LOADS = [
  { clients: 20, warmUps: 4, drills: 8, budget: "drills-20" },
  { clients: 200, warmUps: 1, drills: 2, budget: "drills-200" },
] as const;

/** Drills of 180 virtual seconds with every service alive, a process for each seed, plain JavaScript as a simulation would run it. */
export async function benchDrills(deployed: DeployedStack, directory: string): Promise<readonly Figure[]> {
  mkdirSync(directory, { recursive: true });
  const deployment = resolve(directory, "deployment.bin");
  writeFileSync(deployment, serialize(deployed));
  const outfile = resolve(directory, "drill-worker.js");
  await build({ entryPoints: [join(__dirname, "drill-worker.ts")], outfile, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "error" });
  const figures: Figure[] = [];
  for (const { budget, ...load } of LOADS) {
    const times = await Promise.all(SEEDS.map((seed) => work(outfile, { deployment, seed, ...load })));
    const perSecond = times.reduce((sum, { drills, ms }) => sum + (drills * 1000) / ms, 0);
    figures.push({ group: "simulation", what: `drills of ${load.clients} clients x 180 s, ${SEEDS.length} processes`, value: perSecond, unit: "drills/s", budget });
  }
  return figures;
}

function work(file: string, job: DrillJob): Promise<DrillTimes> {
  return new Promise((done, failed) => {
    const child = fork(file, [JSON.stringify(job)], { execArgv: [] });
    child.once("message", (message) => done(message as DrillTimes)); // drill-worker.ts sends nothing else
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the drill's process ended with ${String(code)}`)));
  });
}
