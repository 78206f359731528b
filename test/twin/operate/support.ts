import { virtualOperator } from "../../../drill/operator";
import { fromObserverItem } from "../../../lambda/observer/store";
import { CONTROL, RESERVED_PREFIXES } from "../../../lambda/shared/constants";
import type { OperatorAccess } from "../../../ops/operator";
import type { DeployedStack } from "../../../platform/stack";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld, type World } from "../../helpers/system";

export const EAST = "us-east-1";
export const OHIO = "us-east-2";

export const deployed = (consistency: "strong" | "eventual"): Promise<DeployedStack> =>
  deployedStack({ overrides: { "tap:consistency": consistency } });

/** The stack in virtual time with an operator. */
export interface Operated extends World {
  readonly access: OperatorAccess;
  /** What the operator has read. */
  readonly lines: string[];
  /** Until the observer has seen the primary healthy for so long, in milliseconds. */
  healthyFor(ms: number): Promise<void>;
  /** Until DNS and the latch say primary. */
  inService(): Promise<void>;
  /** Takes the primary away until the latch has evacuated it, and gives it back. */
  evacuated(): Promise<void>;
}

/** @param principals by region: the role that the operator calls it by; default the account's owner */
export function operatedWorld(stack: DeployedStack, principals: Readonly<Record<string, string>> = {}): Operated {
  const world = virtualWorld(stack);
  const { cloud, kernel } = world;
  const lines: string[] = [];
  const access = virtualOperator(cloud, stack.outputs, (line) => lines.push(line), principals);
  const sure = async (seconds: number, what: string, holds: () => boolean): Promise<void> => {
    if (!(await world.until(seconds, holds))) throw new Error(`not within ${seconds} s: ${what}`);
  };
  const operated: Operated = {
    ...world,
    access,
    lines,
    healthyFor: async (ms) => {
      const since = (): number => {
        const item = dynamodb(cloud, OHIO).items(stack.outputs.controlTableName).find((one) => one[CONTROL.hashKey]?.S === CONTROL.observerId);
        return (item && fromObserverItem(item).primaryHealthySince) ?? Infinity;
      };
      await sure(ms / 1000 + 60, `the primary healthy for ${ms} ms`, () => kernel.now() - since() >= ms);
    },
    inService: () => sure(120, "in service", () => world.latch() === "primary" && world.led() === EAST),
    evacuated: async () => {
      await operated.inService();
      const { id } = cloud.faults.add({ kind: "outage", region: EAST });
      await sure(120, "evacuated", () => world.latch() === "evacuated" && world.led() === OHIO);
      cloud.faults.remove(id);
      // Caught up, and found healthy by Route 53 again.
      await kernel.sleep(60_000);
    },
  };
  return operated;
}

/** The ids of the canaries that a replica holds. */
export const canaries = ({ cloud }: World, stack: DeployedStack, region: string): readonly string[] =>
  dynamodb(cloud, region)
    .items(stack.outputs.tableName)
    .map((item) => item["paymentId"]?.S ?? "")
    .filter((id) => id.startsWith(RESERVED_PREFIXES.canary));
