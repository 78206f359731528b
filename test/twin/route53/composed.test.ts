import { DOMAIN, EAST, OHIO, ok, World } from "./world";

const EVACUATED = '"state":"evacuated"';

/** The latch's shape: the primary's own check and an inverted, string-matching switch on the secondary's host. */
function latched(): World {
  const world = new World();
  world.check({ id: "east" });
  world.check({ id: "switch", type: "HTTPS_STR_MATCH", searchString: EVACUATED, inverted: true, threshold: 1, fqdn: `ohio.${DOMAIN}` });
  world.calculated("steer", ["east", "switch"]);
  world.failover("steer");
  return world;
}

const switchSays = (world: World, state: string): void => {
  world.answers[OHIO.region] = () => ({ ...ok, body: `{"state":"${state}"}` });
};

describe("inverted and calculated checks", () => {
  test("a new inverted check is unhealthy until its checkers have looked, so a new stack starts in the secondary for a moment", async () => {
    const world = latched();
    switchSays(world, "initial");
    expect(world.dns.status("switch").healthy).toBe(false);
    expect(world.target()).toBe(OHIO.target);
    await world.until(30);
    expect(world.target()).toBe(EAST.target);
  });

  test("the switch holds a healthy primary out, and lets it back in", async () => {
    const world = latched();
    switchSays(world, "primary");
    await world.until(30);
    switchSays(world, "evacuated");
    await world.until(60);
    expect([world.dns.status("east").healthy, world.dns.status("switch").healthy, world.target()]).toEqual([true, false, OHIO.target]);
    switchSays(world, "returning");
    await world.until(90);
    expect(world.target()).toBe(EAST.target);
  });

  test("a switch that cannot be read is not evacuated", async () => {
    const world = latched();
    switchSays(world, "primary");
    await world.until(30);
    world.answers[OHIO.region] = () => ({ ...ok, status: 503, body: EVACUATED });
    await world.until(60);
    expect(world.dns.status("switch").healthy).toBe(true);
    expect(world.target()).toBe(EAST.target);
  });

  test.each([
    [1, true, true, "healthy"],
    [1, false, true, "healthy"],
    [2, false, true, "unhealthy"],
    [1, false, false, "unhealthy"],
    [3, true, true, "unhealthy"],
  ] as const)("threshold %d with children %s and %s: %s", (threshold, first, second, expected) => {
    const world = new World();
    world.check({ id: "a", inverted: !first });
    world.check({ id: "b", inverted: !second });
    world.calculated("both", ["a", "b"], { threshold });
    world.calculated("not both", ["a", "b"], { threshold, inverted: true });
    expect(world.dns.status("both").healthy).toBe(expected === "healthy");
    expect(world.dns.status("not both").healthy).toBe(expected !== "healthy");
  });

  test("calculated checks have no calculated or unknown children", () => {
    const world = new World();
    world.check({ id: "a" });
    world.calculated("one", ["a"]);
    expect(() => world.calculated("two", ["one"])).toThrow(/cannot monitor other calculated/);
    expect(() => world.calculated("three", ["nothing"])).toThrow(/does not exist/);
  });

  test("a disabled check is healthy and probes nothing; inverted as well it is unhealthy", async () => {
    const world = new World();
    world.cloud.faults.add({ kind: "outage", region: EAST.region });
    world.check({ id: "off", disabled: true });
    world.check({ id: "off and inverted", disabled: true, inverted: true });
    await world.until(60);
    expect(world.requests).toEqual([]);
    expect([world.dns.status("off").healthy, world.dns.status("off and inverted").healthy]).toEqual([true, false]);
  });
});

describe("checks on an alarm", () => {
  const withAlarm = (insufficientData: "Healthy" | "Unhealthy" | "LastKnownStatus"): World => {
    const world = new World();
    world.dns.createHealthCheck({
      id: "grey", name: "grey", type: "CLOUDWATCH_METRIC", inverted: false, disabled: false, alarmName: "errors", alarmRegion: EAST.region, insufficientData,
    });
    return world;
  };

  test.each([
    ["Healthy", true, [true, false, true]],
    ["Unhealthy", false, [true, false, false]],
    ["LastKnownStatus", true, [true, false, false]],
  ] as const)("insufficient data = %s: at first %s, then as the alarm says", (setting, first, expected) => {
    const world = withAlarm(setting);
    expect(world.dns.status("grey").healthy).toBe(first);
    const seen = (["OK", "ALARM", "INSUFFICIENT_DATA"] as const).map((state) => {
      world.dns.setAlarmState(EAST.region, "errors", state);
      return world.dns.status("grey").healthy;
    });
    expect(seen).toEqual(expected);
  });

  test("another alarm, or the same name in another region, changes nothing", () => {
    const world = withAlarm("Healthy");
    world.dns.setAlarmState(OHIO.region, "errors", "ALARM");
    world.dns.setAlarmState(EAST.region, "other", "ALARM");
    expect(world.dns.status("grey").healthy).toBe(true);
  });

  test("grey failure moves traffic through the calculated check at once", () => {
    const world = withAlarm("Healthy");
    world.calculated("steer", ["grey"]);
    world.failover("steer");
    world.dns.setAlarmState(EAST.region, "errors", "ALARM");
    expect(world.target()).toBe(OHIO.target);
  });
});

describe("what people see of it", () => {
  test("health and DNS answers are logged when they change, and only then", async () => {
    const world = new World();
    const heard: unknown[] = [];
    world.check({ id: "east", name: "primary" });
    world.failover("east");
    world.dns.onChange(({ check, healthy }) => heard.push([check.id, healthy]));
    world.cloud.faults.add({ kind: "outage", region: EAST.region, forSeconds: 40 });
    await world.until(100);
    const log = world.events.filter(({ kind }) => kind.startsWith("route53.")).map(({ kind, data }) => ({ kind, ...data }));
    const answer = { kind: "route53.answer", name: `pay.${DOMAIN}`, type: "CNAME" };
    expect(log).toEqual([
      { kind: "route53.health", id: "east", name: "primary", healthy: false },
      { ...answer, role: "SECONDARY", values: [OHIO.target] },
      { kind: "route53.health", id: "east", name: "primary", healthy: true },
      { ...answer, role: "PRIMARY", values: [EAST.target] },
    ]);
    expect(heard).toEqual([["east", false], ["east", true]]);
    expect(world.dns.failovers()).toMatchObject([{ name: `pay.${DOMAIN}`, role: "PRIMARY", values: [EAST.target] }]);
    expect(world.dns.failovers()[0]?.since).toBe(world.dns.status("east").lastChange);
    expect(world.dns.healthChecks().map(({ id }) => id)).toEqual(["east"]);
  });

  test("the status of an unknown check is an error that names it", () => {
    expect(() => new World().dns.status("nope")).toThrow(/nope does not exist/);
  });
});
