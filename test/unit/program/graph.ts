import { program } from "../../../lib/program";
import { deploy } from "../../../twin/deploy/deploy";
import type { Graph } from "../../../twin/deploy/graph";
import type { StackConfig } from "../../../twin/deploy/stack-config";
import { stubBundler } from "./helper";

/** The twin's graph of the program with functions that do nothing. */
export async function graphOf(stack: StackConfig, accountId: string): Promise<Graph> {
  const { graph } = await deploy({ ...stack, program: () => program({ bundle: stubBundler }), accountId });
  return graph;
}
