import { join } from "node:path";
import { Cloud } from "../../../twin/cloud";
import type { Graph } from "../../../twin/deploy/graph";
import { readStackConfig } from "../../../twin/deploy/stack-config";
import { noLatency } from "../../../twin/kernel/door";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { RESOURCE_MODELS } from "../../../twin/models/index";
import { iam, type Iam } from "../../../twin/services/iam/index";
import { oncePerRun } from "../../helpers/once-per-run";

export const ACCOUNT = "123456789012";
export const OPERATOR = `arn:aws:iam::${ACCOUNT}:user/ops/ada`;

/** A cloud in virtual time without functions. */
export const emptyCloud = (): Cloud =>
  new Cloud({
    kernel: new VirtualKernel(1),
    latency: noLatency,
    functions: {
      environment: () => {
        throw new Error("this cloud runs no functions");
      },
    },
    accountId: ACCOUNT,
  });

/** The graph of the dev stack with changes, one operator named. */
export async function devGraph(change: Readonly<Record<string, string>> = {}): Promise<Graph> {
  const files = readStackConfig(join(__dirname, "..", "..", ".."), "dev");
  const config = { ...files.config, "tap:operators": JSON.stringify([OPERATOR]), ...change };
  return oncePerRun(["graph", Object.entries(config).sort()], async () => {
    const { graphOf } = await import("../program/graph");
    return graphOf({ ...files, config }, ACCOUNT);
  });
}

/** IAM alone, with the roles of a graph. */
export function iamOf(graph: Graph): Iam {
  const cloud = emptyCloud();
  for (const resource of graph.resources.filter(({ type }) => type.startsWith("aws:iam/"))) {
    RESOURCE_MODELS.get(resource.type)?.live?.({ inputs: resource.inputs, outputs: resource.outputs, resource, blobs: new Map() }, cloud);
  }
  return iam(cloud);
}

export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
