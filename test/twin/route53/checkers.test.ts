import { PESSIMISTIC } from "../../../twin/services/route53/index";
import { DOMAIN, EAST, OHIO, ok, quantile, World } from "./world";

jest.setTimeout(60_000);

/** Seconds: every checker has probed by then. An outage and its aftermath last so long that all has settled. */
const OUTAGE_AT = 20;
const PHASE = 45;
const SEEDS = Array.from({ length: 150 }, (_, index) => index + 1);

interface Case {
  readonly threshold: number;
  readonly mode?: "refuse" | "vanish";
  readonly count?: number;
  readonly pessimistic?: boolean;
}

/** Seconds from the outage until DNS answers the secondary; with `back`, from the end of the outage until the primary. */
async function flip(seed: number, { threshold, mode = "refuse", count = 16, pessimistic = false }: Case): Promise<{ out: number; back: number }> {
  const world = new World(seed);
  world.dns.assume({ ...(pessimistic ? PESSIMISTIC : {}), count });
  world.check({ id: "east", threshold });
  world.failover("east");
  await world.until(OUTAGE_AT);
  const outage = world.cloud.faults.add({ kind: "outage", region: EAST.region, mode });
  await world.until(OUTAGE_AT + PHASE);
  world.cloud.faults.remove(outage.id);
  await world.until(OUTAGE_AT + 2 * PHASE);
  const [out = Infinity, back = Infinity, ...more] = world.times("route53.answer");
  expect(more).toEqual([]);
  return { out: out - OUTAGE_AT, back: back - OUTAGE_AT - PHASE };
}

const flips = (it: Case): Promise<{ out: number; back: number }[]> => Promise.all(SEEDS.map((seed) => flip(seed, it)));

describe("how long until DNS leaves a dead region, over 150 seeds", () => {
  test.each([
    [{ threshold: 1 }, { p50: 8.3, max: 10 }, { p50: 1.7 }],
    [{ threshold: 2 }, { p50: 18.3, max: 20 }, { p50: 11.8 }],
    [{ threshold: 3 }, { p50: 28.3, max: 30 }, { p50: 21.9 }],
  ] as const)("refused connections, %o: about the measured figures, and the way back is faster", async (it, out, back) => {
    const found = await flips(it);
    const outs = found.map((one) => one.out);
    expect(Math.abs(quantile(outs, 0.5) - out.p50)).toBeLessThan(0.6);
    expect(Math.max(...outs)).toBeLessThanOrEqual(out.max);
    expect(Math.abs(quantile(found.map((one) => one.back), 0.5) - back.p50)).toBeLessThan(0.6);
  });

  test("vanishing packets cost one more connect time limit per failure in a row", async () => {
    const outs = (await flips({ threshold: 1, mode: "vanish" })).map(({ out }) => out);
    expect(Math.abs(quantile(outs, 0.5) - 12.3)).toBeLessThan(0.6);
    const twice = (await flips({ threshold: 2, mode: "vanish" })).map(({ out }) => out);
    expect(Math.abs(quantile(twice, 0.5) - 26.3)).toBeLessThan(0.6);
  });

  test.each([
    [{ threshold: 2, count: 6 }, 10, 20],
    [{ threshold: 2, count: 24 }, 10, 20],
    [{ threshold: 2, pessimistic: true }, 10, 30.5],
  ] as const)("other numbers, phases and delays stay in the bounds, %o", async (it, min, max) => {
    const outs = (await flips(it)).map(({ out }) => out);
    expect(Math.min(...outs)).toBeGreaterThan(min - 0.001);
    expect(Math.max(...outs)).toBeLessThanOrEqual(max);
  });

  test("the same seed gives the same log, another seed another one", async () => {
    const log = async (seed: number): Promise<string> => {
      const world = new World(seed);
      world.check({ id: "east" });
      world.failover("east");
      world.cloud.faults.add({ kind: "outage", region: EAST.region });
      await world.until(60);
      return world.kernel.summary().sha256;
    };
    expect(await log(5)).toBe(await log(5));
    expect(await log(5)).not.toBe(await log(6));
  });
});

describe("a checker's request", () => {
  test("goes to the check's path and host, as Route 53's own agent, from outside, at the interval", async () => {
    const world = new World();
    world.dns.assume({ count: 6 });
    world.check({ id: "abc", intervalMs: 30_000, path: "/health?deep=1" });
    await world.until(60);
    expect(world.requests).toHaveLength(2 * 6);
    const { region, request } = world.requests[0] ?? {};
    expect(region).toBe(EAST.region);
    expect(request).toMatchObject({ method: "GET", host: `east.${DOMAIN}`, target: "/health?deep=1" });
    expect(request?.headers["user-agent"]).toEqual(["Amazon-Route53-Health-Check-Service (ref abc; report http://amzn.to/1vsZADi)"]);
    expect(new Set(world.requests.map(({ request: { sourceIp } }) => sourceIp)).size).toBe(6);
  });

  test("follows DNS at every probe: the name may lead elsewhere tomorrow", async () => {
    const world = new World();
    world.check({ id: "east" });
    world.failover("east");
    world.check({ id: "roaming", fqdn: `pay.${DOMAIN}` });
    world.cloud.faults.add({ kind: "outage", region: EAST.region });
    await world.until(60);
    expect(world.dns.status("roaming").healthy).toBe(true);
    expect(new Set(world.requests.map(({ region }) => region))).toEqual(new Set([OHIO.region]));
  });
});

