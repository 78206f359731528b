import { realTransport } from "../drill/transports/real";
import { ACCOUNT_ID } from "../platform/account";
import type { DeployedStack } from "../platform/stack";
import { startRealTwin } from "../twin/real";
import { lambda } from "../twin/services/lambda/index";
import type { Figure } from "./budgets";
import { payFor } from "./payer";

const WARM_UP_MS = 1_000;
/** Cold starts come in the warm-up only, so callers are few enough for the environments that it leaves. */
const CALLERS = [1, 8];

/** A region's front door over loopback: sockets, worker threads, the functions' own SDK over HTTP. */
export async function benchFrontDoor(deployed: DeployedStack, seconds: number): Promise<readonly Figure[]> {
  const { primary } = deployed.outputs.regions;
  const host = deployed.outputs.hostnames.primary;
  const twin = await startRealTwin({
    deployment: deployed.deployment,
    accountId: ACCOUNT_ID,
    seed: 1,
    ports: { http: 0, dns: 0 },
    onFailure: (error) => console.error("The twin has a defect:", error),
  });
  const transport = realTransport({ dns: twin.dns, port: twin.httpPort });
  const now = (): number => performance.now();
  try {
    const address = twin.addresses.get(primary) ?? "";
    const figures: Figure[] = [];
    for (const callers of CALLERS) {
      const load = { host, address, callers, ms: (seconds * 1000) / CALLERS.length };
      await payFor(transport, { ...load, ms: WARM_UP_MS }, `warm-${callers}`, now);
      const { perSecond, p50Ms, p99Ms, refused } = await payFor(transport, load, `paid-${callers}`, now);
      const what = `real time, ${callers} caller${callers > 1 ? "s" : ""}`;
      figures.push({ group: "front door", what: `${what}: payments`, value: perSecond, unit: "/s" });
      figures.push({ group: "front door", what: `${what}: p50`, value: p50Ms, unit: "ms" });
      figures.push({ group: "front door", what: `${what}: p99`, value: p99Ms, unit: "ms" });
      if (refused > 0) figures.push({ group: "front door", what: `${what}: not 201`, value: refused, unit: "answers" });
    }
    for (const region of [primary, deployed.outputs.regions.secondary]) lambda(twin.cloud, region).stop();
    return figures;
  } finally {
    transport.close();
    await twin.close();
  }
}
