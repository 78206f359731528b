import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { assumptionSet, ASSUMPTION_SETS, type AssumptionSetName } from "../drill/assumptions";
import { DRILL_CLIENTS } from "../drill/client-kinds";
import type { Progress } from "../drill/play";
import { reportPage } from "../drill/page/page";
import { evidence, textReport, type DrillResult } from "../drill/report";
import { deployFor } from "../drill/run/deployments";
import { drillInRealTime } from "../drill/run/real";
import { drillInVirtualTime } from "../drill/run/virtual";
import { ALL_SCENARIOS, scenarioNamed } from "../drill/scenarios/index";
import { appliesTo, type Scenario } from "../drill/scenario";
import { describeExpectations } from "../drill/expectations";
import { RETRY_POLICIES, type RetryPolicyName } from "../drill/retries";
import { describeFailure } from "./failure";
import { integer, oneOf, OptionError } from "./options";

const HELP = `npm run drill [-- options]: us-east-1 is taken away from paying clients; prints what it cost; exits 1 over budget.

  --scenario <name>      one of --list; default region-lost
  --virtual              in virtual time: seconds instead of minutes, repeatable by its seed
  --seed <n>             seed of every random draw; default 1
  --assumptions <set>    ${ASSUMPTION_SETS.join(", ")}; default documented
  --consistency <mode>   strong, eventual; default as the stack says
  --retries <policy>     ${Object.keys(RETRY_POLICIES).join(", ")}: how clients of the failover name repeat; default as the scenario says
  --list                 every scenario with what it expects
  --stack <name>         reads Pulumi.<name>.yaml; default local. Clients of an iam stack sign
  --client <kind>        ${DRILL_CLIENTS.join(", ")}; default dns-only. SigV4 names one region: such clients never recover
  --evidence <file>      the result as JSON; default .twin/drill.json
  --report <file>        the same as a page for people; default .twin/drill.html
  --help                 this text`;

const OPTIONS = {
  scenario: { type: "string", default: "region-lost" },
  virtual: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
  assumptions: { type: "string", default: "documented" },
  consistency: { type: "string" },
  stack: { type: "string", default: "local" },
  client: { type: "string", default: "dns-only" },
  retries: { type: "string" },
  list: { type: "boolean", default: false },
  evidence: { type: "string", default: join(".twin", "drill.json") },
  report: { type: "string", default: join(".twin", "drill.html") },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  if (values.list) return console.log(listing());
  const scenario = retrying(scenarioNamed(values.scenario, ALL_SCENARIOS), values.retries);
  const assumptions: AssumptionSetName = assumptionSet(oneOf("assumptions", values.assumptions, ASSUMPTION_SETS)).name;
  const seed = integer("seed", values.seed, 0, 2 ** 31 - 1);
  const client = oneOf("client", values.client, DRILL_CLIENTS);
  const consistency = values.consistency === undefined ? undefined : oneOf("consistency", values.consistency, ["strong", "eventual"]);

  const deployed = await deployFor(scenario, values.stack, consistency);
  if (!appliesTo(scenario, deployed.consistency)) {
    throw new OptionError(`--scenario ${scenario.name}: it means nothing in ${deployed.consistency} mode; allowed: --consistency ${scenario.needs?.consistency ?? ""}`);
  }
  const options = { deployed, scenario, assumptions, seed, client, story: true, onProgress: values.virtual ? () => undefined : showProgress };
  console.log(`${scenario.clients} clients pay; after ${scenario.faultAtMs / 1000} s ${scenario.what}. ${values.virtual ? "Virtual time." : "Real time: some minutes."}`);
  const result: DrillResult = values.virtual ? await drillInVirtualTime(options) : await drillInRealTime(options);
  clearProgress();
  console.log(textReport(result));
  write(values.evidence, `${JSON.stringify(evidence(result), null, 2)}\n`);
  write(values.report, reportPage(result));
  console.log(`Evidence: ${values.evidence}\nReport: ${values.report}`);
  if (!result.verdict.pass) process.exitCode = 1;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The scenario with clients that repeat by another policy. What is repeated by nobody stays unanswered. */
function retrying(scenario: Scenario, given: string | undefined): Scenario {
  if (given === undefined) return scenario;
  const names = Object.keys(RETRY_POLICIES) as RetryPolicyName[]; // its own keys
  const retries = RETRY_POLICIES[oneOf("retries", given, names)];
  const expects = retries.kind === "none" ? { ...scenario.expects, goodput: { atLeast: 0 } } : scenario.expects;
  return { ...scenario, plan: { ...scenario.plan, retries }, expects };
}

const listing = (): string =>
  ALL_SCENARIOS.map(({ name, what, needs, expects, inEventualMode }) => {
    const only = [...(needs?.consistency ? [`${needs.consistency} mode only`] : []), ...(needs?.apiAuth ? ["signed payments"] : []), ...(needs?.nextRelease ? [`the ${needs.nextRelease} on the next release`] : [])];
    return [
      `${name}${only.length > 0 ? ` (${only.join(", ")})` : ""}: ${what}`,
      `    expects: ${describeExpectations(expects)}`,
      ...(inEventualMode ? [`    in eventual mode: ${describeExpectations({ ...expects, ...inEventualMode })}`] : []),
    ].join("\n");
  }).join("\n");

/** One line that is written over on a terminal, and now and then a line elsewhere. */
function showProgress({ phase, elapsedMs, acknowledged, recovered, clients, outstanding }: Progress): void {
  const seconds = Math.round(elapsedMs / 1000);
  const text = `  ${String(seconds).padStart(3)} s  ${phase.padEnd(7)}  ${acknowledged} acknowledged, ${outstanding} outstanding, ${recovered}/${clients} clients paid since the fault`;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${text}`);
  else if (seconds % 10 === 0) console.log(text);
}

const clearProgress = (): boolean => process.stdout.isTTY && process.stdout.write("\r\u001b[2K");

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
