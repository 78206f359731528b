import type { FinalState } from "../../../drill/checker";
import { Witness } from "../../../drill/run/final-state";
import type { DeployedStack } from "../../../platform/stack";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld, type World } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployedStack();
});

/** What a witness says of a story on the living stack. */
async function witnessed(story: (world: World, witness: Witness) => Promise<void>): Promise<FinalState> {
  const world = virtualWorld(stack);
  return world.tell(async () => {
    if (!(await world.until(120, () => world.led() === EAST))) throw new Error("the primary never served");
    const witness = new Witness(world.cloud, stack);
    await story(world, witness);
    return witness.finalState();
  });
}

test("a payment is seen with its receipt and event in both regions, and owed until all four are there", async () => {
  const owed: boolean[] = [];
  const state = await witnessed(async (world, witness) => {
    owed.push(witness.owed());
    await world.pay("k");
    await world.pay("k");
    owed.push(witness.owed());
    await world.kernel.sleep(10_000);
    owed.push(witness.owed());
  });
  expect(owed).toEqual([false, true, false]);
  const [payment] = state.replicas[EAST] ?? [];
  expect(state.replicas[OHIO]).toEqual([payment]);
  for (const region of [EAST, OHIO]) {
    expect(state.derived[region]?.receipts.map(({ key }) => key)).toEqual([expect.stringContaining(payment?.paymentId ?? "none")]);
    expect(state.derived[region]?.events.map(({ eventId }) => eventId)).toEqual([payment?.paymentId]);
  }
  expect(state.invocations).toBe(2);
  expect(state.snapshots).toEqual([]);
});

test("a lost region is seen leaving: what the survivor had before healing, how long each region ailed, DNS and latch", async () => {
  let [lostAt, healedAt, paymentId] = [0, 0, ""];
  const state = await witnessed(async ({ cloud, kernel, pay, until, led, latch }, witness) => {
    paymentId = String((await pay("k")).body["paymentId"]);
    lostAt = kernel.now();
    const { id } = cloud.faults.add({ kind: "outage", region: EAST });
    expect(await until(60, () => led() === OHIO && latch() === "evacuated")).toBe(true);
    healedAt = kernel.now();
    witness.beforeHealing();
    cloud.faults.remove(id);
    await kernel.sleep(10_000);
  });
  expect(state.snapshots).toEqual([{ at: healedAt, since: lostAt, replicas: { [OHIO]: expect.any(Set) } }]);
  expect(state.snapshots[0]?.replicas[OHIO]?.has(paymentId)).toBe(true);
  expect(state.derived[EAST]?.ailing).toEqual([{ from: lostAt, to: healedAt }]);
  expect(state.derived[OHIO]?.ailing).toEqual([]);
  expect(state.routing.secondaryAiledUntil).toBe(-Infinity);
  expect(state.routing.answers.map(({ role }) => role)).toEqual(["PRIMARY", "SECONDARY"]);
  expect(state.routing.latch.at(-1)?.state).toBe("evacuated");
});

test("a fault that names no region makes both ill, and one still in force ails until the end", async () => {
  let from = 0;
  const state = await witnessed(async ({ cloud, kernel }, witness) => {
    from = kernel.now();
    cloud.faults.add({ kind: "service", service: "sns", mode: "error" });
    witness.beforeHealing();
    await kernel.sleep(3_000);
  });
  const ailing = [{ from, to: from + 3_000 }];
  expect([state.derived[EAST]?.ailing, state.derived[OHIO]?.ailing]).toEqual([ailing, ailing]);
  expect(state.routing.secondaryAiledUntil).toBe(from + 3_000);
  // Nobody lost a region, so nothing could have been lost with it.
  expect(state.snapshots).toEqual([]);
});
