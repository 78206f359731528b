import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { REGION_VARIABLE } from "../lambda/shared/constants";
import type { DeployedStack } from "../platform/stack";
import { ofType, type AssetRef } from "../twin/deploy/graph";
import type { Figure } from "./budgets";
import { quantile } from "./stopwatch";

const run = promisify(execFile);
const LOADS = 5;

/** Prints how long the module of its argument takes to load. Compile caches would make a second load look like the first. */
const LOADER = "const from = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - from)); process.exit(0);";

interface Bundle {
  readonly name: string;
  readonly code: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The deployed code of each function, once: both regions have the same. */
function bundlesOf({ deployment: { graph, blobs } }: DeployedStack): readonly Bundle[] {
  const found = new Map<string, Bundle>();
  for (const { name, region, inputs } of ofType(graph, "aws:lambda/function:Function")) {
    const { files } = inputs["code"] as AssetRef; // the deployment replaces archives by references
    const sha256 = Object.values(files)[0]?.sha256 ?? "";
    const { variables } = (inputs["environment"] ?? {}) as { variables?: Record<string, string> }; // FunctionArgs.environment
    found.set(sha256, { name: name.split(`-${region ?? ""}`)[0] ?? name, code: blobs.get(sha256) ?? "", variables: { ...variables, ...lambdasOwn(name, region ?? "") } });
  }
  return [...found.values()];
}

/** What Lambda sets itself, as far as a module that loads may ask. "Defined runtime environment variables". */
const lambdasOwn = (name: string, region: string): Bundle["variables"] => ({
  [REGION_VARIABLE]: region,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
});

/** Milliseconds of a load in a fresh process. */
async function load(file: string, variables: Bundle["variables"]): Promise<number> {
  try {
    return Number((await run(process.execPath, ["-e", LOADER, file], { env: variables })).stdout);
  } catch (error) {
    // The message holds the minified code.
    const lines = String(error).split("\n").filter((line) => /^\w*Error: (?!Command failed)/.test(line));
    throw new Error(`${file} does not load: ${lines.join(" ").slice(0, 300)}`);
  }
}

/** Sizes and cold loads of all functions, the middle one of several loads each. */
export async function benchBundles(deployed: DeployedStack, directory: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { name, code, variables } of bundlesOf(deployed)) {
    const folder = resolve(directory, name);
    const file = join(folder, "index.js");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, code);
    const loads: number[] = [];
    for (let index = 0; index < LOADS; index += 1) loads.push(await load(file, variables));
    figures.push({ group: "bundles", what: `${name}, minified`, value: Buffer.byteLength(code), unit: "bytes", budget: "bundle-size" });
    figures.push({ group: "bundles", what: `${name}, cold load`, value: quantile(loads, 0.5), unit: "ms", budget: "cold-load" });
  }
  return figures;
}
