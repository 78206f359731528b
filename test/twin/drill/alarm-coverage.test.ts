import { alarmCoverage, reasonsForNothing } from "../../../drill/alarm-coverage";
import { alarmsOf } from "../../../drill/alarms";
import type { DrillResult } from "../../../drill/report";
import { playForAlarms, type AlarmDrills } from "../../../drill/run/alarm-drills";
import { drillInVirtualTime } from "../../../drill/run/virtual";
import { configOf, type Scenario } from "../../../drill/scenario";
import { ALARM_SCENARIOS, ALL_SCENARIOS, scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import { deployedStack } from "../../helpers/deployed";
import { inNewDirectory } from "../../helpers/directory";
import { operated, withInputs } from "../../helpers/system";

const failedOf = ({ verdict }: DrillResult): readonly string[] => verdict.lines.filter(({ pass, asserted }) => asserted && !pass).map(({ what }) => what);

describe("each alarm of the program sounds in a drill, or there is a reason why it does not", () => {
  let played: AlarmDrills;
  beforeAll(async () => {
    played = await inNewDirectory((directory) => playForAlarms({ scenarios: ALARM_SCENARIOS, stack: "local", seed: 1, directory, deploy: deployedStack }));
    // Many seconds of a processor, which others may want too.
  }, 300_000);

  test.each(ALARM_SCENARIOS.map(({ name }) => [name]))("%s: what it names sounds, and nothing without a cause", (name) => {
    expect(played.drills.filter(({ scenario }) => scenario === name).map(({ failed }) => failed)).toEqual([[]]);
  });

  test("no alarm is in neither list, and none in both: nobody finds out in an outage that one never worked", () => {
    const rows = alarmCoverage(played.alarms, played.drills);
    expect(rows.filter(({ pass }) => !pass)).toEqual([]);
    expect(reasonsForNothing(played.alarms)).toEqual([]);
    expect(played.alarms.filter((alarm) => !alarm.startsWith("payments-"))).toEqual([]);
  });

  test("each alarm that sounds was named by the scenario of its cause, so that its silence would fail that drill", () => {
    const named = new Set(ALARM_SCENARIOS.flatMap(({ expects }) => expects.alarms?.fire ?? []));
    const heard = new Set(played.drills.flatMap(({ alarms }) => alarms));
    expect([...heard].filter((ref) => !named.has(ref))).toEqual([]);
  });
});

describe("broken alarms", () => {
  /** The drill on a stack whose one alarm, by the service part of its name, has other inputs. */
  async function drillWith(scenario: Scenario, alarm: string, inputs: Readonly<Record<string, unknown>>): Promise<DrillResult> {
    const deployed = await deployedStack({ overrides: configOf(scenario) });
    const names = new Set(named(deployed, alarm));
    const broken = operated(deployed, (resource) => (names.has(String(resource.inputs["name"])) ? withInputs(resource, inputs) : resource));
    expect(names.size).toBeGreaterThan(0);
    return drillInVirtualTime({ deployed: broken, scenario, assumptions: "documented", seed: 1 });
  }
  const named = ({ deployment, outputs }: DeployedStack, alarm: string): readonly string[] =>
    alarmsOf(deployment.graph, outputs.regions, outputs.environment).flatMap(({ ref, name }) => (ref === alarm ? [name] : []));

  const slow = scenarioNamed("alarms-slow", ALL_SCENARIOS);

  test("an alarm on a metric that nobody publishes stays silent, and the drill names it", async () => {
    const drill = await drillWith(slow, "payments-api-latency@primary", { metricName: "Latencies" });
    expect(failedOf(drill)).toEqual(["payments-api-latency@primary sounds"]);
  });

  test("an alarm that cannot stand an ordinary day sounds without its cause, and the drill names it", async () => {
    const drill = await drillWith({ ...slow, steps: [], expects: { ...slow.expects, alarms: {} } }, "payments-api-latency@primary", { threshold: 1 });
    expect(failedOf(drill)).toEqual(["alarms that sounded without their cause (payments-api-latency@primary)"]);
  });

  test("an alarm whose topic is another region's tells nobody, and the drill names it", async () => {
    const drill = await drillWith(slow, "payments-api-latency@primary", { alarmActions: ["arn:aws:sns:us-west-2:123456789012:elsewhere"] });
    expect(failedOf(drill)).toEqual(["alarms whose message reached nobody (payments-api-latency@primary)"]);
  });
});
