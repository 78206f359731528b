import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** One part of `npm test`: a command of node_modules/.bin. */
interface Part {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const RESULTS = ".twin/test-results.json";

const CHECKS: readonly Part[] = [
  { name: "lint", command: "eslint", args: ["."] },
  { name: "types", command: "tsc", args: ["--noEmit"] },
];

const HELP = `npm test: lint, types and every test.
  npm test                       everything, as CI runs it
  npm test -- <jest arguments>   the tests alone, e.g. npm test -- --selectProjects twin
  npm run test:unit              the inner loop: unit tests alone`;

function run({ name, command, args }: Part): Promise<boolean> {
  const shown = [command, ...args].join(" ");
  console.log(`> ${name}: ${shown}`);
  return new Promise((resolve) => {
    spawn(command, args, { stdio: "inherit" }).on("close", (code) => {
      if (code !== 0) console.error(`${name} failed (exit code ${code ?? "none"}): ${shown}`);
      resolve(code === 0);
    });
  });
}

/** Jest's own summary as one line that any reader of logs understands; a suite that does not load counts as a failure. */
function closingLine(): string {
  // Jest did not even start.
  if (!existsSync(RESULTS)) return "0 passed, 1 failed";
  const result = JSON.parse(readFileSync(RESULTS, "utf8")) as Record<string, unknown>; // jest --json: the counts are numbers
  const failed = Number(result["numFailedTests"]) + Number(result["numRuntimeErrorTestSuites"]);
  const skipped = Number(result["numPendingTests"]);
  return `${Number(result["numPassedTests"])} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return console.log(HELP);
  mkdirSync(dirname(RESULTS), { recursive: true });
  rmSync(RESULTS, { force: true });
  const jest: Part = { name: "tests", command: "jest", args: ["--ci", "--json", `--outputFile=${RESULTS}`, ...args] };
  const checks = args.length > 0 ? [] : await Promise.all(CHECKS.map(run));
  const tests = await run(jest);
  process.exitCode = tests && checks.every(Boolean) ? 0 : 1;
  console.log(closingLine());
}

void main(process.argv.slice(2));
