import { ACCOUNT_ID } from "../../platform/account";
import { applyQuotas } from "../../platform/quotas";
import { Cloud } from "../../twin/cloud";
import { VirtualKernel } from "../../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../../twin/live";
import { loopbackAddresses } from "../../twin/real";
import type { Tier } from "../../twin/runtime";
import { InProcessHost } from "../../twin/services/lambda/in-process";
import { route53 } from "../../twin/services/route53/index";
import { assumptionSet, checkerAssumptions, latencyModel } from "../assumptions";
import type { DrillResult } from "../report";
import { virtualTransport } from "../transports/virtual";
import { drillOn, type DrillOptions } from "./stage";

/** A drill in virtual time, and the event log that the same seed gives again. */
export interface VirtualDrill extends DrillResult {
  readonly log: { readonly events: number; readonly sha256: string };
  /** Calls through the twin's door: AWS's services, front doors, DNS. */
  readonly calls: number;
}

export interface VirtualOptions extends DrillOptions {
  /** Default `fast`; a process's first drill over the `wire` loads the SDK meanwhile and is no reference. */
  readonly tier?: Tier;
  /** Told of the cloud before anything happens in it: to look on, e.g. at its door. */
  readonly onLife?: (cloud: Cloud) => void;
}

/** The stack alive on a virtual clock, under a set of assumptions; the clock stands until its kernel runs. */
export function virtualCloud(options: Pick<VirtualOptions, "deployed" | "seed" | "assumptions" | "tier" | "onEvent">): { readonly kernel: VirtualKernel; readonly cloud: Cloud } {
  const { deployed, seed } = options;
  const set = assumptionSet(options.assumptions);
  const kernel = new VirtualKernel(seed);
  if (options.onEvent) kernel.observe(options.onEvent);
  const cloud: Cloud = new Cloud({
    kernel,
    latency: latencyModel(set, deployed.consistency),
    functions: new InProcessHost(() => cloud, set.coldStartMs.value, options.tier),
    accountId: ACCOUNT_ID,
  });
  route53(cloud).assume(checkerAssumptions(set));
  applyQuotas(cloud, deployed);
  bringToLife(deployed.deployment, cloud, loopbackAddresses(regionsOf(deployed.deployment.graph)));
  return { kernel, cloud };
}

/** Brings the stack to life on a virtual clock, plays the scenario, judges it. Takes no time but the processor's. */
export async function drillInVirtualTime(options: VirtualOptions): Promise<VirtualDrill> {
  const { kernel, cloud } = virtualCloud(options);
  options.onLife?.(cloud);
  const result = await toldIn(kernel, () => drillOn(cloud, virtualTransport(cloud), options, "virtual"));
  return { ...result, log: kernel.summary(), calls: cloud.door.calls };
}

/** Lets virtual time pass until the story has been told. Rejects with what it rejects with. */
export async function toldIn<T>(kernel: VirtualKernel, story: () => Promise<T>): Promise<T> {
  let end: { readonly value: T } | undefined;
  kernel.spawn(0, async () => {
    end = { value: await story() };
  });
  await kernel.run({ done: () => end !== undefined });
  if (!end) throw new Error("the drill came to a standstill: every process waits for ever");
  return end.value;
}
