import { drillInVirtualTime } from "../../../drill/run/virtual";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import type { Tier } from "../../../twin/runtime";
import { deployedStack } from "../../helpers/deployed";

const scenario = { ...scenarioNamed("region-lost"), clients: 4, faultAtMs: 20_000, maxMs: 60_000, endsWhen: { kind: "duration", ms: 60_000 } } as const;

let deployed: DeployedStack;
const logOf = async (tier: Tier, seed: number) => (await drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed, tier })).log;

beforeAll(async () => {
  deployed = await deployedStack();
  // The SDK's first calls in a process wait for real files and modules.
  await logOf("wire", 1);
});

test.each([[11], [12]])("clients that skip the SDK's middleware make the very history of those that serialise every call (seed %d)", async (seed) => {
  const fast = await logOf("fast", seed);
  expect(fast.events).toBeGreaterThan(100);
  expect(await logOf("wire", seed)).toEqual(fast);
});
