import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deploy, MINIMAL, type Deployed } from "../program/helper";

const TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");

const sections = new Map(
  readFileSync(resolve(__dirname, "../../../docs/runbook.md"), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [anchorOf(section.split("\n")[0] ?? ""), section]),
);

interface AlarmInputs {
  readonly alarmDescription: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly treatMissingData: string;
  readonly threshold: number;
}

const alarmsOf = (stack: Deployed): readonly { readonly name: string; readonly region: string; readonly inputs: AlarmInputs }[] =>
  stack.all(TYPE).map((one) => ({ name: one.name, region: stack.regionOf(one), inputs: one.inputs as unknown as AlarmInputs })); // MetricAlarmArgs as plain JSON

let strong: Deployed;
let eventual: Deployed;
beforeAll(async () => {
  strong = await deploy(MINIMAL);
  eventual = await deploy({ ...MINIMAL, "tap:consistency": "eventual" });
});

test("whoever is woken by an alarm reads its severity and finds its page: what it means, what to look at, what to do", () => {
  const linked = new Set<string>();
  for (const { name, inputs } of [...alarmsOf(strong), ...alarmsOf(eventual)]) {
    const [, severity, anchor = ""] = /^\[(page|ticket)\] .+ docs\/runbook\.md#([\w-]+)$/.exec(inputs.alarmDescription) ?? [];
    expect([name, severity]).toEqual([name, expect.stringMatching(/page|ticket/)]);
    expect([name, sections.has(anchor)]).toEqual([name, true]);
    linked.add(anchor);
  }
  for (const anchor of linked) expect(sections.get(anchor)).toMatch(/\*\*Means\*\*[^]*\*\*Look at\*\*[^]*\*\*Do\*\*/);
  // No page without an alarm.
  expect([...sections.keys()].filter((anchor) => !linked.has(anchor))).toEqual([]);
});

test("every alarm says what silence means", () => {
  for (const { name, inputs } of alarmsOf(strong)) expect([name, inputs.treatMissingData]).toEqual([name, expect.stringMatching(/^(notBreaching|breaching|ignore)$/)]);
});

describe("each mode of the table has the sensor of its own danger", () => {
  const metrics = (stack: Deployed): readonly string[] => alarmsOf(stack).map(({ inputs }) => `${inputs.namespace} ${inputs.metricName}`);

  test("strong: the write through the quorum, no replication", () => {
    expect(metrics(strong)).toContain("Payments HealthWriteFailures");
    expect(metrics(strong)).not.toContain("AWS/DynamoDB ReplicationLatency");
  });

  test("eventual: replication to the peer, in the region that sends", () => {
    expect(metrics(eventual)).not.toContain("Payments HealthWriteFailures");
    const found = alarmsOf(eventual).filter(({ inputs }) => inputs.namespace === "AWS/DynamoDB" && inputs.metricName === "ReplicationLatency");
    expect(found.map(({ region, inputs }) => [region, inputs.dimensions["ReceivingRegion"]])).toEqual([
      ["us-east-1", "us-east-2"],
      ["us-east-2", "us-east-1"],
    ]);
  });
});

test("payments that fail in either region page; Route 53 follows the primary's", () => {
  const found = alarmsOf(strong).filter(({ name }) => name.includes("grey-failure"));
  expect(found.map(({ region, inputs }) => [region, inputs.dimensions])).toEqual(
    ["us-east-1", "us-east-2"].map((region) => [region, { ApiName: `payments-api-${region}-dev`, Stage: "live", Resource: "/payments", Method: "POST" }]),
  );
  expect(strong.one("aws:route53/healthCheck:HealthCheck", "payments-grey-failure").inputs).toMatchObject({
    type: "CLOUDWATCH_METRIC",
    cloudwatchAlarmName: "payments-grey-failure-us-east-1-dev",
    cloudwatchAlarmRegion: "us-east-1",
    insufficientDataHealthStatus: "Healthy",
    triggers: { definition: expect.stringContaining("5XXError") },
  });
});

test("a function that runs for 80 % of its own limit is reported, whatever the limit is", () => {
  const thresholds = alarmsOf(strong)
    .filter(({ region, inputs }) => region === "us-east-2" && inputs.metricName === "Duration")
    .map(({ name, inputs }) => [name.replace("-us-east-2-dev", ""), inputs.threshold]);
  expect(thresholds).toEqual(expect.arrayContaining([["payments-process-duration", 4800], ["payments-health-duration", 2400]]));
});

test("quotas are watched at 80 % of what the config says", async () => {
  const stack = await deploy({ ...MINIMAL, "tap:lambdaConcurrencyQuota": "200", "tap:apiRequestQuota": "50" });
  const quotas = alarmsOf(stack).filter(({ name, region }) => name.includes("quota") && region === "us-east-1");
  expect(quotas.map(({ inputs }) => [inputs.metricName, inputs.threshold]).sort()).toEqual([
    ["ConcurrentExecutions", 160],
    ["Count", 2400],
  ]);
});
