import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundlerWith, esbuildBundler, type Bundle, type Bundler } from "../../lib/bundles";
import { FUNCTION_NAMES } from "../../lib/functions";
import type { DeployedStack } from "../../platform/stack";
import type { AssetRef, GraphResource } from "../../twin/deploy/graph";

const LAMBDA = join(__dirname, "..", "..", "lambda");
const NEXT = join(__dirname, "next");

/** A release is a folder of modules that stand in for those of `lambda/`; what stands in may import what it stands in for. */
function standIns(folder: string, modules: Readonly<Record<string, string>>): Plugin {
  const byPath = new Map(Object.entries(modules).map(([module, file]) => [join(LAMBDA, module), join(folder, file)]));
  return {
    name: "release",
    setup: ({ onResolve }) => {
      onResolve({ filter: /^[.]/ }, ({ path, resolveDir, importer }) => {
        const found = importer.startsWith(folder) ? undefined : byPath.get(join(resolveDir, path));
        return found === undefined ? undefined : { path: found };
      });
    },
  };
}

/** The functions of the next release: compatible with today's, which must not mind what it adds. */
export const nextRelease = bundlerWith([standIns(NEXT, { "shared/table": "table.ts" })]);

/** A stack half-way through a rollout: one region's functions are already those of another release. */
export async function halfRolledOut(today: DeployedStack, first: "primary" | "secondary", release: Bundler = nextRelease): Promise<DeployedStack> {
  const { deployment, outputs } = today;
  const { graph, blobs } = deployment;
  const successors = new Map(await Promise.all(FUNCTION_NAMES.map(async (name) => [(await esbuildBundler(name)).sha256, await release(name)] as const)));
  const resources = graph.resources.map((resource) => {
    if (resource.type !== "aws:lambda/function:Function" || resource.region !== outputs.regions[first]) return resource;
    const successor = successors.get(fileOf(resource).sha256);
    return successor ? withCode(resource, successor) : resource;
  });
  const codes = [...successors.values()].map(({ sha256, code }) => [sha256, code] as const);
  return { ...today, deployment: { graph: { ...graph, resources }, blobs: new Map([...blobs, ...codes]) } };
}

const FILE = "index.js";

function fileOf({ urn, inputs }: GraphResource): AssetRef["files"][string] {
  const file = (inputs["code"] as AssetRef).files[FILE]; // lib/lambda.ts puts one file into each archive
  if (!file) throw new Error(`${urn}: its archive has no ${FILE}`);
  return file;
}

function withCode(resource: GraphResource, { sha256, code }: Bundle): GraphResource {
  const files = { [FILE]: { sha256, bytes: Buffer.byteLength(code) } };
  return { ...resource, inputs: { ...resource.inputs, code: { ...(resource.inputs["code"] as AssetRef), files } } }; // as above
}
