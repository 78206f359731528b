import { createStatus, type Answered, type HealthCheckStatus, type LatchStatus, type Status, type StatusSources } from "../../../platform/status";
import { FaultBoard } from "../../../twin/kernel/faults";
import { VIRTUAL_EPOCH, VirtualKernel } from "../../../twin/kernel/virtual";

/** A stack whose every sense a test can change. */
function world() {
  const kernel = new VirtualKernel(1);
  const faults = new FaultBoard(kernel);
  const set = {
    address: "127.0.0.1" as string | undefined,
    latch: { state: "primary" } as LatchStatus | undefined,
    checks: [check("a.test", "/health", true, 15), check("b.test", "/health", true, 14), check("b.test", "/switch", false, 0)],
  };
  let listener: (answered: Answered) => void = () => undefined;
  const sources: StatusSources = {
    environment: "local",
    stack: "local",
    consistency: "strong",
    kernel,
    faults,
    regions: {
      "us-east-1": { role: "primary", address: "127.0.0.1", hostname: "a.test", api: "http://127.0.0.1:8080" },
      "us-east-2": { role: "secondary", address: "127.0.0.2", hostname: "b.test", api: "http://127.0.0.2:8080" },
    },
    failoverHostname: "local.test",
    resolve: (name) => (name === "local.test" && set.address ? { address: set.address, ttlSeconds: 5 } : undefined),
    healthChecks: () => set.checks,
    latch: () => set.latch,
    payments: (region) => (region === "us-east-1" ? 7 : 6),
    onAnswered: (listen) => {
      listener = listen;
    },
  };
  const status = createStatus(sources);
  const at = (ms: number): Promise<void> => kernel.run({ untilMs: VIRTUAL_EPOCH + ms });
  return { kernel, faults, set, status, at, answered: (answered: Answered) => listener(answered) };
}

function check(host: string, path: string, healthy: boolean, healthyCheckers: number): HealthCheckStatus {
  return { id: `${host}${path}`, name: `${host}${path}`, type: "HTTPS", healthy, healthyCheckers, checkers: 15, host, path };
}

const texts = ({ events }: Status): string[] => events.map(({ at, text }) => `${at - VIRTUAL_EPOCH} ${text}`);

test("a reader learns per region its check, its payments and its role; the switch's check is not taken for the region's", () => {
  const { regions, consistency } = world().status();
  expect(consistency).toBe("strong");
  expect(regions["us-east-1"]).toMatchObject({ role: "primary", health: { healthy: true, healthyCheckers: 15, checkers: 15 }, payments: 7 });
  expect(regions["us-east-2"]).toMatchObject({ role: "secondary", health: { healthy: true, healthyCheckers: 14, checkers: 15 }, payments: 6 });
  expect(regions["us-east-1"]).not.toHaveProperty("outage");
});

test("a region without a health check says so instead of a made-up verdict", () => {
  const { set, status } = world();
  set.checks = [];
  expect(status().regions["us-east-1"]?.health).toBeNull();
});

test.each<[string, string | undefined, Partial<Status["dns"]>]>([
  ["the primary", "127.0.0.1", { answer: "us-east-1", address: "127.0.0.1", ttl: 5 }],
  ["the secondary", "127.0.0.2", { answer: "us-east-2", address: "127.0.0.2", ttl: 5 }],
  ["an address of no region", "192.0.2.1", { answer: null, address: "192.0.2.1", ttl: 5 }],
  ["no answer", undefined, { answer: null, address: null, ttl: null }],
])("DNS answering %s is shown as such", (_, address, dns) => {
  const { set, status } = world();
  set.address = address;
  expect(status().dns).toMatchObject({ name: "local.test", ...dns });
});

