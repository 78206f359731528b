import type { Cloud } from "../../../twin/cloud";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { lambda } from "../../../twin/services/lambda/index";
import { config, handlerOf, makeCloud, published, REGION, settle, virtualCloud } from "./support";

const working = (ms: number): string => handlerOf(`await runtime.clock.sleep(${ms}); return 1;`);

function deployed(ms: number, more: Parameters<typeof config>[1] = {}) {
  const { kernel, cloud } = virtualCloud();
  const service = lambda(cloud, REGION);
  service.deploy(config(working(ms), { timeoutSeconds: 900, ...more }));
  const reason = (reference = "fn") => service.invoke(reference, {}, {}).then(() => "ran", ({ Reason }: { Reason: string }) => Reason);
  /** How `callers` at once fare: how many ran, how many were turned away, and why. */
  const burst = async (callers: number): Promise<Readonly<Record<string, number>>> => {
    const outcomes = await settle(kernel, Promise.all(Array.from({ length: callers }, () => reason())));
    return Object.fromEntries([...new Set(outcomes)].sort().map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]));
  };
  return { kernel, cloud, service, burst, reason };
}

describe("a function's concurrency grows by 1,000 environments in ten seconds", () => {
  test("a failover's whole load at once is let through only so far", async () => {
    const { service, burst } = deployed(60_000);
    service.setConcurrencyQuota(5000);
    expect(await burst(1200)).toEqual({ ConcurrentInvocationLimitExceeded: 200, ran: 1000 });
  });

  test("ten seconds later as many more find room, and no more than that after a quiet hour", async () => {
    const { kernel, service, reason } = deployed(600_000);
    service.setConcurrencyQuota(5000);
    const wave = async (callers: number): Promise<number> => {
      const turnedAway: string[] = [];
      for (let n = 0; n < callers; n += 1) void reason().then((said) => said !== "ran" && turnedAway.push(said));
      await kernel.run({ untilMs: kernel.now() + 1 });
      return callers - turnedAway.length;
    };
    expect(await wave(1500)).toBe(1000);
    await kernel.run({ untilMs: kernel.now() + 10_000 });
    expect(await wave(1500)).toBe(1000);
    await kernel.run({ untilMs: kernel.now() + 100_000 });
    expect(await wave(1500)).toBe(1000);
  });

  test("one function's burst costs another nothing", async () => {
    const { kernel, service, burst, reason } = deployed(60_000);
    service.setConcurrencyQuota(5000);
    service.deploy(config(working(1), { name: "read" }));
    const [first, other] = await settle(kernel, Promise.all([burst(1200), reason("read")]));
    expect(first).toEqual({ ConcurrentInvocationLimitExceeded: 200, ran: 1000 });
    expect(other).toBe("ran");
  });
});

describe("ten requests a second for each execution that a function may have", () => {
  test("a flood on a function with a small reservation is turned away though its answers take no time", async () => {
    const { kernel, service, reason } = deployed(0, { reserved: 20 });
    await settle(kernel, reason());
    const outcomes: string[] = [];
    for (let n = 0; n < 10_000; n += 1) kernel.spawn(n, async () => void outcomes.push(await reason()));
    await kernel.run({ untilMs: kernel.now() + 11_000 });
    const ran = outcomes.filter((outcome) => outcome === "ran").length;
    // 1,000 requests a second for ten seconds, of which 200 a second and the first second's are let through.
    expect(ran).toBeGreaterThanOrEqual(2000);
    expect(ran).toBeLessThanOrEqual(2200);
    expect(new Set(outcomes)).toEqual(new Set(["ran", "ReservedFunctionInvocationRateLimitExceeded"]));
    expect(service.environments("fn").busy).toBe(0);
  });
});

describe("a bound that somebody sets on a living function", () => {
  test("holds from the next call on, and goes when it is lifted", async () => {
    const { service, burst } = deployed(1000);
    service.limit("fn", 2);
    expect(await burst(5)).toEqual({ ReservedFunctionConcurrentInvocationLimitExceeded: 3, ran: 2 });
    service.limit("fn", undefined);
    expect(await burst(5)).toEqual({ ran: 5 });
  });

  test("does not lift what is reserved", async () => {
    const { service, burst } = deployed(1000, { reserved: 1 });
    service.limit("fn", 3);
    expect(await burst(3)).toEqual({ ReservedFunctionConcurrentInvocationLimitExceeded: 2, ran: 1 });
  });
});

test("an initialisation is none of a function's duration: cold starts sound no alarm on slow code", async () => {
  const { kernel, cloud, reason } = deployed(40);
  await settle(kernel, reason());
  expect(published(cloud, "Duration", { FunctionName: "fn" })).toEqual([40]);
});

test("a cold start takes as long as the twin is told to assume", async () => {
  const kernel = new VirtualKernel(1);
  const cloud: Cloud = makeCloud(kernel, new InProcessHost(() => cloud, { low: 900, high: 1000 }));
  lambda(cloud, REGION).deploy(config(working(0)));
  const start = kernel.now();
  await settle(kernel, lambda(cloud, REGION).invoke("fn", {}, {}));
  expect(kernel.now() - start).toBeGreaterThanOrEqual(900);
});
