import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fromObserverItem } from "../../../lambda/observer/store";
import type { Observed } from "../../../lambda/observer/logic";
import { fromAuditItem } from "../../../lambda/shared/audit";
import { AUDIT, CONTROL } from "../../../lambda/shared/constants";
import type { DeployedStack } from "../../../platform/stack";
import { cloudwatch } from "../../../twin/services/cloudwatch/index";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { lambda } from "../../../twin/services/lambda/index";
import { sns } from "../../../twin/services/sns/index";
import { sdkClient } from "../../../twin/runtime";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, type World } from "../../helpers/system";

const VIRGINIA = "us-east-1";
const OHIO = "us-east-2";
const OBSERVER = "payments-observer-us-east-2-local";

let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack();
});

const observed = ({ cloud }: World): Observed | undefined => {
  const item = dynamodb(cloud, OHIO).items(deployed.outputs.controlTableName).find((one) => one[CONTROL.hashKey]?.S === CONTROL.observerId);
  return item && fromObserverItem(item);
};

/** What the observer told the alert topic, in its order. */
const told = ({ cloud }: World): readonly string[] =>
  sns(cloud, OHIO)
    .messages(String(deployed.outputs.alertTopicArns[OHIO]))
    .filter(({ message }) => message.includes('"source":"payments-observer"'))
    .map(({ message }) => {
      const { subject, from, to } = JSON.parse(message) as Record<string, string>; // the observer's own message
      return `${subject}: ${from} -> ${to}`;
    });

const trail = ({ cloud }: World, region: string): readonly string[] =>
  dynamodb(cloud, region)
    .items(deployed.outputs.auditTableName)
    .map(fromAuditItem)
    .map(({ step, details }) => `${step}: ${String(details?.["from"])} -> ${String(details?.["to"])}`)
    .sort();

test("a lost primary is noticed within 45 s, announced once, and its return starts a new row of good looks", async () => {
  const world = virtualWorld(deployed);
  const { kernel, cloud } = world;
  await world.tell(async () => {
    await kernel.sleep(120_000);
    expect(observed(world)).toMatchObject({ latchState: "primary", dns: "primary" });
    expect(observed(world)?.primaryHealthySince).toBeLessThan(kernel.now() - 100_000);
    const before = told(world).length;
    const outage = cloud.faults.add({ kind: "outage", region: VIRGINIA });
    expect(await world.until(45, () => told(world).includes("primary: healthy -> unhealthy"))).toBe(true);
    expect(await world.until(60, () => told(world).includes("latch: primary -> evacuated"))).toBe(true);
    await kernel.sleep(120_000);
    expect(observed(world)).not.toHaveProperty("primaryHealthySince");
    cloud.faults.remove(outage.id);
    const back = kernel.now();
    expect(await world.until(60, () => told(world).includes("primary: unhealthy -> healthy"))).toBe(true);
    await kernel.sleep(60_000);
    expect(observed(world)?.primaryHealthySince).toBeGreaterThan(back);
    const all = ["dns: primary -> secondary", "latch: primary -> evacuated", "primary: healthy -> unhealthy", "primary: unhealthy -> healthy"];
    expect(told(world).slice(before).sort()).toEqual(all);
    expect(trail(world, OHIO)).toEqual([...told(world)].sort());
    // The primary's copy has caught up: the trail can be read in either region.
    expect(trail(world, VIRGINIA)).toEqual(trail(world, OHIO));
  });
});

test("a cut link to a primary that serves its users announces, and evacuates nobody", async () => {
  const world = virtualWorld(deployed);
  const { cloud } = world;
  await world.tell(async () => {
    await world.kernel.sleep(120_000);
    // What the secondary sends to the primary is lost; checkers, users and the witness reach both.
    const cut = cloud.faults.add({ kind: "partition", region: OHIO, peer: VIRGINIA, direction: "out" });
    expect(await world.until(60, () => told(world).includes("primary: healthy -> unhealthy"))).toBe(true);
    await world.kernel.sleep(180_000);
    expect([world.latch(), world.led()]).toEqual(["primary", VIRGINIA]);
    expect((await world.pay("still-served")).region).toBe(VIRGINIA);
    cloud.faults.remove(cut.id);
    expect(await world.until(60, () => told(world).includes("primary: unhealthy -> healthy"))).toBe(true);
  });
});

test("its role moves no latch, and writes no item but its own", async () => {
  const world = virtualWorld(deployed);
  const { cloud } = world;
  const role = lambda(cloud, OHIO).list().find(({ name }) => name === OBSERVER)?.role ?? "";
  const client = sdkClient(cloud, OHIO, DynamoDBClient, { region: OHIO, principal: role });
  const put = (id: string) => client.send(new PutItemCommand({ TableName: deployed.outputs.controlTableName, Item: { [CONTROL.hashKey]: { S: id } } }));
  await world.tell(async () => {
    await expect(put(CONTROL.latchId)).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(put("other")).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(put(CONTROL.observerId)).resolves.toBeDefined();
    const foreign = new PutItemCommand({ TableName: deployed.outputs.auditTableName, Item: { [AUDIT.hashKey]: { S: "other" }, [AUDIT.rangeKey]: { S: "now" } } });
    await expect(client.send(foreign)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

test.each([
  ["the schedule is gone", (type: string) => type !== "aws:scheduler/schedule:Schedule"],
  ["Scheduler may not call it", (type: string, name: string) => type !== "aws:iam/rolePolicy:RolePolicy" || !name.startsWith("payments-observer-schedule")],
])("silence is heard: %s", async (_, kept) => {
  const world = virtualWorld(operated(deployed, (resource) => (kept(resource.type, resource.name) ? resource : undefined)));
  const alarm = () => cloudwatch(world.cloud, OHIO).alarm("payments-observer-silent-us-east-2-local")?.state;
  await world.tell(async () => {
    expect(await world.until(300, () => alarm() === "ALARM")).toBe(true);
    expect(observed(world)).toBeUndefined();
  });
});

test("an observer at work lets its alarms rest", async () => {
  const world = virtualWorld(deployed);
  await world.tell(async () => {
    await world.kernel.sleep(480_000);
    const own = cloudwatch(world.cloud, OHIO).alarms().filter(({ definition }) => /observer|not-seen|dns-secondary|latch-evacuated/.test(definition.name));
    expect(own.length).toBeGreaterThan(6);
    expect(own.filter(({ history }) => history.some(({ to }) => to === "ALARM")).map(({ definition }) => definition.name)).toEqual([]);
  });
});
