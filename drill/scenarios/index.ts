import { ScenarioError, type Scenario } from "../scenario";
import { REGIONS } from "./regions";

export { DNS_ONLY_PLAN } from "./base";

/** Every scenario there is. A new one is a few lines in the file of its group. */
export const SCENARIOS: readonly Scenario[] = [...REGIONS];

/** @throws ScenarioError that lists the names there are */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario) return scenario;
  const allowed = SCENARIOS.map((each) => each.name).join(", ");
  throw new ScenarioError("UNKNOWN_SCENARIO", `scenario: got ${JSON.stringify(name)}; allowed: ${allowed}`);
}
