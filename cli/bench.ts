import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { judged, type Figure, type Judged } from "../bench/budgets";
import { benchBundles } from "../bench/bundles";
import { benchDeployment } from "../bench/deployment";
import { benchDrills } from "../bench/drills";
import { benchFrontDoor } from "../bench/front-door";
import { table } from "../bench/table";
import { benchHotPath, benchVirtualDoor } from "../bench/virtual-door";
import { describeFailure } from "./failure";
import { integer, OptionError } from "./options";

const GROUPS = ["deployment", "bundles", "hot-path", "front-door", "virtual", "drills"] as const;

const HELP = `npm run bench [-- options]: what the platform and its twin cost in time, beside the budgets; several minutes for all groups, seconds for one.

  --only <groups>    some of ${GROUPS.join(", ")}, with commas between
  --seconds <n>      how long payments go through the front door in real time; default 10
  --stack <name>     a stack without signatures; default local
  --json <file>      the figures as JSON too
  --strict           exit 1 when a figure is over its budget
  --help             this text`;

const OPTIONS = {
  only: { type: "string", default: GROUPS.join(",") },
  seconds: { type: "string", default: "10" },
  stack: { type: "string", default: "local" },
  json: { type: "string" },
  strict: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const DIRECTORY = join(".twin", "bench");

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const wanted = groups(values.only);
  const seconds = integer("seconds", values.seconds, 1, 60);

  const { deployed, figures: deployment } = await benchDeployment(values.stack);
  if (deployed.apiAuth !== "none") throw new OptionError(`--stack ${values.stack}: it wants signed payments, and the bench signs none; allowed: a stack with tap:apiAuth none`);
  const benches: Readonly<Record<(typeof GROUPS)[number], () => Promise<readonly Figure[]>>> = {
    deployment: () => Promise.resolve(deployment),
    bundles: () => benchBundles(deployed, DIRECTORY),
    "hot-path": () => benchHotPath(deployed),
    "front-door": () => benchFrontDoor(deployed, seconds),
    virtual: () => benchVirtualDoor(deployed),
    drills: () => benchDrills(deployed, DIRECTORY),
  };
  const figures: Judged[] = [];
  // One after the other: they would take the processor from each other.
  for (const group of GROUPS) if (wanted.has(group)) figures.push(...(await benches[group]()).map((figure) => judged(figure)));

  console.log(table(figures));
  const over = figures.filter(({ verdict }) => verdict === "OVER BUDGET");
  console.log(`\nMeasured on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node.js ${process.version}. ${over.length} over budget.`);
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ node: process.version, cores: cpus().length, figures }, null, 2)}\n`);
  }
  if (values.strict && over.length > 0) process.exitCode = 1;
}

/** @throws OptionError */
function groups(given: string): ReadonlySet<string> {
  const names = given.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !GROUPS.some((group) => group === name));
  if (wrong !== undefined) throw new OptionError(`--only: got ${JSON.stringify(wrong)}; allowed: ${GROUPS.join(", ")}`);
  return new Set(names);
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
