import type { DeployedStack } from "../../../platform/stack";
import { FaultRefused, type Fault } from "../../../twin/kernel/faults";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { kms } from "../../../twin/services/kms/index";
import { lambda } from "../../../twin/services/lambda/index";
import { s3 } from "../../../twin/services/s3/index";
import { sns } from "../../../twin/services/sns/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld, type World } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";
const WITNESS = "us-west-2";
const inEast = (fn: string): string => `payments-${fn}-${EAST}-local`;

let stack: DeployedStack;
let eventual: DeployedStack;
beforeAll(async () => {
  stack = await deployedStack();
  eventual = await deployedStack({ overrides: { "tap:consistency": "eventual" } });
});

const primary = (): { readonly host: string } => ({ host: stack.outputs.hostnames.primary });
const secondary = (): { readonly host: string } => ({ host: stack.outputs.hostnames.secondary });

/** How a payment ended: its status, or the name of what it met instead of an answer. */
const fate = (world: World, where: { readonly host: string }, key = "k1"): Promise<number | string> =>
  world.pay(key, where).then(
    ({ status }) => status,
    (error: Error) => error.name,
  );

/** Receipts and events that one region has derived. */
function derived({ cloud }: World, region: string): { readonly receipts: number; readonly events: number } {
  const { receipts = "" } = stack.outputs.bucketNames[region] ?? {};
  return {
    receipts: s3(cloud, region).objects(receipts).filter(({ key }) => key.startsWith("receipts/")).length,
    events: sns(cloud, region).messages(stack.outputs.eventTopicArns[region] ?? "").length,
  };
}

const streams = (world: World): Promise<boolean> =>
  world.until(10, () => [EAST, OHIO].every((region) => dynamodb(world.cloud, region).table(stack.outputs.tableName)?.stream !== undefined));

const PUT = { kind: "service", service: "dynamodb", operation: "PutItem", region: EAST, caller: inEast("process") } as const;

describe("what a payer meets in the faulty region, and what the table then holds", () => {
  test.each<[string, Fault, number | string, number]>([
    ["the put is throttled for ever", { ...PUT, mode: "throttle" }, 503, 0],
    ["the put is throttled once", { ...PUT, mode: "throttle", times: 1 }, 201, 1],
    ["the put's answer is lost once, so the repeat meets its own item", { ...PUT, mode: "refuse", when: "after", times: 1 }, 200, 1],
    ["the put's answers never come", { ...PUT, mode: "vanish", when: "after" }, "TimeoutError", 1],
    ["the put fails after its effect", { ...PUT, mode: "error", when: "after", times: 1 }, 200, 1],
    ["another function's calls are hit", { ...PUT, caller: inEast("read") }, 201, 1],
    ["only the second call would be hit", { ...PUT, skip: 1 }, 201, 1],
    ["the function dies before the put", { ...PUT, mode: "crash" }, 503, 0],
    ["the function dies after the put", { ...PUT, mode: "crash", when: "after" }, 503, 1],
    ["the gateway's rate is used up", { kind: "service", service: "apigateway", region: EAST, mode: "throttle" }, 429, 0],
    ["there is no concurrency left", { kind: "concurrency", region: EAST, resource: inEast("process"), limit: 0 }, 503, 0],
    ["there is no certificate", { kind: "certificate", region: EAST }, "HostUnknown", 0],
    ["the failover name alone has no certificate", { kind: "certificate", region: EAST, host: "local.payments.test" }, 201, 1],
    ["its replica is isolated", { kind: "replication", service: "dynamodb", region: EAST }, 503, 0],
    ["it does not hear the others", { kind: "partition", region: EAST, direction: "in" }, 503, 0],
    ["the others do not hear it", { kind: "partition", region: EAST, direction: "out" }, 503, 0],
    ["it is cut off from its peer alone, and the witness makes the quorum", { kind: "partition", region: EAST, peer: OHIO }, 201, 1],
    ["the witness is lost, and its peer makes the quorum", { kind: "outage", region: WITNESS }, 201, 1],
    ["a quarter second is added", { ...PUT, mode: "delay", ms: 250 }, 201, 1],
  ])("%s", async (_name, fault, answer, items) => {
    const world = virtualWorld(stack);
    world.cloud.faults.add(fault);
    await world.tell(async () => {
      expect(await fate(world, primary())).toBe(answer);
      expect(world.stored(OHIO)).toHaveLength(items);
    });
  });

  test("a function that died is there again for the next payment", async () => {
    const world = virtualWorld(stack);
    world.cloud.faults.add({ ...PUT, mode: "crash", times: 1 });
    await world.tell(async () => {
      expect([await fate(world, primary()), await fate(world, primary())]).toEqual([503, 201]);
      expect(lambda(world.cloud, EAST).logs(inEast("process")).some(({ line }) => line.includes("Runtime.ExitError"))).toBe(true);
    });
  });

  test("users with a certificate elsewhere are served: the other region knows every name", async () => {
    const world = virtualWorld(stack);
    world.cloud.faults.add({ kind: "certificate", region: EAST });
    await world.tell(async () => expect(await fate(world, secondary())).toBe(201));
  });

  test.each([600_000, -600_000])("functions whose clock is off by %i ms date payments wrongly and lose none", async (ms) => {
    const world = virtualWorld(stack);
    world.cloud.faults.add({ kind: "clock", region: EAST, ms });
    await world.tell(async () => {
      expect(await fate(world, primary())).toBe(201);
      expect(await fate(world, secondary())).toBe(200);
      const [{ createdAt = "" } = {}] = world.stored(OHIO);
      expect(Math.abs(Date.parse(createdAt) - world.kernel.now() - ms)).toBeLessThan(10_000);
    });
  });
});

