import { build } from "esbuild";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DeployedStack } from "../../platform/stack";
import type { AssetRef, GraphResource } from "../../twin/deploy/graph";
import { operated, withInputs } from "./system";

const FOLDER = join(__dirname, "../fixtures/broken");

/** The bundle of `test/fixtures/broken/<name>.ts`, which exports `createHandler` as the platform's own bundles do. */
export async function brokenBundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, `${name}.ts`)],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    // The fixtures tell SDK clients apart by the names of their classes.
    keepNames: true,
    logLevel: "silent",
  });
  // Lambda's contract, though virtual time makes the handler itself.
  return `${outputFiles.map(({ text }) => text).join("")}\nmodule.exports = { ...module.exports, handler: () => undefined };\n`;
}

/** The stack with another code in the functions that `runs` says yes to. Fails where there are none. */
export function running(deployed: DeployedStack, code: string, runs: (name: string) => boolean): DeployedStack {
  const sha256 = createHash("sha256").update(code).digest("hex");
  let changed = 0;
  const edit = (resource: GraphResource): GraphResource => {
    if (resource.type !== "aws:lambda/function:Function" || !runs(resource.name)) return resource;
    changed += 1;
    const { files } = resource.inputs["code"] as AssetRef; // FunctionArgs.code, as deployed
    return withInputs(resource, { code: { files: Object.fromEntries(Object.keys(files).map((file) => [file, { sha256, bytes: code.length }])) } });
  };
  const stack = operated(deployed, edit);
  if (changed === 0) throw new Error("no function of this program is meant");
  return { ...stack, deployment: { ...stack.deployment, blobs: new Map([...stack.deployment.blobs, [sha256, code]]) } };
}
