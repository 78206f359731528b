import { deployStack, type Consistency, type DeployedStack } from "../../platform/stack";
import { halfRolledOut } from "../releases/index";
import { configOf, type Scenario } from "../scenario";
import { keyOf, scenarioOf, type Drawn } from "./simulation";

/** Runs the program with a stack's config; tests deploy each config once. */
export type Deploy = (options: { readonly stack: string; readonly overrides: Readonly<Record<string, string>> }) => Promise<DeployedStack>;

/** The stack as a scenario needs it. @param consistency default as the stack says */
export async function deployFor(scenario: Scenario, stack: string, consistency?: Consistency, deploy: Deploy = deployStack): Promise<DeployedStack> {
  const deployed = await deploy({ stack, overrides: { ...configOf(scenario), ...(consistency ? { "tap:consistency": consistency } : {}) } });
  const first = scenario.needs?.nextRelease;
  return first ? halfRolledOut(deployed, first) : deployed;
}

/** The stacks that drills need, by their keys, each made once. */
export async function deploymentsFor(drills: readonly Pick<Drawn, "scenario" | "consistency">[], stack: string, deploy?: Deploy): Promise<ReadonlyMap<string, DeployedStack>> {
  const deployments = new Map<string, DeployedStack>();
  for (const drill of drills) {
    const key = keyOf(drill);
    if (!deployments.has(key)) deployments.set(key, await deployFor(scenarioOf(drill), stack, drill.consistency, deploy));
  }
  return deployments;
}
