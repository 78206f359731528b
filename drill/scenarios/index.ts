import { ScenarioError, type Scenario } from "../scenario";
import { CLIENTS } from "./clients";
import { DATA_AND_NETWORK } from "./data-and-network";
import { DNS_AND_CHECKERS } from "./dns-and-checkers";
import { ALARM_SCENARIOS } from "./for-alarms";
import { GREY_AND_SLOW } from "./grey-and-slow";
import { LOAD } from "./load";
import { OPERATORS } from "./operators";
import { REGIONS } from "./regions";
import { RELEASES_AND_CODE } from "./releases-and-code";
import { SERVICES } from "./services";

export { DNS_ONLY_PLAN } from "./base";
export { ALARM_SCENARIOS } from "./for-alarms";

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

/** With those that only make alarms sound: they take long, and thousands of drills go without. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS, ...ALARM_SCENARIOS];

/** @throws ScenarioError that lists the names there are */
export function scenarioNamed(name: string, among = SCENARIOS): Scenario {
  const scenario = among.find((each) => each.name === name);
  if (scenario) return scenario;
  const allowed = among.map((each) => each.name).join(", ");
  throw new ScenarioError("UNKNOWN_SCENARIO", `scenario: got ${JSON.stringify(name)}; allowed: ${allowed}`);
}
