import { toLatchItem } from "../../../lambda/switch/store";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { failback, type FailbackOptions } from "../../../ops/failback";
import type { OperationResult } from "../../../ops/operator";
import { status } from "../../../ops/status";
import type { DeployedStack } from "../../../platform/stack";
import { operated, withInputs } from "../../helpers/system";
import type { Fault } from "../../../twin/kernel/fault-kinds";
import { canaries, deployed, EAST, OHIO, operatedWorld, type Operated } from "./support";

const MINUTE = 60_000;
const REASON = "rehearsal of the return";
const codeOf = (result: OperationResult): string => (result.outcome === "done" ? "done" : `${result.outcome} ${result.code}`);

describe.each(["strong", "eventual"] as const)("failback in %s mode", (consistency) => {
  let stack: DeployedStack;
  beforeAll(async () => {
    stack = await deployed(consistency);
  });
  const quick: FailbackOptions = { canariesForMs: 20_000 };

  /** An evacuated stack whose primary is well again; `story` sees it. */
  const evacuated = async (story: (world: Operated) => Promise<void>): Promise<void> => {
    const world = operatedWorld(stack);
    await world.tell(async () => {
      await world.evacuated();
      await story(world);
    });
  };

  test("returns traffic to the primary once the observer has seen it healthy for 3 minutes, and the latch follows DNS", () =>
    evacuated(async (world) => {
      expect((await world.pay("while-away")).region).toBe(OHIO);
      await world.healthyFor(2.5 * MINUTE);
      expect(codeOf(await failback(world.access, quick))).toBe("refused PRIMARY_TOO_YOUNG");
      expect([world.latch(), world.led()]).toEqual(["evacuated", OHIO]);
      await world.healthyFor(3 * MINUTE);
      const start = world.kernel.now();
      const result = await failback(world.access, quick);
      expect(codeOf(result)).toBe("done");
      expect([world.latch(), world.led()]).toEqual(["primary", EAST]);
      expect(world.kernel.now() - start).toBeGreaterThan(consistency === "strong" ? 0 : 20_000);
      // Both regions have the canaries of both, under ids that come again.
      expect([...canaries(world, stack, EAST)].sort()).toEqual([...canaries(world, stack, OHIO)].sort());
      expect(canaries(world, stack, EAST).filter((id) => id.includes(EAST)).length).toBeGreaterThanOrEqual(consistency === "strong" ? 1 : 15);
      expect((await world.pay("while-away")).status).toBe(200);
      expect((await world.pay("after")).region).toBe(EAST);
      // Lagging answers do not latch it again.
      await world.kernel.sleep(2 * MINUTE);
      expect([world.latch(), world.led()]).toEqual(["primary", EAST]);
    }));

  test.each<[string, Fault, number, string]>([
    // The primary's users reach it, so that its own health is good.
    ["the observer does not reach the primary", { kind: "partition", region: OHIO, peer: EAST, direction: "out" }, 1, "refused PRIMARY_TOO_YOUNG"],
    ["the observer has not come for 3 minutes", { kind: "service", service: "lambda", region: OHIO, operation: "Invoke", resource: "payments-observer-us-east-2-local" }, 5, "refused OBSERVER_STALE"],
  ])("is refused while %s, and nothing moves", (_name, fault, minutes, expected) =>
    evacuated(async (world) => {
      await world.healthyFor(3 * MINUTE);
      world.cloud.faults.add(fault);
      await world.kernel.sleep(minutes * MINUTE);
      expect(codeOf(await failback(world.access, quick))).toBe(expected);
      expect([world.latch(), world.led()]).toEqual(["evacuated", OHIO]);
    }));

  test("is refused while the primary's health route fails, forced or not", () =>
    evacuated(async (world) => {
      await world.healthyFor(3 * MINUTE);
      world.cloud.faults.add({ kind: "service", service: "dynamodb", region: EAST, operation: "PutItem" });
      await world.kernel.sleep(15_000);
      expect(codeOf(await failback(world.access, quick))).toBe("refused PRIMARY_UNHEALTHY");
      expect(codeOf(await failback(world.access, { ...quick, force: true, reason: REASON }))).toBe("refused PRIMARY_UNHEALTHY");
      expect(world.latch()).toBe("evacuated");
    }));

  test.each(["refuse", "vanish"] as const)("to a dead region (%s) is refused even with force, within seconds", (mode) =>
    evacuated(async (world) => {
      await world.healthyFor(3 * MINUTE);
      world.cloud.faults.add({ kind: "outage", region: EAST, mode });
      const start = world.kernel.now();
      expect(codeOf(await failback(world.access, { force: true, reason: REASON }))).toBe("refused PRIMARY_UNHEALTHY");
      expect(world.kernel.now() - start).toBeLessThan(30_000);
      expect(world.latch()).toBe("evacuated");
    }));

  test("is refused while a canary does not arrive, and says which way", () =>
    evacuated(async (world) => {
      await world.healthyFor(3 * MINUTE);
      // Health goes on; only reads of canaries in the primary find nothing.
      world.cloud.faults.add({ kind: "service", service: "dynamodb", region: EAST, operation: "GetItem" });
      const result = await failback(world.access, quick);
      expect(codeOf(result)).toBe("refused REPLICATION_BEHIND");
      expect(result.outcome === "done" ? "" : result.why).toMatch(/a canary of us-east-2 has not arrived in us-east-1 within 5 s/);
      expect(world.latch()).toBe("evacuated");
    }));

  test("forced with a reason waits for nothing, and the trail keeps the reason", () =>
    evacuated(async (world) => {
      expect(codeOf(await failback(world.access, { force: true, reason: "hurry" }))).toBe("refused REASON_MISSING");
      const result = await failback(world.access, { force: true, reason: REASON });
      expect(codeOf(result)).toBe("done");
      expect([world.latch(), world.led()]).toEqual(["primary", EAST]);
      expect(canaries(world, stack, EAST)).toEqual([]);
      const trail = dynamodb(world.cloud, OHIO).items(stack.outputs.auditTableName).filter(({ reason }) => reason?.S === REASON);
      expect(trail.map(({ step, outcome }) => [step?.S, outcome?.S])).toEqual(result.steps.map(({ step, outcome }) => [step, outcome]));
      expect(trail.map(({ step }) => step?.S)).toEqual(expect.arrayContaining(["force", "latch", "dns", "end"]));
      expect(trail.every(({ actor }) => actor?.S?.startsWith("arn:aws:"))).toBe(true);
    }));
});

