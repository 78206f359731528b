import { ScenarioError, type Scenario } from "../scenario";
import { CLIENTS } from "./clients";
import { DATA_AND_NETWORK } from "./data-and-network";
import { DNS_AND_CHECKERS } from "./dns-and-checkers";
import { GREY_AND_SLOW } from "./grey-and-slow";
import { LOAD } from "./load";
import { OPERATORS } from "./operators";
import { REGIONS } from "./regions";
import { RELEASES_AND_CODE } from "./releases-and-code";
import { SERVICES } from "./services";

export { DNS_ONLY_PLAN } from "./base";

/** Every scenario there is. A new one is a few lines in the file of its group. */
export const SCENARIOS: readonly Scenario[] = [
  ...REGIONS,
  ...SERVICES,
  ...DATA_AND_NETWORK,
  ...DNS_AND_CHECKERS,
  ...GREY_AND_SLOW,
  ...LOAD,
  ...CLIENTS,
  ...RELEASES_AND_CODE,
  ...OPERATORS,
];

/** @throws ScenarioError that lists the names there are */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario) return scenario;
  const allowed = SCENARIOS.map((each) => each.name).join(", ");
  throw new ScenarioError("UNKNOWN_SCENARIO", `scenario: got ${JSON.stringify(name)}; allowed: ${allowed}`);
}
