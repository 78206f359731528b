import { alarmsOf, type AlarmRef } from "../alarms";
import type { Scenario } from "../scenario";
import { deploymentsFor, type Deploy } from "./deployments";
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
  readonly deploy?: Deploy;
}

/** Plays scenarios in virtual time, in two threads, each on the stack that it needs, in strong mode where it fits any. */
export async function playForAlarms({ scenarios, stack, seed, directory, onDrill, deploy }: AlarmDrillOptions): Promise<AlarmDrills> {
  const drawn = scenarios.map(({ name, needs }): Drawn => ({ seed, scenario: name, consistency: needs?.consistency ?? "strong", assumptions: "documented" }));
  const deployments = await deploymentsFor(drawn, stack, deploy);
  const alarms = new Set([...deployments.values()].flatMap(({ outputs, deployment }) => alarmsOf(deployment.graph, outputs.regions, outputs.environment).map(({ ref }) => ref)));
  const drills: SimulatedDrill[] = [];
  const keep = (drill: SimulatedDrill): void => {
    drills.push(drill);
    onDrill?.(drill);
  };
  await simulateInWorkers({ drills: drawn, deployments, workers: 2, directory, onDrill: keep });
  return { alarms: [...alarms], drills };
}
