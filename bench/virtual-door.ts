import { assumptionSet, latencyModel } from "../drill/assumptions";
import { virtualTransport } from "../drill/transports/virtual";
import { ACCOUNT_ID } from "../platform/account";
import type { DeployedStack } from "../platform/stack";
import { Cloud } from "../twin/cloud";
import { VirtualKernel } from "../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../twin/live";
import { loopbackAddresses } from "../twin/real";
import { InProcessHost } from "../twin/services/lambda/in-process";
import type { Figure } from "./budgets";
import { payFor, payment } from "./payer";
import { elapsed } from "./stopwatch";

interface World {
  readonly cloud: Cloud;
  readonly kernel: VirtualKernel;
  readonly address: string;
}

function world(deployed: DeployedStack): World {
  const kernel = new VirtualKernel(1);
  const cloud: Cloud = new Cloud({
    kernel,
    latency: latencyModel(assumptionSet("documented"), deployed.consistency),
    functions: new InProcessHost(() => cloud),
    accountId: ACCOUNT_ID,
  });
  const addresses = loopbackAddresses(regionsOf(deployed.deployment.graph));
  bringToLife(deployed.deployment, cloud, addresses);
  return { cloud, kernel, address: addresses.get(deployed.outputs.regions.primary) ?? "" };
}

async function within<T>({ kernel }: World, work: () => Promise<T>): Promise<T> {
  let done: { readonly value: T } | undefined;
  kernel.spawn(0, async () => {
    done = { value: await work() };
  });
  await kernel.run({ done: () => done !== undefined });
  if (!done) throw new Error("virtual time came to a standstill");
  return done.value;
}

const CALLERS = 20;
const VIRTUAL_MS = 20_000;

/** The same front door in virtual time: what clients wait there is modelled, what the processor needs is measured. */
export async function benchVirtualDoor(deployed: DeployedStack): Promise<readonly Figure[]> {
  const made = world(deployed);
  const load = { host: deployed.outputs.hostnames.primary, address: made.address, callers: CALLERS, ms: VIRTUAL_MS };
  const transport = virtualTransport(made.cloud);
  const { value, ms } = await elapsed(() => within(made, () => payFor(transport, load, "virtual", () => made.kernel.now())));
  return [
    { group: "front door", what: `virtual time, ${CALLERS} callers: payments of the processor's time`, value: (value.paid * 1000) / ms, unit: "/s" },
    { group: "front door", what: `virtual time, ${CALLERS} callers: p50 (modelled)`, value: value.p50Ms, unit: "ms" },
    { group: "front door", what: `virtual time, ${CALLERS} callers: p99 (modelled)`, value: value.p99Ms, unit: "ms" },
  ];
}

/** Counts the calls that the function makes for one payment, after one that warmed it. */
export async function benchHotPath(deployed: DeployedStack): Promise<readonly Figure[]> {
  const made = world(deployed);
  const { cloud } = made;
  const host = deployed.outputs.hostnames.primary;
  const transport = virtualTransport(cloud);
  const role = processRole(deployed);
  const calls: string[] = [];
  const original = cloud.call.bind(cloud);
  cloud.call = (route, input, caller) => {
    if (caller.principal === role) calls.push(`${route.service} ${route.operation}`);
    return original(route, input, caller);
  };
  await within(made, async () => {
    await transport.send(made.address, payment(host, "first"), 10_000);
    calls.length = 0;
    const { status } = await transport.send(made.address, payment(host, "second"), 10_000);
    if (status !== 201) throw new Error(`the payment was answered ${status}`);
  });
  return [{ group: "hot path", what: `SDK calls of a payment (${calls.join(", ")})`, value: calls.length, unit: "calls", budget: "hot-path" }];
}

/** The role of the primary's function behind POST /payments. */
function processRole({ deployment, outputs }: DeployedStack): unknown {
  return deployment.graph.resources.find(({ type, region, name }) => type === "aws:lambda/function:Function" && region === outputs.regions.primary && name.startsWith("payments-process"))?.inputs["role"];
}
