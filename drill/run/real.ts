import { ACCOUNT_ID } from "../../platform/account";
import { applyQuotas } from "../../platform/quotas";
import { startRealTwin } from "../../twin/real";
import { assumptionSet, checkerAssumptions } from "../assumptions";
import type { DrillResult } from "../report";
import { realTransport } from "../transports/real";
import { drillOn, type DrillOptions } from "./stage";

/** Starts the stack's twin behind sockets on free ports, plays the scenario in real time, judges it, stops the twin. */
export async function drillInRealTime(options: DrillOptions): Promise<DrillResult> {
  const { deployed, seed } = options;
  const failures: unknown[] = [];
  const twin = await startRealTwin({
    deployment: deployed.deployment,
    accountId: ACCOUNT_ID,
    seed,
    ports: { http: 0, dns: 0 },
    checkers: checkerAssumptions(assumptionSet(options.assumptions)),
    onFailure: (error) => failures.push(error),
  });
  applyQuotas(twin.cloud, deployed);
  const transport = realTransport({ dns: twin.dns, port: twin.httpPort });
  try {
    const result = await drillOn(twin.cloud, transport, options, "real");
    if (failures.length > 0) throw new AggregateError(failures, "the twin had a defect during the drill; its result is void");
    return result;
  } finally {
    transport.close();
    await twin.close();
  }
}
