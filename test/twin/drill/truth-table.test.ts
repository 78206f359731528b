import { TRUTH_TABLE, type Signals, type TruthRow } from "../../../drill/failover/truth-table";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { operate } from "../../../lambda/switch/operate";
import { latchStore } from "../../../lambda/switch/store";
import type { Consistency, DeployedStack } from "../../../platform/stack";
import { sdkClient } from "../../../twin/runtime";
import { route53 } from "../../../twin/services/route53/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld, type World } from "../../helpers/system";

const MODES: readonly Consistency[] = ["strong", "eventual"];
const stacks = new Map<Consistency, DeployedStack>();
beforeAll(async () => {
  for (const mode of MODES) stacks.set(mode, await deployedStack({ overrides: { "tap:consistency": mode } }));
});

function stack(mode: Consistency): DeployedStack {
  const found = stacks.get(mode);
  if (!found) throw new Error(`${mode} was not deployed`);
  return found;
}

/** What Route 53 thinks now. The switch's check is inverted: unhealthy while it hears "evacuated". */
function signals({ cloud }: World, { outputs }: DeployedStack): Signals {
  const healthy = (id: string): boolean => route53(cloud).status(id).healthy;
  const { primary, secondary, switch: latch, grey } = outputs.healthCheckIds;
  return {
    primary: healthy(primary) ? "well" : "ill",
    secondary: healthy(secondary) ? "well" : "ill",
    switch: healthy(latch) ? "silent" : "evacuated",
    grey: healthy(grey) ? "quiet" : "alarm",
  };
}

/** Operators hold the primary out, as their command does: by the state machine and a conditional write. */
async function evacuate({ cloud, kernel }: World, { outputs }: DeployedStack): Promise<void> {
  const client = sdkClient(cloud, outputs.regions.secondary, DynamoDBClient);
  const store = latchStore({ tableName: outputs.controlTableName, client, clock: kernel, deadlineMs: 1000 });
  const seen = await store.read();
  const decision = operate("failover", seen, Math.floor(kernel.now()));
  if (!("latch" in decision)) throw new Error(`refused: ${decision.refused}`);
  expect(await store.write(seen, decision.latch)).toBe(true);
}

/** Brings a row's signals about, from a system in service; what one of them needs comes before what hinders it. */
async function bringAbout(row: TruthRow, world: World, deployed: DeployedStack): Promise<void> {
  const { cloud, kernel } = world;
  const { hostnames, regions, environment } = deployed.outputs;
  const ill = (region: string) => cloud.faults.add({ kind: "service", service: "lambda", operation: "Invoke", resource: `payments-health-${region}-${environment}`, region });
  if (row.switch === "evacuated") {
    await evacuate(world, deployed);
    expect(await world.until(60, () => signals(world, deployed).switch === "evacuated" && world.led() === regions.secondary)).toBe(true);
  } else if (row.primary === "ill" || row.grey === "alarm") {
    // A working latch would not stay silent for long.
    cloud.faults.add({ kind: "service", service: "lambda", operation: "Invoke", resource: `payments-switch-${regions.secondary}-${environment}`, region: regions.secondary });
  }
  if (row.grey === "alarm") {
    cloud.faults.add({ kind: "service", service: "lambda", operation: "Invoke", resource: `payments-process-${regions.primary}-${environment}`, region: regions.primary });
    // Payers of the primary's own host: the sensor sees those that still come.
    for (let index = 0; signals(world, deployed).grey !== "alarm" && index < 240; index += 1) {
      await world.pay(`grey-${index}`, { host: hostnames.primary });
      await kernel.sleep(1_000);
    }
  }
  if (row.primary === "ill") ill(regions.primary);
  if (row.secondary === "ill") ill(regions.secondary);
}

describe.each(MODES)("DNS answers as the truth table says (%s)", (mode) => {
  test.each(TRUTH_TABLE)("primary $primary, secondary $secondary, switch $switch, grey sensor $grey: $situation", async (row) => {
    const deployed = stack(mode);
    const world = virtualWorld(deployed);
    await world.tell(async () => {
      const { regions } = deployed.outputs;
      expect(await world.until(60, () => world.led() === regions.primary && world.latch() === "primary")).toBe(true);
      await bringAbout(row, world, deployed);
      const { situation: _, answers, ...wanted } = row;
      const reached = await world.until(90, () => JSON.stringify(signals(world, deployed)) === JSON.stringify(wanted));
      expect({ reached, ...signals(world, deployed) }).toEqual({ reached: true, ...wanted });
      expect(world.led()).toBe(regions[answers[mode]]);
    });
  });
});
