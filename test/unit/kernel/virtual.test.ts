import { every, within } from "../../../twin/kernel/kernel";
import { VIRTUAL_EPOCH, VirtualKernel } from "../../../twin/kernel/virtual";

/** A small world that draws, sleeps and races: enough to show any hidden order. */
async function world(seed: number): Promise<{ sha256: string; events: number }> {
  const kernel = new VirtualKernel(seed);
  for (let client = 0; client < 20; client += 1) {
    kernel.spawn(0, async () => {
      const random = kernel.random(`client/${client}`);
      for (let i = 0; i < 10; i += 1) {
        await kernel.sleep(random.between(1, 100));
        kernel.record("tick", { client, i });
      }
    });
  }
  await kernel.run();
  return kernel.summary();
}

describe("virtual time", () => {
  test("the same seed gives the same event log, so that a failing drill can be replayed", async () => {
    expect(await world(7)).toEqual(await world(7));
  });

  test("another seed gives another log, so that seeds explore", async () => {
    expect((await world(7)).sha256).not.toBe((await world(8)).sha256);
  });

  test("events of one instant run in the order in which they were asked for", async () => {
    const kernel = new VirtualKernel(1);
    const seen: string[] = [];
    kernel.after(5, () => seen.push("a"));
    kernel.after(5, () => seen.push("b"));
    kernel.after(1, () => seen.push("first"));
    kernel.after(5, () => seen.push("c"));
    await kernel.run();
    expect(seen).toEqual(["first", "a", "b", "c"]);
  });

  test("a heap of many events comes out sorted", async () => {
    const kernel = new VirtualKernel(3);
    const random = kernel.random("times");
    const seen: number[] = [];
    for (let i = 0; i < 2000; i += 1) kernel.after(random.below(500), () => seen.push(kernel.now()));
    await kernel.run();
    expect(seen).toHaveLength(2000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test("a day passes without waiting", async () => {
    const kernel = new VirtualKernel(1);
    await Promise.all([kernel.sleep(86_400_000), kernel.run()]);
    expect(kernel.now() - VIRTUAL_EPOCH).toBe(86_400_000);
  });

  test("a cancelled event does not happen and does not move time", async () => {
    const kernel = new VirtualKernel(1);
    const seen: string[] = [];
    kernel.after(10, () => seen.push("cancelled")).cancel();
    await kernel.run();
    expect(seen).toEqual([]);
    expect(kernel.now()).toBe(VIRTUAL_EPOCH);
  });

  test("time passes although nothing happens", async () => {
    const kernel = new VirtualKernel(1);
    await kernel.run({ untilMs: VIRTUAL_EPOCH + 500 });
    expect(kernel.now()).toBe(VIRTUAL_EPOCH + 500);
  });

  test("run stops at the given instant and goes on from there", async () => {
    const kernel = new VirtualKernel(1);
    let ticks = 0;
    every(kernel, 10, 10, () => (ticks += 1));
    await kernel.run({ untilMs: VIRTUAL_EPOCH + 35 });
    expect(ticks).toBe(3);
    expect(kernel.now()).toBe(VIRTUAL_EPOCH + 35);
    await kernel.run({ untilMs: VIRTUAL_EPOCH + 50 });
    expect(ticks).toBe(5);
  });

  test("a process that fails ends the run, so that a defect of the twin is never mistaken for a result", async () => {
    const kernel = new VirtualKernel(1);
    kernel.spawn(1, async () => {
      throw new Error("broken model");
    });
    await expect(kernel.run()).rejects.toThrow("broken model");
  });
});

describe("within", () => {
  test.each([
    ["in time", 5, { timedOut: false, value: "done" }],
    ["too late", 50, { timedOut: true }],
  ])("work that is %s", async (_name, ms, expected) => {
    const kernel = new VirtualKernel(1);
    const work = kernel.sleep(ms).then(() => "done");
    const [result] = await Promise.all([within(kernel, 20, work), kernel.run()]);
    expect(result).toEqual(expected);
  });

  test("the failure of work in time is the caller's", async () => {
    const kernel = new VirtualKernel(1);
    const race = within(kernel, 20, Promise.reject(new Error("no")));
    await expect(Promise.all([race, kernel.run()])).rejects.toThrow("no");
  });
});
