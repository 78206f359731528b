import { deployStack, type Consistency, type DeployedStack } from "../../platform/stack";
import { halfRolledOut } from "../releases/index";
import { configOf, type Scenario } from "../scenario";

/** The stack as a scenario needs it. @param consistency default as the stack says */
export async function deployFor(scenario: Scenario, stack: string, consistency?: Consistency): Promise<DeployedStack> {
  const options = { stack, overrides: { ...configOf(scenario), ...(consistency ? { "tap:consistency": consistency } : {}) } };
  const deployed = await deployStack(options);
  const first = scenario.needs?.nextRelease;
  return first ? halfRolledOut(deployed, first) : deployed;
}
