import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { ASSUMPTION_SETS, type AssumptionSetName } from "../drill/assumptions";
import { simulationPage } from "../drill/page/simulation";
import { textReport } from "../drill/report";
import { draw, fittingSpace, keyOf, simulate, type Drawn, type SimulatedDrill, type Space } from "../drill/run/simulation";
import { deploymentsFor } from "../drill/run/deployments";
import { simulateInWorkers } from "../drill/run/simulation-pool";
import { simulationText, summarise } from "../drill/run/simulation-report";
import { scenarioNamed, SCENARIOS } from "../drill/scenarios/index";
import { type Consistency, type DeployedStack } from "../platform/stack";
import { describeFailure } from "./failure";
import { integer, oneOf } from "./options";

const MODES = ["strong", "eventual"] as const;

const HELP = `npm run simulate [-- options]: many drills in virtual time; each seed decides scenario, consistency and assumptions. Exits 1 when any fails.

  --drills <n>           how many; their seeds are consecutive; default 100
  --seed <n>             the first one's; default 1
  --scenarios <a,b>      drawn from these; default all (npm run drill -- --list)
  --consistency <mode>   strong, eventual, both; default both
  --assumptions <set>    ${ASSUMPTION_SETS.join(", ")}, both; default both
  --workers <n>          threads; default 2
  --trace                with --drills 1: that drill with its event log
  --evidence <file>      the result as JSON; default .twin/simulate.json
  --report <file>        the same as a page for people; default .twin/simulate.html
  --help                 this text`;

const OPTIONS = {
  drills: { type: "string", default: "100" },
  seed: { type: "string", default: "1" },
  scenarios: { type: "string" },
  consistency: { type: "string", default: "both" },
  assumptions: { type: "string", default: "both" },
  workers: { type: "string", default: "2" },
  trace: { type: "boolean", default: false },
  evidence: { type: "string", default: join(".twin", "simulate.json") },
  report: { type: "string", default: join(".twin", "simulate.html") },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const count = integer("drills", values.drills, 1, 1_000_000);
  const seed = integer("seed", values.seed, 0, 2 ** 31 - 1);
  const workers = integer("workers", values.workers, 1, 64);
  const drills = Array.from({ length: count }, (_, index) => draw(seed + index, spaceOf(values)));
  const deployments = await deploymentsFor(drills, "local");

  const [only] = drills;
  if (values.trace && only && count === 1) return trace(only, deployments);
  const done: SimulatedDrill[] = [];
  const from = performance.now();
  const onDrill = (drill: SimulatedDrill): void => {
    done.push(drill);
    progress(done.length, count, performance.now() - from, done.filter(({ pass }) => !pass).length);
  };
  await simulateInWorkers({ drills, deployments, workers, directory: join(dirname(values.evidence), "simulation"), onDrill });
  const perSecond = (count * 1000) / (performance.now() - from);
  const simulation = summarise(done);
  console.log(`${process.stdout.isTTY ? "\r\u001b[2K" : ""}${simulationText(simulation)}\n\n${perSecond.toFixed(1)} drills/s in ${workers} threads`);
  mkdirSync(dirname(values.evidence), { recursive: true });
  const options = { drills: count, seed, scenarios: values.scenarios, consistency: values.consistency, assumptions: values.assumptions };
  const hashes = done.sort((a, b) => a.seed - b.seed).map(({ seed: each, sha256 }) => [each, sha256]);
  writeFileSync(values.evidence, `${JSON.stringify({ format: 1, options, node: process.version, perSecond, ...simulation, hashes }, never, 2)}\n`);
  mkdirSync(dirname(values.report), { recursive: true });
  writeFileSync(values.report, simulationPage(simulation, perSecond));
  console.log(`Evidence: ${values.evidence}\nReport: ${values.report}`);
  if (!simulation.pass) process.exitCode = 1;
}

const never = (_key: string, value: unknown): unknown => (value === Infinity ? "never" : value);

function spaceOf(given: { readonly scenarios?: string; readonly consistency: string; readonly assumptions: string }): Space {
  const scenarios = given.scenarios?.split(",").map((name) => scenarioNamed(name.trim()).name) ?? SCENARIOS.map(({ name }) => name);
  const mode = oneOf("consistency", given.consistency, [...MODES, "both"]);
  const set = oneOf("assumptions", given.assumptions, [...ASSUMPTION_SETS, "both"]);
  const consistencies: readonly Consistency[] = mode === "both" ? MODES : [mode];
  const assumptions: readonly AssumptionSetName[] = set === "both" ? ASSUMPTION_SETS : [set];
  return fittingSpace({ scenarios, consistencies, assumptions });
}

/** One drill with all that happened in it. The log is the one that the hash is of. */
async function trace(drawn: Drawn, deployments: ReadonlyMap<string, DeployedStack>): Promise<void> {
  const deployed = deployments.get(keyOf(drawn));
  if (!deployed) throw new Error(`no deployment for ${keyOf(drawn)}`);
  const onEvent = ({ at, kind, data }: { readonly at: number; readonly kind: string; readonly data: unknown }): void => console.log(`${at} ${kind} ${JSON.stringify(data)}`);
  const { drill, kept } = await simulate(drawn, deployed, onEvent);
  console.log(textReport(drill));
  console.log(`sha256 ${kept.sha256}, ${drill.log.events} events`);
  if (!kept.pass) process.exitCode = 1;
}

const BAR = 30;

function progress(done: number, all: number, ms: number, failed: number): void {
  const perSecond = (done * 1000) / ms;
  const left = Math.round((all - done) / perSecond);
  const filled = Math.round((done / all) * BAR);
  const text = `[${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${done}/${all}  ${perSecond.toFixed(1)} drills/s  ${left} s left  ${failed} failed`;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${text}`);
  else if (done === all || done % Math.max(1, Math.floor(all / 10)) === 0) console.log(text);
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
