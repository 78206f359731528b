import { chooseFailover } from "../../../twin/services/route53/index";
import { OHIO, EAST, World } from "../../twin/route53/world";

describe("which region DNS answers", () => {
  test.each([
    [true, true, "PRIMARY"],
    [true, false, "PRIMARY"],
    [false, true, "SECONDARY"],
    [false, false, "PRIMARY"],
  ] as const)("primary healthy %s, secondary healthy %s: %s", (primary, secondary, expected) => {
    expect(chooseFailover(primary, secondary)).toBe(expected);
  });

  // An inverted check that has not run yet is unhealthy: a check whose state is known without any probe.
  test.each([
    ["a healthy primary keeps the traffic", { primary: true, secondary: true }, EAST.target],
    ["a healthy primary keeps it when the secondary is ill", { primary: true, secondary: false }, EAST.target],
    ["an ill primary loses it to a healthy secondary", { primary: false, secondary: true }, OHIO.target],
    ["a secondary whose own check fails never gets traffic", { primary: false, secondary: false }, EAST.target],
    ["a secondary without a check gets it whenever the primary is ill", { primary: false, secondary: undefined }, OHIO.target],
    ["a secondary without a check waits while the primary is well", { primary: true, secondary: undefined }, EAST.target],
  ])("%s", (_, { primary, secondary }, expected) => {
    const world = new World();
    world.check({ id: "primary", inverted: !primary });
    if (secondary !== undefined) world.check({ id: "secondary", inverted: !secondary });
    world.failover("primary", secondary === undefined ? undefined : "secondary");
    expect(world.target()).toBe(expected);
  });

  test("a failover name with one record only answers it, ill or not", () => {
    const world = new World();
    world.check({ id: "ill", inverted: true });
    world.record({ name: "one.example.test", type: "A", values: ["192.0.2.1"], setIdentifier: "p", healthCheckId: "ill", routing: { kind: "failover", role: "PRIMARY" } });
    expect(world.dns.resolve("one.example.test")).toEqual({ address: "192.0.2.1", ttlSeconds: 5 });
  });
});

describe("weighted records", () => {
  const shares = (records: readonly { weight: number; ill?: boolean }[]): readonly number[] => {
    const world = new World();
    world.check({ id: "ill", inverted: true });
    records.forEach(({ weight, ill }, index) =>
      world.record({
        name: "w.example.test",
        type: "A",
        values: [`192.0.2.${index}`],
        setIdentifier: String(index),
        routing: { kind: "weighted", weight },
        ...(ill ? { healthCheckId: "ill" } : {}),
      }),
    );
    const counts = records.map(() => 0);
    for (let i = 0; i < 4_000; i += 1) {
      const index = Number(world.dns.resolve("w.example.test")?.address.split(".").pop());
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts.map((count) => Math.round((10 * count) / 4_000));
  };

  test.each([
    ["traffic is shared by weight", [{ weight: 90 }, { weight: 10 }], [9, 1]],
    ["weight 0 gets nothing while another is healthy", [{ weight: 1 }, { weight: 0 }], [10, 0]],
    ["all weights 0: equal shares", [{ weight: 0 }, { weight: 0 }], [5, 5]],
    ["an ill record gets nothing", [{ weight: 50, ill: true }, { weight: 50 }], [0, 10]],
    ["weight 0 helps out when all others are ill", [{ weight: 50, ill: true }, { weight: 0 }], [0, 10]],
    ["all ill: as if all were healthy", [{ weight: 80, ill: true }, { weight: 20, ill: true }], [8, 2]],
  ])("%s", (_, records, expected) => {
    expect(shares(records)).toEqual(expected);
  });
});
