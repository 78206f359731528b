import { Cloud } from "../cloud";
import { noLatency } from "../kernel/door";
import { VirtualKernel } from "../kernel/virtual";
import type { AnyModel, DeployedSoFar } from "../models/model";
import { InProcessHost } from "../services/lambda/in-process";
import { lambda } from "../services/lambda/index";
import type { GraphResource } from "./graph";

/** What exists when a function is run in the midst of a deployment. */
export interface Standing {
  readonly accountId: string;
  readonly models: ReadonlyMap<string, AnyModel>;
  readonly resources: readonly GraphResource[];
  readonly blobs: ReadonlyMap<string, string>;
}

/** Virtual time after which nobody waits any longer: a function's own limit and a cold start. */
const LIMIT_MS = 915_000;

/**
 * Runs the functions of a deployment that is under way: what was registered so far is brought to life in a cloud of its
 * own, in virtual time; the deployed code runs there and nothing is left of it but its answer. So the answer is the
 * function's own, by its own permissions.
 */
export const rehearsal = ({ accountId, models, resources, blobs }: Standing): DeployedSoFar => ({
  invoke: async (region, functionName, payload) => {
    const kernel = new VirtualKernel(1);
    const cloud: Cloud = new Cloud({ kernel, latency: noLatency, functions: new InProcessHost(() => cloud), accountId });
    for (const resource of resources) {
      const { inputs, outputs } = resource;
      models.get(resource.type)?.live?.({ inputs, outputs, resource, blobs }, cloud);
    }
    const answer = settled(lambda(cloud, region).invoke(functionName, payload, { region }));
    await kernel.run({ untilMs: kernel.now() + LIMIT_MS, done: () => answer.over });
    if (!answer.over) throw new Error(`${functionName} (${region}) did not answer`);
    const { payload: result, functionError } = await answer.work;
    if (functionError) throw new Error(`${functionName} (${region}) failed: ${functionError.errorType}: ${functionError.errorMessage}`);
    return result;
  },
});

function settled<T>(work: Promise<T>): { readonly over: boolean; readonly work: Promise<T> } {
  const state = { over: false, work };
  const mark = (): void => void (state.over = true);
  work.then(mark, mark);
  return state;
}
