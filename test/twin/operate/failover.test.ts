import { failback } from "../../../ops/failback";
import { failover } from "../../../ops/failover";
import type { OperationResult } from "../../../ops/operator";
import { isWhole, status, statusTable } from "../../../ops/status";
import type { DeployedStack } from "../../../platform/stack";
import { deployed, EAST, OHIO, operatedWorld, type Operated } from "./support";

const REASON = "rehearsal of a failover";
const MINUTE = 60_000;
const codeOf = (result: OperationResult): string => (result.outcome === "done" ? "done" : `${result.outcome} ${result.code}`);

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployed("strong");
});

const inService = async (story: (world: Operated) => Promise<void>): Promise<void> => {
  const world = operatedWorld(stack);
  await world.tell(async () => {
    await world.inService();
    await story(world);
  });
};

describe("failover", () => {
  test("without need leaves a healthy primary, stays away from it, and can be undone", () =>
    inService(async (world) => {
      const result = await failover(world.access, { reason: REASON });
      expect(codeOf(result)).toBe("done");
      expect([world.latch(), world.led()]).toEqual(["evacuated", OHIO]);
      expect(result.outcome === "done" && result.dnsAfterMs).toBeLessThan(30_000);
      await world.kernel.sleep(5 * MINUTE);
      expect([world.latch(), world.led(), (await world.pay("there")).region]).toEqual(["evacuated", OHIO, OHIO]);
      // The observer never saw it ill.
      expect(codeOf(await failback(world.access))).toBe("done");
      expect([world.latch(), world.led()]).toEqual(["primary", EAST]);
    }));

  test("twice is refused the second time, and says that it is done", () =>
    inService(async (world) => {
      expect(codeOf(await failover(world.access, { reason: REASON }))).toBe("done");
      const again = await failover(world.access, { reason: REASON });
      expect(codeOf(again)).toBe("refused ALREADY_EVACUATED");
      expect(again.outcome === "refused" && again.why).toMatch(/^the latch is evacuated since 20.*npm run status/);
    }));

  test("by two operators at once is done once", () =>
    inService(async (world) => {
      const results = await Promise.all([failover(world.access, { reason: REASON }), failover(world.access, { reason: REASON })]);
      expect(results.map(codeOf).filter((code) => code === "done")).toHaveLength(1);
      expect(results.map(codeOf).find((code) => code !== "done")).toMatch(/^refused (ALREADY_EVACUATED|CHANGED_MEANWHILE)$/);
    }));

  test.each(["refuse", "vanish"] as const)("to a dead secondary (%s) is refused within seconds, and users stay where they are served", (mode) =>
    inService(async (world) => {
      world.cloud.faults.add({ kind: "outage", region: OHIO, mode });
      const start = world.kernel.now();
      expect(codeOf(await failover(world.access, { reason: REASON }))).toBe("refused LATCH_UNREADABLE");
      expect(world.kernel.now() - start).toBeLessThan(30_000);
      expect(world.led()).toBe(EAST);
    }));

  test("to a secondary that takes no payments is refused", () =>
    inService(async (world) => {
      world.cloud.faults.add({ kind: "service", service: "dynamodb", region: OHIO, operation: "PutItem", resource: stack.outputs.tableName });
      await world.kernel.sleep(15_000);
      expect(codeOf(await failover(world.access, { reason: REASON }))).toBe("refused SECONDARY_UNHEALTHY");
      expect([world.latch(), world.led()]).toEqual(["primary", EAST]);
    }));

  test("without a reason is refused: the trail would say nothing", () =>
    inService(async (world) => {
      for (const reason of [undefined, "", "  because  "]) expect(codeOf(await failover(world.access, { reason }))).toBe("refused REASON_MISSING");
      expect(world.latch()).toBe("primary");
    }));

  test("before the first deployment is in service is refused", async () => {
    const world = operatedWorld(stack);
    await world.tell(async () => {
      expect(codeOf(await failover(world.access, { reason: REASON }))).toBe("refused NOT_IN_SERVICE");
    });
  });

  test("of a primary that does not answer at all is done while its own failover is still under way", () =>
    inService(async (world) => {
      world.cloud.faults.add({ kind: "outage", region: EAST, mode: "vanish" });
      expect(codeOf(await failover(world.access, { reason: REASON }))).toBe("done");
      expect([world.latch(), world.led()]).toEqual(["evacuated", OHIO]);
    }));
});

describe("status", () => {
  test("tells everything that a decision needs", () =>
    inService(async (world) => {
      await world.healthyFor(MINUTE);
      await failover(world.access, { reason: REASON });
      await world.kernel.sleep(15_000);
      const found = await status(world.access);
      expect(isWhole(found)).toBe(true);
      expect(found).toMatchObject({
        dns: { value: { role: "secondary" } },
        latch: { value: { state: "evacuated" } },
        health: { primary: { healthy: true }, secondary: { healthy: true } },
        canaries: { toPrimary: { value: { from: OHIO, to: EAST } }, toSecondary: { value: { from: EAST, to: OHIO } } },
      });
      // The observer's lines are among the operator's.
      const audit = found.audit.ok ? found.audit.value : [];
      expect(audit).toHaveLength(8);
      expect(audit).toContainEqual(expect.objectContaining({ action: "failover", step: "end", outcome: "done", reason: REASON }));
      expect(audit).toContainEqual(expect.objectContaining({ action: "watch", step: "latch", actor: "observer" }));
      expect(await status(world.access, 2)).toMatchObject({ audit: { value: audit.slice(0, 2) } });
      const shown = statusTable(found);
      expect(shown).toMatch(/DNS answers +us-east-2 \(secondary\)[^]*latch +evacuated, since[^]*heartbeat[^]*the primary healthy for/);
      // Each line of the trail says what was done, and an operation's end what for.
      expect(shown).toMatch(/failover: latch: primary -> evacuated/);
      expect(shown).toMatch(new RegExp(`failover: failover done after .* \\(${REASON}\\)`));
    }));

  test.each([
    [EAST, "refuse", ["toPrimary", "toSecondary"]],
    [EAST, "vanish", ["toPrimary", "toSecondary"]],
    [OHIO, "refuse", ["latch", "observer", "toPrimary", "toSecondary"]],
    [OHIO, "vanish", ["latch", "observer", "toPrimary", "toSecondary"]],
  ] as const)("with %s dead (%s) says what it could not read, and reads the rest within seconds", (region, mode, unread) =>
    inService(async (world) => {
      world.cloud.faults.add({ kind: "outage", region, mode });
      const start = world.kernel.now();
      const found = await status(world.access);
      expect(world.kernel.now() - start).toBeLessThan(15_000);
      const { audit, dns, latch, observer, canaries } = found;
      const parts = Object.entries({ audit, dns, latch, observer, ...canaries }).flatMap(([name, { ok }]) => (ok ? [] : [name]));
      expect(parts).toEqual(unread);
      expect(found.health[region === EAST ? "primary" : "secondary"].healthy).toBe(false);
      expect(statusTable(found).match(/unknown: /g)).toHaveLength(unread.length);
    }));
});