describe("what a checker takes for healthy", () => {
  const body = (bytes: number): string => `${"é".repeat(Math.floor(bytes / 2))}needle`;
  const late = (world: World, ms: number) => async () => {
    await world.kernel.sleep(ms);
    return ok;
  };
  test.each([
    ["status 200", {}, { status: 200 }, true],
    ["a redirect", {}, { status: 302 }, true],
    ["status 400", {}, { status: 400 }, false],
    ["status 503", {}, { status: 503 }, false],
    ["status 503 with the string", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { status: 503, body: "needle" }, false],
    ["the string", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { body: "a needle in hay" }, true],
    ["no string", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { body: "hay" }, false],
    ["the string in other letters", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { body: "NEEDLE" }, false],
    ["the string at the end of the first 5,120 bytes", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { body: body(5_114) }, true],
    ["the string across that limit", { type: "HTTPS_STR_MATCH", searchString: "needle" }, { body: body(5_116) }, false],
  ] as const)("%s", async (_, check, answer, healthy) => {
    const world = new World();
    world.answers[EAST.region] = () => ({ ...ok, ...answer });
    world.check({ id: "it", ...check });
    await world.until(40);
    expect(world.dns.status("it").healthy).toBe(healthy);
  });

  test.each([
    [1_900, true],
    [2_100, false],
    [60_000, false],
  ])("an answer after %d ms", async (ms, healthy) => {
    const world = new World();
    world.answers[EAST.region] = late(world, ms);
    world.check({ id: "it" });
    await world.until(60);
    expect(world.dns.status("it").healthy).toBe(healthy);
  });

  test.each([
    ["a name that DNS does not know", { fqdn: `nowhere.${DOMAIN}` }],
    ["an address where nothing is", { fqdn: `hole.${DOMAIN}` }],
  ])("%s is unhealthy", async (_, check) => {
    const world = new World();
    world.record({ name: `hole.${DOMAIN}`, type: "A", values: ["192.0.2.99"] });
    world.check({ id: "it", ...check });
    await world.until(60);
    expect(world.dns.status("it")).toMatchObject({ healthy: false, checkers: 16, healthyCheckers: 0 });
  });

  test("a defect of the front door is no verdict: it ends the run", async () => {
    const world = new World();
    world.answers[EAST.region] = () => {
      throw new TypeError("defect");
    };
    world.check({ id: "it" });
    await expect(world.until(60)).rejects.toThrow("defect");
  });

  test("three of sixteen healthy checkers suffice, two do not", async () => {
    const world = new World();
    world.dns.assume({ count: 16 });
    const regions = Array.from({ length: 16 }, (_, index) => `r${index}`);
    world.check({ id: "it", regions });
    world.dns.blind(regions.slice(3));
    await world.until(60);
    expect(world.dns.status("it")).toMatchObject({ healthy: true, healthyCheckers: 3 });
    world.dns.blind(regions.slice(2));
    await world.until(120);
    expect(world.dns.status("it")).toMatchObject({ healthy: false, healthyCheckers: 2 });
    world.dns.blind([]);
    await world.until(180);
    expect(world.dns.status("it")).toMatchObject({ healthy: true, healthyCheckers: 16 });
  });

  test("failures count in a row only: every second probe failing moves no checker", async () => {
    const world = new World();
    const probes = new Map<string, number>();
    world.answers[EAST.region] = () => {
      const checker = world.requests.at(-1)?.request.sourceIp ?? "";
      probes.set(checker, (probes.get(checker) ?? 0) + 1);
      return { ...ok, status: (probes.get(checker) ?? 0) % 2 === 0 ? 200 : 503 };
    };
    world.check({ id: "it", threshold: 2 });
    await world.until(120);
    expect(world.dns.status("it")).toMatchObject({ healthy: true, healthyCheckers: 16 });
  });

  test("one blind checker region out of three moves no traffic", async () => {
    const world = new World();
    world.check({ id: "east" });
    world.failover("east");
    world.dns.blind(["us-east-1"]);
    await world.until(120);
    expect(world.times("route53.answer")).toEqual([]);
    expect(world.dns.status("east").healthyCheckers).toBe(10);
  });
});

test.each([5, 25, 6.5])("assuming %d checkers is refused: results must hold for 6..24", (count) => {
  expect(() => new World().dns.assume({ count })).toThrow(/allowed 6\.\.24/);
});
