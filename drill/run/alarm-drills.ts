import type { Consistency, DeployedStack } from "../../platform/stack";
import { alarmsOf, type AlarmRef } from "../alarms";
import type { DrillResult } from "../report";
import { deploymentKey, type Scenario } from "../scenario";
import { deployFor } from "./deployments";
import { drillInVirtualTime } from "./virtual";

export interface AlarmDrills {
  /** All that the stack has, in any of the modes and configs that the scenarios need. */
  readonly alarms: readonly AlarmRef[];
  readonly drills: readonly DrillResult[];
}

/**
 * Plays scenarios in virtual time, one after the other, each on the stack that it needs, in strong mode where it fits any.
 */
export async function playForAlarms(scenarios: readonly Scenario[], stack: string, seed: number, onDrill: (drill: DrillResult) => void = () => undefined): Promise<AlarmDrills> {
  const stacks = new Map<string, DeployedStack>();
  const alarms = new Set<AlarmRef>();
  const stackFor = async (scenario: Scenario, consistency: Consistency): Promise<DeployedStack> => {
    const key = deploymentKey(scenario, consistency);
    const known = stacks.get(key);
    if (known) return known;
    const deployed = await deployFor(scenario, stack, consistency);
    stacks.set(key, deployed);
    const { outputs, deployment } = deployed;
    for (const { ref } of alarmsOf(deployment.graph, outputs.regions, outputs.environment)) alarms.add(ref);
    return deployed;
  };
  const drills: DrillResult[] = [];
  for (const scenario of scenarios) {
    const deployed = await stackFor(scenario, scenario.needs?.consistency ?? "strong");
    const drill = await drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed });
    drills.push(drill);
    onDrill(drill);
  }
  return { alarms: [...alarms], drills };
}
