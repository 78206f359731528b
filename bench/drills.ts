import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { serialize } from "node:v8";
import { build } from "esbuild";
import { YOUNG_MB } from "../drill/run/simulation-pool";
import type { DeployedStack } from "../platform/stack";
import type { Figure } from "./budgets";

/** What a worker answers. */
export interface DrillTimes {
  /** Wall clock of its measured drills, milliseconds. */
  readonly ms: number;
  /** The processor's time for them, milliseconds: what a busy machine shows as well. */
  readonly cpuMs: number;
  readonly drills: number;
  /** New payments, and calls through the twin's door, of all its measured drills. */
  readonly payments: number;
  readonly calls: number;
  /** The processor's time for judging one of them, milliseconds. */
  readonly judgeMs: number;
}

/** What a worker is told: its deployment's file, its seed, the load (milliseconds of virtual time), drills to warm up with and to measure. */
export interface DrillJob {
  readonly deployment: string;
  readonly seed: number;
  readonly clients: number;
  readonly virtualMs: number;
  readonly meanIntervalMs: number;
  readonly warmUps: number;
  readonly drills: number;
}

/** How long clients pay, and how often each does: 310 payments of 20 clients, 3,100 of 200, the load that the budgets were set with. */
const LOAD = { virtualMs: 180_000, meanIntervalMs: 11_600 } as const;

/** One seed for each core. */
const SEEDS = [1, 2];
const LOADS = [
  { clients: 20, warmUps: 30, drills: 30, budget: "drills-20" },
  { clients: 200, warmUps: 2, drills: 4, budget: "drills-200" },
] as const;

/** Drills of 180 virtual seconds with every service alive, a process for each seed, plain JavaScript as a simulation would run it; warmed up, since a simulation has thousands. */
export async function benchDrills(deployed: DeployedStack, directory: string): Promise<readonly Figure[]> {
  mkdirSync(directory, { recursive: true });
  const deployment = resolve(directory, "deployment.bin");
  writeFileSync(deployment, serialize(deployed));
  const outfile = resolve(directory, "drill-worker.js");
  await build({ entryPoints: [join(__dirname, "drill-worker.ts")], outfile, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "error" });
  const figures: Figure[] = [];
  for (const { budget, ...load } of LOADS) {
    const times = await Promise.all(SEEDS.map((seed) => work(outfile, { deployment, seed, ...LOAD, ...load })));
    const all = (figure: (times: DrillTimes) => number): number => times.reduce((sum, each) => sum + figure(each), 0);
    const drills = all((each) => each.drills);
    const what = `drills of ${load.clients} clients x 180 s, a payment each ${LOAD.meanIntervalMs / 1000} s`;
    const row = (name: string, value: number, unit: string): Figure => ({ group: "simulation", what: `${what}: ${name}`, value, unit });
    const perSecond = all((each) => (each.drills * 1000) / each.ms);
    figures.push({ group: "simulation", what: `${what}, ${SEEDS.length} processes`, value: perSecond, unit: "drills/s", budget });
    figures.push(row("payments of one", all((each) => each.payments) / drills, "payments"));
    figures.push(row("calls of one (AWS services, front doors, DNS)", all((each) => each.calls) / drills, "calls"));
    figures.push(row("processor's time for one", all((each) => each.cpuMs) / drills, "ms"));
    figures.push(row("processor's time for judging one", all((each) => each.judgeMs) / SEEDS.length, "ms"));
  }
  return figures;
}

/** As the threads of a simulation have it: of what is young a third. */
const SEMI_SPACE = `--max-semi-space-size=${YOUNG_MB / 3}`;

function work(file: string, job: DrillJob): Promise<DrillTimes> {
  return new Promise((done, failed) => {
    const child = fork(file, [JSON.stringify(job)], { execArgv: [SEMI_SPACE] });
    child.once("message", (message) => done(message as DrillTimes)); // drill-worker.ts sends nothing else
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the drill's process ended with ${String(code)}`)));
  });
}
