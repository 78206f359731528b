import { missingParameters, PUBLISHED } from "../../../drill/back-test";
import { simulationPage } from "../../../drill/page/simulation";
import type { SimulatedDrill } from "../../../drill/run/simulation";
import { summarise } from "../../../drill/run/simulation-report";

const drill = (seed: number, more: Partial<SimulatedDrill> = {}): SimulatedDrill => ({
  seed,
  scenario: "region-lost",
  consistency: "strong",
  assumptions: "documented",
  pass: true,
  failed: [],
  alarms: [],
  rtoMs: [10_000, 20_000],
  failover: true,
  acknowledged: 100,
  lost: 0,
  doubled: 0,
  sha256: "00",
  ...more,
});

describe("a reader of a simulation's report", () => {
  const failing = drill(3, { scenario: "flapping", pass: false, failed: ["I1: <lost> & gone (1, limit 0)"], lost: 1, rtoMs: [Infinity], assumptions: "pessimistic" });
  const simulation = summarise([drill(1), drill(2), failing]);
  const page = simulationPage(simulation, 3.21);

  test("sees how many drills failed, which, and the command that plays one again", () => {
    expect(page).toContain("2 of 3 drills met what was asked");
    expect(page).toContain("npm run simulate -- --seed 3 --drills 1 --trace --scenarios flapping --consistency strong --assumptions pessimistic");
    expect(page).toContain('<span class="badge fail">FAIL</span>');
  });

  test("sees clients that never recovered as such, in the table and below 100 % of the curve", () => {
    expect(page).toMatch(/pessimistic assumptions<\/td><td class="number">never/);
    expect(simulation.curves["pessimistic"]).toEqual([[0, 0]]);
    expect(simulation.curves["documented"]?.at(-1)).toEqual([20_000, 1]);
  });

  test("gets a document that needs nothing from elsewhere, whatever drills say", () => {
    expect(page).toContain("I1: &lt;lost&gt; &amp; gone");
    expect(page).not.toMatch(/https?:|url\(|<script|<link|<img|NaN|undefined|\[object/);
  });

  test("is told why a published measurement was left out", () => {
    expect(page).toContain("120.9 s of it the block Route53HealthCheck");
    expect(page).toContain("Left out, since it does not state, or does not have: interval of the health checks");
  });
});

test("one payment lost in strong mode fails a simulation in which each drill passed", () => {
  expect(summarise([drill(1)]).pass).toBe(true);
  expect(summarise([drill(1, { lost: 1 })]).pass).toBe(false);
});

test("a measurement that states everything would be compared", () => {
  const [published] = PUBLISHED;
  if (!published) throw new Error("nothing published");
  expect(missingParameters({ ...published, parameters: { checkIntervalSeconds: 10, failureThreshold: 2, ttlSeconds: 30, clientsResolvedByDns: true } })).toEqual([]);
});
