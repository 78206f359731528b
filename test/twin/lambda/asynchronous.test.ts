import { VIRTUAL_EPOCH } from "../../../twin/kernel/virtual";
import type { AsyncSettings } from "../../../twin/services/lambda/asynchronous";
import { lambda } from "../../../twin/services/lambda/index";
import { config, handlerOf, REGION, virtualCloud } from "./support";

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FAILING = handlerOf(`runtime.log({ at: runtime.clock.now() }); throw new Error("no luck");`);
const WELL = handlerOf("runtime.log({ at: runtime.clock.now(), event });");

/** A function that Lambda has accepted one event for, and what became of it. */
function accepted(code: string, settings?: AsyncSettings) {
  const { kernel, cloud } = virtualCloud();
  const service = lambda(cloud, REGION);
  let givenUp = 0;
  kernel.observe(({ kind }) => void (givenUp += Number(kind === "lambda.event-given-up")));
  service.deploy(config(code));
  if (settings) service.queue.configure("fn", settings);
  const runs = () => service.logs("fn").flatMap(({ line }) => (line.startsWith('{"at"') ? [JSON.parse(line) as { at: number; event?: unknown }] : [])); // the function's own lines
  const until = (ms: number) => kernel.run({ untilMs: VIRTUAL_EPOCH + ms });
  return { cloud, service, runs, until, givenUp: () => givenUp, accept: () => service.queue.accept("fn", { n: 1 }) };
}

const secondsOf = (runs: readonly { readonly at: number }[]): readonly number[] => runs.map(({ at }) => Math.round((at - VIRTUAL_EPOCH) / SECOND));

describe("an event that Lambda runs on its own time", () => {
  test("runs once where the function takes it", async () => {
    const { accept, runs, until, givenUp } = accepted(WELL);
    accept();
    await until(HOUR);
    expect(runs()).toEqual([{ at: expect.any(Number), event: { n: 1 } }]);
    expect(givenUp()).toBe(0);
  });

  test.each<[string, AsyncSettings | undefined, readonly number[]]>([
    ["a minute and then two minutes after its failures, as Lambda does by itself", undefined, [0, 60, 180]],
    ["once where one retry is configured", { retries: 1, maxAgeMs: 6 * HOUR }, [0, 60]],
    ["never where none is", { retries: 0, maxAgeMs: 6 * HOUR }, [0]],
    ["never where it would be too old by then", { retries: 2, maxAgeMs: MINUTE }, [0]],
  ])("comes again %s, and is given up", async (_, settings, expected) => {
    const { accept, runs, until, givenUp } = accepted(FAILING, settings);
    accept();
    await until(HOUR);
    expect(secondsOf(runs())).toEqual(expected);
    expect(givenUp()).toBe(1);
  });

  test("waits while the function is throttled, however often that is, and runs soon after", async () => {
    const { cloud, accept, runs, until, givenUp } = accepted(WELL);
    const none = cloud.faults.add({ kind: "concurrency", region: REGION, resource: "fn", limit: 0 });
    accept();
    await until(3 * HOUR);
    expect(runs()).toEqual([]);
    cloud.faults.remove(none.id);
    // Pauses grow to five minutes.
    await until(3 * HOUR + 5 * MINUTE + SECOND);
    expect([runs().length, givenUp()]).toEqual([1, 0]);
  });

  test("is given up when it has been throttled for as long as it may live", async () => {
    const { cloud, accept, runs, until, givenUp } = accepted(WELL, { retries: 2, maxAgeMs: 10 * MINUTE });
    const none = cloud.faults.add({ kind: "concurrency", region: REGION, resource: "fn", limit: 0 });
    accept();
    await until(10 * MINUTE);
    cloud.faults.remove(none.id);
    await until(HOUR);
    expect([runs(), givenUp()]).toEqual([[], 1]);
  });

  test("is not accepted for a function that is not there", () => {
    const { service } = accepted(WELL);
    expect(() => service.queue.accept("gone", {})).toThrow(expect.objectContaining({ name: "ResourceNotFoundException" }));
  });
});