describe("what follows a payment while something is broken", () => {
  test("notify dies between receipt and event: the event comes with the next attempt", async () => {
    const world = virtualWorld(stack);
    await world.tell(async () => {
      await streams(world);
      world.cloud.faults.add({ kind: "service", service: "sns", operation: "Publish", caller: inEast("notify"), mode: "crash", times: 1 });
      expect(await fate(world, primary())).toBe(201);
      expect(await world.until(2, () => derived(world, EAST).receipts === 1)).toBe(true);
      expect(derived(world, EAST).events).toBe(0);
      expect(await world.until(20, () => derived(world, EAST).events === 1)).toBe(true);
    });
  });

  test("keys of a region are disabled and enabled again: receipts wait for them", async () => {
    const world = virtualWorld(stack);
    await world.tell(async () => {
      await streams(world);
      const { id } = world.cloud.faults.add({ kind: "key", region: OHIO });
      expect(await fate(world, primary())).toBe(201);
      await world.kernel.sleep(10_000);
      expect([derived(world, EAST).receipts, derived(world, OHIO).receipts]).toEqual([1, 0]);
      world.cloud.faults.remove(id);
      expect(await world.until(60, () => derived(world, OHIO).receipts === 1)).toBe(true);
    });
  });

  test("one checker region that is blind fails no health check: DNS stays", async () => {
    const world = virtualWorld(stack);
    world.cloud.faults.add({ kind: "checkers", region: "us-west-2" });
    await world.tell(async () => {
      await world.kernel.sleep(120_000);
      expect(world.led()).toBe(EAST);
    });
  });

  test("the loss of the witness moves no traffic", async () => {
    const world = virtualWorld(stack);
    world.cloud.faults.add({ kind: "outage", region: WITNESS });
    await world.tell(async () => {
      await world.kernel.sleep(60_000);
      expect(world.led()).toBe(EAST);
      expect(await fate(world, secondary())).toBe(201);
    });
  });

  test.each<[string, Fault, number, number]>([
    ["paused from east", { kind: "replication", service: "dynamodb", region: EAST }, 1, 2],
    ["paused from the other side", { kind: "replication", service: "dynamodb", region: OHIO, peer: EAST }, 2, 1],
    ["cut on the way in", { kind: "partition", region: EAST, peer: OHIO, direction: "in" }, 2, 1],
  ])("replication %s goes on the other way, and comes after healing", async (_name, fault, inOhio, inEastNow) => {
    const world = virtualWorld(eventual);
    await world.tell(async () => {
      const { id } = world.cloud.faults.add(fault);
      expect([await fate(world, primary(), "a"), await fate(world, secondary(), "b")]).toEqual([201, 201]);
      await world.kernel.sleep(10_000);
      expect([world.stored(OHIO).length, world.stored(EAST).length]).toEqual([inOhio, inEastNow]);
      world.cloud.faults.remove(id);
      await world.kernel.sleep(5_000);
      expect([world.stored(OHIO).length, world.stored(EAST).length]).toEqual([2, 2]);
    });
  });
});

describe("a fault of something that is not there is refused with what is there", () => {
  test.each<[string, Fault, string]>([
    ["a function", { kind: "concurrency", region: EAST, resource: "pay", limit: 1 }, "payments-process-us-east-1-local"],
    ["a function's clock", { kind: "clock", region: EAST, resource: "pay", ms: 1 }, "payments-process-us-east-1-local"],
    ["a key", { kind: "key", region: EAST, resource: "alias/none" }, "keys in us-east-1"],
    ["a custom domain", { kind: "certificate", region: EAST, host: "other.test" }, "us-east-1.local.payments.test"],
  ])("%s", (_name, fault, says) => {
    const { cloud } = virtualWorld(stack);
    expect(() => cloud.faults.add(fault)).toThrow(FaultRefused);
    expect(() => cloud.faults.add(fault)).toThrow(says);
    expect(cloud.faults.list()).toEqual([]);
  });
});

test("an operator who enables a key while it is denied is heeded, and the fault's end disables nothing", async () => {
  const { cloud, tell } = virtualWorld(stack);
  const { Keys } = (await tell(() => cloud.call({ region: EAST, service: "kms", operation: "ListKeys" }, {}, {}))) as { Keys: readonly { KeyId: string }[] }; // ListKeys' output
  const keyId = Keys[0]?.KeyId ?? "";
  const { id } = cloud.faults.add({ kind: "key", region: EAST, resource: keyId });
  expect(kms(cloud, EAST).key(keyId)?.state).toBe("Disabled");
  kms(cloud, EAST).setState(keyId, "Enabled");
  cloud.faults.remove(id);
  expect(kms(cloud, EAST).key(keyId)?.state).toBe("Enabled");
});