test("a failover is told in order, each step at its time, although nobody polled meanwhile", async () => {
  const { set, faults, status, at } = world();
  await at(1000);
  faults.add({ kind: "outage", region: "us-east-1", mode: "vanish" });
  await at(20_000);
  set.checks = [check("a.test", "/health", false, 0), ...set.checks.slice(1)];
  await at(21_000);
  set.address = "127.0.0.2";
  await at(22_000);
  set.latch = { state: "evacuated", heartbeatAt: VIRTUAL_EPOCH + 21_900 };
  await at(60_000);
  expect(texts(status())).toEqual([
    "0 stack local runs; DNS answers us-east-1",
    "1000 fault-1: us-east-1 is gone: packets vanish",
    "20250 a.test/health is unhealthy",
    "21250 DNS went from us-east-1 to us-east-2",
    "22250 latch: primary to evacuated",
  ]);
  expect(status()).toMatchObject({
    dns: { since: VIRTUAL_EPOCH + 21_250 },
    latch: { state: "evacuated", since: VIRTUAL_EPOCH + 22_250, heartbeatAt: VIRTUAL_EPOCH + 21_900 },
    regions: { "us-east-1": { outage: "vanish", health: { healthy: false, healthyCheckers: 0 } } },
    faults: [{ id: "fault-1", since: VIRTUAL_EPOCH + 1000, text: "us-east-1 is gone: packets vanish" }],
  });
});

test("the latch's own time is worth more than the moment at which it was noticed", () => {
  const { set, status } = world();
  set.latch = { state: "evacuated", since: 42 };
  expect(status().latch?.since).toBe(42);
});

test("a latch that cannot be read is null, and an event", async () => {
  const { set, status, at } = world();
  set.latch = undefined;
  await at(500);
  expect(status().latch).toBeNull();
  expect(texts(status())).toContain("250 the latch cannot be read");
});

test("a fault shorter than the look is still in the log, with its healing", async () => {
  const { faults, status, at } = world();
  await at(1010);
  const { id } = faults.add({ kind: "partition", region: "us-east-2" });
  faults.remove(id);
  expect(texts(status()).slice(1)).toEqual([
    "1010 fault-1: us-east-2 is cut off from the other regions",
    "1010 fault-1 healed (us-east-2 is cut off from the other regions)",
  ]);
});

test("a partition is not shown as an outage", () => {
  const { faults, status } = world();
  faults.add({ kind: "partition", region: "us-east-2" });
  expect(status().regions["us-east-2"]).not.toHaveProperty("outage");
});

test.each<[string, number | undefined, "ok" | "failed"]>([
  ["a payment", 201, "ok"],
  ["a client's error", 400, "ok"],
  ["a throttled request", 429, "failed"],
  ["a server's error", 503, "failed"],
  ["no answer", undefined, "failed"],
])("%s counts as %s%s", async (_, code, counted) => {
  const { status, at, answered } = world();
  answered({ region: "us-east-2", target: "/payments", ms: 20, ...(code === undefined ? {} : { status: code }) });
  await at(1000);
  const now = status();
  expect(now.regions["us-east-2"]?.requests).toMatchObject({ ok: 0, failed: 0, [counted]: 1 });
  expect(now.regions["us-east-1"]?.requests).toMatchObject({ ok: 0, failed: 0 });
  expect(now.throughput.endsAt).toBe(VIRTUAL_EPOCH + 1000);
  expect(now.throughput.regions["us-east-2"]?.[counted].at(-1)).toBe(1);
});

test.each(["/health", "/switch", "/health?x=1"])("the checkers' polls of %s are not shown as users' traffic", (target) => {
  const { status, answered } = world();
  answered({ region: "us-east-1", target, status: 200, ms: 5 });
  expect(status().regions["us-east-1"]?.requests.ok).toBe(0);
  expect(status().latency.p50).toBeNull();
});

test("only the last 50 events are kept, the oldest go", async () => {
  const { faults, status } = world();
  for (let i = 0; i < 60; i += 1) faults.add({ kind: "partition", region: "us-east-2" });
  const { events } = status();
  expect(events).toHaveLength(50);
  expect(events.at(-1)?.text).toContain("fault-60:");
});

test("a defect of the twin is not hidden from its user", () => {
  const { kernel, status } = world();
  kernel.record("process.failed", { error: "Error: boom" });
  expect(status().events.at(-1)).toMatchObject({ kind: "defect", tone: "bad", text: "a process of the twin failed: Error: boom" });
});