describe("failback", () => {
  let strong: DeployedStack;
  let eventual: DeployedStack;
  beforeAll(async () => {
    [strong, eventual] = await Promise.all([deployed("strong"), deployed("eventual")]);
  });

  test("of a primary that is not held out is refused", async () => {
    const world = operatedWorld(strong);
    await world.tell(async () => {
      await world.inService();
      expect(codeOf(await failback(world.access, { force: true, reason: REASON }))).toBe("refused NOT_EVACUATED");
    });
  });

  test("asked for by two operators at once moves the latch once", async () => {
    const world = operatedWorld(strong);
    await world.tell(async () => {
      await world.evacuated();
      await world.healthyFor(3 * MINUTE);
      const results = await Promise.all([failback(world.access), failback(world.access)]);
      const codes = results.map(codeOf).sort();
      expect(codes[0]).toBe("done");
      expect(codes[1]).toMatch(/^refused (ALREADY_RETURNING|CHANGED_MEANWHILE)$/);
    });
  });

  test("that DNS does not follow goes back to evacuated by itself and is told as failed", async () => {
    // Route 53 asks a path that is not there, so the primary is well for everybody but for DNS.
    const misled = operated(strong, (resource) => (resource.type.endsWith(":HealthCheck") && resource.inputs["fqdn"] === strong.outputs.hostnames.primary ? withInputs(resource, { resourcePath: "/nothing" }) : resource));
    const world = operatedWorld(misled);
    await world.tell(async () => {
      await world.kernel.sleep(MINUTE);
      const latch = toLatchItem({ state: "evacuated", since: Math.floor(world.kernel.now()), version: 7 });
      await world.cloud.call({ region: OHIO, service: "dynamodb", operation: "PutItem" }, { TableName: strong.outputs.controlTableName, Item: latch }, {});
      await world.healthyFor(3 * MINUTE);
      const start = world.kernel.now();
      expect(codeOf(await failback(world.access))).toBe("failed RETURN_FAILED");
      expect(world.kernel.now() - start).toBeGreaterThan(10 * MINUTE);
      expect([world.latch(), world.led()]).toEqual(["evacuated", OHIO]);
    });
  });

  test("in the replication's lag is refused: what the secondary took is not in the primary yet", async () => {
    const world = operatedWorld(eventual);
    await world.tell(async () => {
      await world.evacuated();
      await world.healthyFor(3 * MINUTE);
      world.cloud.faults.add({ kind: "replication", service: "dynamodb", region: OHIO });
      expect(codeOf(await failback(world.access, { canariesForMs: 20_000 }))).toBe("refused REPLICATION_BEHIND");
      expect(world.led()).toBe(OHIO);
      // The status says which way.
      expect((await status(world.access)).canaries).toMatchObject({ toPrimary: { ok: false }, toSecondary: { ok: true } });
    });
  });

  test("names what S3 has still to replicate and does not wait for it", async () => {
    const world = operatedWorld(strong);
    await world.tell(async () => {
      await world.evacuated();
      await world.healthyFor(3 * MINUTE);
      expect(codeOf(await failback(world.access))).toBe("done");
      expect(world.lines.filter((line) => line.includes("S3"))).toHaveLength(1);
    });
  });
});
