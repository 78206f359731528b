import type { DeployedStack } from "../../platform/stack";
import { alarmsOf, type AlarmRef } from "../alarms";
import { deploymentKey, type Scenario } from "../scenario";
import { deployFor } from "./deployments";
import type { Drawn, SimulatedDrill } from "./simulation";
import { simulateInWorkers } from "./simulation-pool";

export interface AlarmDrills {
  /** All that the stack has, in any of the modes and configs that the scenarios need. */
  readonly alarms: readonly AlarmRef[];
  readonly drills: readonly SimulatedDrill[];
}

export interface AlarmDrillOptions {
  readonly scenarios: readonly Scenario[];
  readonly stack: string;
  readonly seed: number;
  /** For the threads' bundle and the deployments, e.g. `.twin/alarms`. */
  readonly directory: string;
  readonly onDrill?: (drill: SimulatedDrill) => void;
}

/** Plays scenarios in virtual time, in two threads, each on the stack that it needs, in strong mode where it fits any. */
export async function playForAlarms({ scenarios, stack, seed, directory, onDrill }: AlarmDrillOptions): Promise<AlarmDrills> {
  const deployments = new Map<string, DeployedStack>();
  const alarms = new Set<AlarmRef>();
  const drawn: Drawn[] = [];
  for (const scenario of scenarios) {
    const consistency = scenario.needs?.consistency ?? "strong";
    const key = deploymentKey(scenario, consistency);
    const deployed = deployments.get(key) ?? (await deployFor(scenario, stack, consistency));
    deployments.set(key, deployed);
    const { outputs, deployment } = deployed;
    for (const { ref } of alarmsOf(deployment.graph, outputs.regions, outputs.environment)) alarms.add(ref);
    drawn.push({ seed, scenario: scenario.name, consistency, assumptions: "documented" });
  }
  const drills: SimulatedDrill[] = [];
  const keep = (drill: SimulatedDrill): void => {
    drills.push(drill);
    onDrill?.(drill);
  };
  await simulateInWorkers({ drills: drawn, deployments, workers: 2, directory, onDrill: keep });
  return { alarms: [...alarms], drills };
}
