import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand, ListMetricsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Cloud } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { RealKernel } from "../../../twin/kernel/real";
import { VIRTUAL_EPOCH, VirtualKernel } from "../../../twin/kernel/virtual";
import { cloudwatch, type AlarmDefinition } from "../../../twin/services/cloudwatch/index";
import { route53 } from "../../../twin/services/route53/index";
import { sns } from "../../../twin/services/sns/index";
import { newCloud } from "../route53/world";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const METRIC = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "pay" } };

const alarm = (more: Partial<AlarmDefinition> = {}): AlarmDefinition => ({
  name: "errors",
  arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:errors`,
  metric: METRIC,
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  comparison: "GreaterThanThreshold",
  threshold: 0,
  missing: "notBreaching",
  actionsEnabled: true,
  actions: { OK: [TOPIC], ALARM: [TOPIC], INSUFFICIENT_DATA: [] },
  ...more,
});

/** Times in seconds from the start; an error is counted every ten seconds from 120 s to 360 s. */
class Scene {
  readonly kernel = new VirtualKernel(1);
  readonly cloud: Cloud = newCloud(this.kernel);
  readonly changes: { readonly at: number; readonly state: unknown }[] = [];

  constructor(definition: AlarmDefinition = alarm(), topicRegion = REGION) {
    this.kernel.observe(({ at, kind, data }) => {
      if (kind === "cloudwatch.alarm") this.changes.push({ at: (at - VIRTUAL_EPOCH) / 1000, state: data["state"] });
    });
    const topics = sns(this.cloud, topicRegion);
    topics.createTopic({ arn: TOPIC, name: "alerts" });
    topics.setPolicy(TOPIC, JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish", Resource: TOPIC }] }));
    cloudwatch(this.cloud, REGION).putAlarm(definition);
    for (let second = 120; second < 360; second += 10) {
      this.kernel.after(second * 1000, () => this.cloud.metrics.put(REGION, METRIC.namespace, METRIC.name, METRIC.dimensions, 1));
    }
  }

  until(seconds: number): Promise<void> {
    return this.kernel.run({ untilMs: VIRTUAL_EPOCH + seconds * 1000 });
  }

  messages(): readonly Record<string, unknown>[] {
    return sns(this.cloud, REGION).messages(TOPIC).map(({ message }) => JSON.parse(message) as Record<string, unknown>); // CloudWatch's own JSON
  }
}

describe("an alarm", () => {
  test("sounds after its periods and 10 to 30 s, and is quiet again when the cause is gone", async () => {
    const scene = new Scene();
    await scene.until(900);
    expect(scene.changes.map(({ state }) => state)).toEqual(["OK", "ALARM", "OK"]);
    const [, sounded, quiet] = scene.changes;
    expect(sounded?.at).toBeGreaterThanOrEqual(240 + 10);
    expect(sounded?.at).toBeLessThanOrEqual(240 + 30);
    expect(quiet?.at).toBeGreaterThan(420);
  });

  test("tells its topic in CloudWatch's words", async () => {
    const scene = new Scene();
    await scene.until(300);
    expect(scene.messages().at(-1)).toMatchObject({
      AlarmName: "errors",
      NewStateValue: "ALARM",
      OldStateValue: "OK",
      AWSAccountId: ACCOUNT,
      Region: REGION,
      Trigger: { MetricName: "Errors", Namespace: "AWS/Lambda", Dimensions: [{ name: "FunctionName", value: "pay" }], EvaluationPeriods: 2, Threshold: 0 },
    });
  });

  test("moves a health check that follows it", async () => {
    const scene = new Scene();
    const check = { id: "h", name: "h", type: "CLOUDWATCH_METRIC", inverted: false, disabled: false, alarmName: "errors", alarmRegion: REGION, insufficientData: "Healthy" } as const;
    route53(scene.cloud).createHealthCheck(check);
    await scene.until(200);
    expect(route53(scene.cloud).status("h").healthy).toBe(true);
    await scene.until(300);
    expect(route53(scene.cloud).status("h").healthy).toBe(false);
    await scene.until(900);
    expect(route53(scene.cloud).status("h").healthy).toBe(true);
  });

  test("of a region that is gone neither measures nor tells", async () => {
    const scene = new Scene();
    scene.kernel.after(110_000, () => scene.cloud.faults.add({ kind: "outage", region: REGION }));
    await scene.until(900);
    expect(scene.changes.map(({ state }) => state)).toEqual(["OK"]);
    expect(scene.cloud.metrics.list(REGION).filter(({ name }) => name === "Errors")).toHaveLength(1);
    expect(scene.cloud.metrics.find(REGION, METRIC)?.at(VIRTUAL_EPOCH / 60_000 + 3)).toBeUndefined();
  });

  test("reaches no topic of another region: nobody hears, and the history says so", async () => {
    const scene = new Scene(alarm(), "us-east-2");
    const failures: unknown[] = [];
    scene.kernel.observe(({ kind, data }) => kind === "cloudwatch.action-failed" && failures.push(data["because"]));
    await scene.until(300);
    expect(failures.at(-1)).toContain("no such topic in us-east-1");
  });
});

test.each([
  ["Sum", 6],
  ["SampleCount", 4],
  ["Average", 1.5],
  ["Minimum", 0],
  ["Maximum", 3],
  ["p50", 1],
  ["p99", 3],
])("%s of a minute's values 0, 1, 2, 3 is %d", async (Stat, expected) => {
  const kernel = new VirtualKernel(1);
  const cloud = newCloud(kernel);
  cloudwatch(cloud, REGION);
  for (const value of [2, 0, 3, 1]) cloud.metrics.put(REGION, "N", "m", {}, value);
  const [StartTime, EndTime] = [VIRTUAL_EPOCH - 60_000, VIRTUAL_EPOCH + 60_000].map((at) => new Date(at));
  const MetricDataQueries = [{ Id: "q", MetricStat: { Metric: { Namespace: "N", MetricName: "m" }, Period: 60, Stat } }];
  const answer = cloud.call({ region: REGION, service: "monitoring", operation: "GetMetricData" }, { StartTime, EndTime, MetricDataQueries }, {});
  await expect(answer).resolves.toMatchObject({ MetricDataResults: [{ Id: "q", Timestamps: [new Date(VIRTUAL_EPOCH)], Values: [expected] }] });
});

test("metrics older than three hours are forgotten, newer ones kept", () => {
  const kernel = new VirtualKernel(1);
  const series = newCloud(kernel).metrics.series(REGION, "N", "m", {});
  for (let minute = 0; minute < 400; minute += 1) series.put(1, VIRTUAL_EPOCH + minute * 60_000);
  const first = VIRTUAL_EPOCH / 60_000;
  expect([219, 220, 399].map((minute) => series.at(first + minute)?.count)).toEqual([undefined, 1, 1]);
});

test("the JavaScript SDK puts, lists and reads metrics and sees alarms over the wire", async () => {
  const kernel = new RealKernel(1, (error) => {
    throw error;
  });
  const cloud = newCloud(kernel);
  const wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
  const client = new CloudWatchClient({ region: REGION, endpoint: wire.url, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s" } });
  try {
    cloudwatch(cloud, REGION).putAlarm(alarm());
    expect((await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "err" }))).MetricAlarms).toMatchObject([
      { AlarmName: "errors", StateValue: "INSUFFICIENT_DATA", AlarmActions: [TOPIC], Statistic: "Sum", TreatMissingData: "notBreaching" },
    ]);
    const Dimensions = [{ Name: "d", Value: "1" }];
    await client.send(new PutMetricDataCommand({ Namespace: "Own", MetricData: [{ MetricName: "m", Dimensions, Value: 7 }] }));
    expect((await client.send(new ListMetricsCommand({ Namespace: "Own" }))).Metrics).toEqual([{ Namespace: "Own", MetricName: "m", Dimensions }]);
    const now = kernel.now();
    const MetricDataQueries = [{ Id: "q", MetricStat: { Metric: { Namespace: "Own", MetricName: "m", Dimensions }, Period: 60, Stat: "Maximum" } }];
    const data = await client.send(new GetMetricDataCommand({ StartTime: new Date(now - 120_000), EndTime: new Date(now + 60_000), MetricDataQueries }));
    expect(data.MetricDataResults?.[0]?.Values).toEqual([7]);
    await expect(client.send(new PutMetricDataCommand({ Namespace: "AWS/Lambda", MetricData: [{ MetricName: "Errors", Value: 1 }] }))).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  } finally {
    client.destroy();
    await wire.stop();
    kernel.stop();
  }
});
