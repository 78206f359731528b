import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import { halfRolledOut } from "../../../drill/releases/index";
import { atReferenceLoad } from "../../../drill/run/simulation";
import { drillInVirtualTime } from "../../../drill/run/virtual";
import { scenarioNamed } from "../../../drill/scenarios/index";
import { bundlerWith } from "../../../lib/bundles";
import type { DeployedStack } from "../../../platform/stack";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld } from "../../helpers/system";

let today: DeployedStack;
beforeAll(async () => {
  today = await deployedStack();
});

test("the region that a rollout has reached stores what this release does not know, and the other region shows the payment all the same", async () => {
  const deployed = await halfRolledOut(today, "primary");
  const { regions, hostnames, tableName } = deployed.outputs;
  const world = virtualWorld(deployed);
  await world.tell(async () => {
    expect(await world.until(60, () => world.led() === regions.primary)).toBe(true);
    const next = await world.pay("by-the-next-release", { host: hostnames.primary });
    const now = await world.pay("by-this-release", { host: hostnames.secondary });
    await world.kernel.sleep(1_000);
    const channels = new Map(dynamodb(world.cloud, regions.secondary).items(tableName).map((item) => [item["paymentId"]?.S, item["channel"]?.S]));
    expect([channels.get(String(next.body["paymentId"])), channels.get(String(now.body["paymentId"]))]).toEqual(["api", undefined]);
    expect(await world.get(hostnames.secondary, `/payments/${String(next.body["paymentId"])}`)).toMatchObject({ status: 200, body: { amount: 1250, currency: "EUR" } });
    expect(await world.pay("by-the-next-release", { host: hostnames.secondary })).toMatchObject({ status: 200, region: regions.secondary });
  });
});

/** A release that numbers its receipts anew, which no rollout can do while both regions derive them. */
const otherReceipts: Plugin = {
  name: "other receipts",
  setup: ({ onLoad }) => {
    onLoad({ filter: /lambda\/shared\/receipt\.ts$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace("FORMAT = 1", "FORMAT = 2"), loader: "ts" }));
  },
};

test("a release whose receipts differ is caught: the regions of a half-finished rollout would contradict each other", async () => {
  const deployed = await halfRolledOut(today, "primary", bundlerWith([otherReceipts]));
  const scenario = { ...atReferenceLoad(scenarioNamed("witness-lost")), clients: 2, faultAtMs: 20_000, endsWhen: { kind: "duration", ms: 30_000 }, maxMs: 30_000 } as const;
  const { judgement } = await drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: 1 });
  expect([...new Set(judgement.violations.map(({ invariant }) => invariant))]).toContain("I2");
});
