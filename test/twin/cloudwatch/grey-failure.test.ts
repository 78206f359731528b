import { drillInVirtualTime, type VirtualDrill } from "../../../drill/run/virtual";
import type { Scenario } from "../../../drill/scenario";
import { SCENARIOS } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import { deployedStack } from "../../helpers/deployed";

const [first] = SCENARIOS;
if (!first) throw new Error("no scenarios");

/** Some of the payments fail in the primary; its health route sees nothing of it. */
const grey = (processName: string, rate: number): Scenario => ({
  ...first,
  name: "grey-failure",
  what: "a share of the primary's payments fail",
  steps: [{ atMs: 0, inject: { kind: "service", role: "primary", service: "lambda", operation: "Invoke", resource: processName, rate }, as: "grey" }],
  endsWhen: { kind: "duration", ms: 330_000 },
  maxMs: 330_000,
  expects: { hit: "anybody", recovered: "any" },
});

let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack();
});

const drill = (rate: number, seed: number): Promise<VirtualDrill> => {
  const name = `payments-process-${deployed.outputs.regions.primary}-${deployed.outputs.environment}`;
  return drillInVirtualTime({ deployed, scenario: grey(name, rate), assumptions: "documented", seed });
};

const secondsToMove = ({ timeline: { faultAt = 0, dnsFlippedAt = Infinity } }: VirtualDrill): number => (dnsFlippedAt - faultAt) / 1000;

test("half of the primary's payments fail while it looks healthy: traffic leaves it within 240 s", async () => {
  const result = await drill(0.5, 1);
  expect(secondsToMove(result)).toBeLessThan(240);
  expect(secondsToMove(result)).toBeGreaterThan(60);
  expect(result.judgement.violations).toEqual([]);
});

test("one payment in twenty that fails does not move all traffic for good", async () => {
  expect(secondsToMove(await drill(0.05, 4))).toBe(Infinity);
});
