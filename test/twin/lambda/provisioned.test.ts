import { lambda } from "../../../twin/services/lambda/index";
import { COLD_START_MS } from "../../../twin/services/lambda/in-process";
import { config, handlerOf, published, REGION, settle, virtualCloud } from "./support";

const busy = handlerOf(`await runtime.clock.sleep(100); return runtime.env.AWS_LAMBDA_INITIALIZATION_TYPE + " " + context.functionVersion;`);
const PROVISIONED = "provisioned-concurrency 1";
const ON_DEMAND = "on-demand 1";

/** A published function with an alias `live` and `executions` environments provisioned for it, after its first seconds. */
async function standby(executions: number, code = busy, more: Parameters<typeof config>[1] = {}) {
  const { kernel, cloud } = virtualCloud();
  const service = lambda(cloud, REGION);
  service.deploy(config(code, { version: "1", ...more }));
  service.alias("fn", "live", "1");
  service.provision("fn", "live", executions);
  await kernel.run({ untilMs: kernel.now() + COLD_START_MS.high });
  const invoke = (reference = "fn:live", event: unknown = {}) => service.invoke(reference, event, {});
  /** What came back and how long it took, by the kernel's clock. */
  const timed = async (reference?: string) => {
    const start = kernel.now();
    const { payload } = await invoke(reference);
    return { payload, ms: kernel.now() - start };
  };
  const total = (metric: string): number =>
    published(cloud, `ProvisionedConcurrency${metric}`, { FunctionName: "fn", Resource: "fn:live" }).reduce((sum, value) => sum + value, 0);
  return { kernel, cloud, service, invoke, timed, total };
}

describe("provisioned concurrency", () => {
  test("the first payer after a failover waits for no cold start", async () => {
    const { kernel, timed, total } = await standby(1);
    expect(await settle(kernel, timed())).toEqual({ payload: PROVISIONED, ms: 100 });
    expect([total("Invocations"), total("SpilloverInvocations")]).toEqual([1, 0]);
  });

  test("more callers than environments spill over into cold ones, and operators can count them", async () => {
    const { kernel, timed, total } = await standby(2);
    const runs = await settle(kernel, Promise.all([timed(), timed(), timed()]));
    expect(runs.map(({ payload }) => payload)).toEqual([PROVISIONED, PROVISIONED, ON_DEMAND]);
    expect(runs[2]?.ms).toBeGreaterThanOrEqual(100 + COLD_START_MS.low);
    expect([total("Invocations"), total("SpilloverInvocations")]).toEqual([2, 1]);
  });

  test.each([
    ["fn", "on-demand $LATEST"],
    ["arn:aws:lambda:us-east-1:123456789012:function:fn", "on-demand $LATEST"],
    ["fn:1", PROVISIONED],
    ["arn:aws:lambda:us-east-1:123456789012:function:fn:live", PROVISIONED],
  ])("a caller of %s gets an environment of its version: %s", async (reference, payload) => {
    const { kernel, invoke } = await standby(1);
    expect(await settle(kernel, invoke(reference))).toMatchObject({ payload });
  });

  test("an environment that dies is replaced, so that the standby does not wear away", async () => {
    const { kernel, service, invoke } = await standby(1, handlerOf(`await runtime.clock.sleep(event.ms ?? 0);`));
    await settle(kernel, invoke("fn:live", { ms: 60_000 }));
    await kernel.run({ untilMs: kernel.now() + COLD_START_MS.high });
    expect(service.provisioned("fn:live")).toEqual({ allocated: 1, available: 1 });
  });

  test("a region that comes back has its environments again, and none while it is gone", async () => {
    const { kernel, cloud, service } = await standby(3);
    const { id } = cloud.faults.add({ kind: "outage", region: REGION });
    await kernel.run({ untilMs: kernel.now() + 10_000 });
    expect(service.provisioned("fn:live")).toEqual({ allocated: 3, available: 0 });
    cloud.faults.remove(id);
    await kernel.run({ untilMs: kernel.now() + COLD_START_MS.high });
    expect(service.provisioned("fn:live")).toEqual({ allocated: 3, available: 3 });
  });

  test("what is provisioned is taken from the account's unreserved pool, also while it is idle", async () => {
    const { kernel, service, invoke } = await standby(2);
    service.setConcurrencyQuota(3);
    const both = Promise.all(["fn", "fn"].map((reference) => invoke(reference).then(() => "ran", ({ Reason }: { Reason: string }) => Reason)));
    expect(await settle(kernel, both)).toEqual(["ran", "ConcurrentInvocationLimitExceeded"]);
  });

  test("a reservation bounds provisioned and other executions together", async () => {
    const { kernel, invoke } = await standby(1, busy, { reserved: 2 });
    const three = Promise.all([1, 2, 3].map(() => invoke().then(({ payload }) => payload, ({ Reason }: { Reason: string }) => Reason)));
    expect(await settle(kernel, three)).toEqual([PROVISIONED, ON_DEMAND, "ReservedFunctionConcurrentInvocationLimitExceeded"]);
  });

  test("code that does not load fails its callers instead of hanging the standby", async () => {
    const { kernel, service, invoke } = await standby(1, `throw new Error("no such module");`);
    expect(service.provisioned("fn:live")).toEqual({ allocated: 1, available: 0 });
    expect(await settle(kernel, invoke())).toMatchObject({ functionError: { errorMessage: "no such module" } });
  });
});

test("an alias to a version that nobody published, and a qualifier that does not exist, are not found", async () => {
  const { service, invoke } = await standby(1);
  const notFound = expect.objectContaining({ name: "ResourceNotFoundException" }) as Error; // an asymmetric matcher
  expect(() => service.alias("fn", "next", "2")).toThrow(notFound);
  expect(() => service.provision("fn", "next", 1)).toThrow(notFound);
  await expect(invoke("fn:next")).rejects.toMatchObject({ name: "ResourceNotFoundException", message: expect.stringContaining("function:fn:next") as string }); // as above
});
