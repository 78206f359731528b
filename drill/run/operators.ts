import { failback } from "../../ops/failback";
import { failover } from "../../ops/failover";
import type { StackOutputs } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import { virtualOperator } from "../operator";
import type { Stage } from "../play";

const REASON = "the drill's scenario says so";

/** Operators who give the very commands of ops/ against the drill's twin. */
export function operators(cloud: Cloud, outputs: StackOutputs): NonNullable<Stage["operate"]> {
  const access = virtualOperator(cloud, outputs);
  return async (command, force) => {
    const result = command === "failover" ? await failover(access, { reason: REASON }) : await failback(access, { reason: force ?? REASON, force: force !== undefined });
    return result.outcome === "done" ? { outcome: "done" } : { outcome: result.outcome, code: result.code, why: `${result.code}: ${result.why}` };
  };
}
