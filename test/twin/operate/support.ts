import { join } from "node:path";
import { virtualOperator } from "../../../drill/operator";
import { CONTROL, RESERVED_PREFIXES } from "../../../lambda/shared/constants";
import type { OperatorAccess } from "../../../ops/operator";
import { deployStack, type DeployedStack } from "../../../platform/stack";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { virtualWorld, type World } from "../../helpers/system";

export const EAST = "us-east-1";
export const OHIO = "us-east-2";

export const deployed = (consistency: "strong" | "eventual"): Promise<DeployedStack> =>
  deployStack({ folder: join(__dirname, "..", "..", ".."), stack: "local", overrides: { "tap:consistency": consistency } });

/** The stack in virtual time with an operator. */
export interface Operated extends World {
  readonly access: OperatorAccess;
  /** What the operator has read. */
  readonly lines: string[];
  /** As the observer writes it; ages in milliseconds. */
  observe(item: { readonly ageMs?: number; readonly healthyForMs?: number }): Promise<void>;
  /** Until DNS and the latch say primary. */
  inService(): Promise<void>;
  /** Takes the primary away until the latch has evacuated it, and gives it back. */
  evacuated(): Promise<void>;
}

export function operatedWorld(stack: DeployedStack, seed = 1): Operated {
  const world = virtualWorld(stack, { seed });
  const { cloud, kernel } = world;
  const lines: string[] = [];
  const access = virtualOperator(cloud, stack.outputs, (line) => lines.push(line));
  const sure = async (seconds: number, what: string, holds: () => boolean): Promise<void> => {
    if (!(await world.until(seconds, holds))) throw new Error(`not within ${seconds} s: ${what}`);
  };
  const operated: Operated = {
    ...world,
    access,
    lines,
    observe: async ({ ageMs = 10_000, healthyForMs }) => {
      const ms = (value: number) => ({ N: String(Math.floor(kernel.now() - value)) });
      const item = { [CONTROL.hashKey]: { S: CONTROL.observerId }, observedAt: ms(ageMs), ...(healthyForMs === undefined ? {} : { primaryHealthySince: ms(healthyForMs) }) };
      await cloud.call({ region: OHIO, service: "dynamodb", operation: "PutItem" }, { TableName: stack.outputs.controlTableName, Item: item }, {});
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
