import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import type { DeployedStack } from "../../platform/stack";
import type { Drawn, SimulatedDrill } from "./simulation";
import type { WorkerTask } from "./simulation-worker";

export interface PoolOptions {
  readonly drills: readonly Drawn[];
  /** By their keys. */
  readonly deployments: ReadonlyMap<string, DeployedStack>;
  readonly workers: number;
  /** For the worker's bundle and the deployments, e.g. `.twin/simulation`. */
  readonly directory: string;
  readonly onDrill: (drill: SimulatedDrill) => void;
}

/** A drill could not be played: a defect, never a finding. */
export class SimulationDefect extends Error {
  override readonly name = "SimulationDefect";
  readonly code = "DEFECT";
  constructor({ seed, scenario, consistency, assumptions }: Drawn, cause: string) {
    super(`seed ${seed} (${scenario}, ${consistency}, ${assumptions}) could not be played: ${cause}`);
  }
}

type Answer = { readonly kept: SimulatedDrill } | { readonly drawn: Drawn; readonly defect: string };

/** Plays drills in worker threads, each of which compiles the functions once. Rejects with {@link SimulationDefect}. */
export async function simulateInWorkers({ drills, deployments, workers, directory, onDrill }: PoolOptions): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const files = Object.fromEntries(
    [...deployments].map(([key, deployed]) => {
      const file = resolve(directory, `${key.replaceAll(/[^a-z]+/g, "-")}.bin`);
      writeFileSync(file, serialize(deployed));
      return [key, file];
    }),
  );
  // Threads do not inherit a loader of TypeScript, and plain JavaScript starts faster.
  const bundle = resolve(directory, "worker.js");
  await build({ entryPoints: [join(__dirname, "simulation-worker.ts")], outfile: bundle, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "error" });
  const queue = [...drills].reverse();
  await Promise.all(Array.from({ length: Math.min(workers, drills.length) }, () => work(bundle, { deployments: files }, queue, onDrill)));
}

/** Megabytes of young objects. With Node's default of 48 a tenth of the time goes into copying those that a drill still needs. */
export const YOUNG_MB = 192;

async function work(bundle: string, workerData: WorkerTask, queue: Drawn[], onDrill: PoolOptions["onDrill"]): Promise<void> {
  const worker = new Worker(bundle, { workerData, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  try {
    await new Promise<void>((done, failed) => {
      const next = (): void => {
        const drawn = queue.pop();
        if (drawn) worker.postMessage(drawn);
        else done();
      };
      worker.on("message", (answer: Answer) => {
        if ("defect" in answer) return failed(new SimulationDefect(answer.drawn, answer.defect));
        onDrill(answer.kept);
        next();
      });
      worker.on("error", failed);
      next();
    });
  } finally {
    await worker.terminate();
  }
}
