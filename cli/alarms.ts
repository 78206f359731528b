import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { alarmCoverage, reasonsForNothing, type CoverageRow } from "../drill/alarm-coverage";
import { nameOf } from "../drill/alarms";
import { playForAlarms } from "../drill/run/alarm-drills";
import type { SimulatedDrill } from "../drill/run/simulation";
import { ALARM_SCENARIOS, ALL_SCENARIOS } from "../drill/scenarios/index";
import { describeFailure } from "./failure";
import { integer } from "./options";

const HELP = `npm run alarms [-- options]: every alarm of the stack with the drills that make it sound, or why none does. Exits 1 when one has
neither, when one sounds that is said not to, and when a drill's alarms are not what its scenario says.

  --all                  plays every scenario, not only those that are there for alarms: some minutes
  --stack <name>         reads Pulumi.<name>.yaml; default local
  --seed <n>             default 1
  --evidence <file>      the result as JSON; default .twin/alarms.json
  --help                 this text`;

const OPTIONS = {
  all: { type: "boolean", default: false },
  stack: { type: "string", default: "local" },
  seed: { type: "string", default: "1" },
  evidence: { type: "string", default: join(".twin", "alarms.json") },
  help: { type: "boolean", default: false },
} as const;

/** What a drill's scenario asked and did not get. */
const failuresOf = ({ scenario, failed }: SimulatedDrill): readonly string[] => failed.map((line) => `${scenario}: ${line}`);

const heardIn = ({ soundsIn, because, pass }: CoverageRow): string =>
  `${pass ? "" : "FAIL  "}${soundsIn.map((scenario) => scenario.replace(/^alarms-/, "")).join(", ") || "in no drill"}${because === undefined ? "" : `, and is said not to: ${because}`}`;

/** Alarms of which the same is told together, by what is told. */
function together(rows: readonly CoverageRow[], told: (row: CoverageRow) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const row of rows) groups.set(told(row), [...(groups.get(told(row)) ?? []), row.alarm]);
  return groups;
}

/** What sounds in which drills, alarm by alarm; then what does not, reason by reason. */
function report(rows: readonly CoverageRow[]): string {
  const silent = rows.filter(({ pass, because }) => pass && because !== undefined);
  const others = together(rows.filter((row) => !silent.includes(row)), (row) => `${nameOf(row.alarm)}\n${heardIn(row)}`);
  return [
    ...[...others].map(([key, alarms]) => {
      const [name = "", told = ""] = key.split("\n");
      return `${name.padEnd(NAME_WIDTH)}  ${alarms.map((alarm) => alarm.replace(/.*@/, "")).join(", ").padEnd(PLACE_WIDTH)}  ${told}`;
    }),
    ...[...together(silent, ({ because = "" }) => because)].map(([because, alarms]) => `\nIn no drill, since ${because}:\n${alarms.map((alarm) => `  ${alarm}`).join("\n")}`),
  ].join("\n");
}

const NAME_WIDTH = 39;
const PLACE_WIDTH = 18;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const scenarios = values.all ? ALL_SCENARIOS : ALARM_SCENARIOS;
  let played = 0;
  const onDrill = ({ pass, scenario }: SimulatedDrill): void => {
    played += 1;
    console.log(`${String(played).padStart(3)}/${scenarios.length}  ${pass ? "pass" : "FAIL"}  ${scenario}`);
  };
  const seed = integer("seed", values.seed, 0, 2 ** 31 - 1);
  const { alarms, drills } = await playForAlarms({ scenarios, stack: values.stack, seed, directory: join(".twin", "alarms"), onDrill });
  const rows = alarmCoverage(alarms, drills);
  const forgotten = reasonsForNothing(alarms);
  const failed = drills.flatMap(failuresOf);
  console.log(`\n${"alarm".padEnd(NAME_WIDTH)}  ${"where".padEnd(PLACE_WIDTH)}  sounds in the drills\n${report(rows)}\n`);
  for (const alarm of forgotten) console.log(`FAIL  a reason is given why ${alarm} is silent, and the stack has no such alarm`);
  for (const failure of failed) console.log(`FAIL  ${failure}`);
  const pass = rows.every((row) => row.pass) && forgotten.length === 0 && failed.length === 0;
  console.log(`${rows.filter(({ soundsIn }) => soundsIn.length > 0).length} of ${rows.length} alarms sound in drills; ${rows.filter(({ because }) => because !== undefined).length} cannot, for the reasons given: ${pass ? "PASS" : "FAIL"}`);
  mkdirSync(dirname(values.evidence), { recursive: true });
  writeFileSync(values.evidence, `${JSON.stringify({ format: 1, pass, stack: values.stack, seed, alarms: rows, forgotten, failed }, null, 2)}\n`);
  console.log(`Evidence: ${values.evidence}`);
  if (!pass) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
