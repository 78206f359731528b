import { parentPort, workerData } from "node:worker_threads";
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import type { DeployedStack } from "../../platform/stack";
import { keyOf, simulate, type Drawn } from "./simulation";

/** What a worker is given when it starts: where each deployment was written, by its key. */
export interface WorkerTask {
  readonly deployments: Readonly<Record<string, string>>;
}

const { deployments } = workerData as WorkerTask; // from simulation-pool.ts
const loaded = new Map<string, DeployedStack>();

/** Read once: drills of one deployment share its compiled functions. */
function stackOf(drawn: Drawn): DeployedStack {
  const key = keyOf(drawn);
  const known = loaded.get(key);
  if (known) return known;
  const deployed = deserialize(readFileSync(deployments[key] ?? "")) as DeployedStack; // written by simulation-pool.ts
  loaded.set(key, deployed);
  return deployed;
}

parentPort?.on("message", (drawn: Drawn) => {
  simulate(drawn, stackOf(drawn)).then(
    ({ kept }) => parentPort?.postMessage({ kept }),
    (error: unknown) => parentPort?.postMessage({ drawn, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
