import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { cloudwatch } from "../../../twin/models/cloudwatch";

const resource = (type: string, id: string, region: string, inputs: Readonly<Record<string, unknown>>, outputs: Readonly<Record<string, unknown>> = {}): GraphResource => ({
  urn: `urn:${id}`,
  type,
  name: id,
  id,
  region,
  inputs,
  outputs: { ...inputs, ...outputs },
  dependsOn: [],
  propertyDependencies: {},
  options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
});

const alarm = (region: string, inputs: Readonly<Record<string, unknown>>): GraphResource => resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", region, inputs);
const codes = (...resources: readonly GraphResource[]): readonly string[] => (cloudwatch.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code }) => code);

const SOURCE = resource("aws:s3/bucket:Bucket", "source", "us-east-1", { bucket: "source" });
const TARGET = resource("aws:s3/bucket:Bucket", "target", "us-east-2", { bucket: "target" });
const replication = (metricName: string) => ({ namespace: "AWS/S3", metricName, dimensions: { SourceBucket: "source", DestinationBucket: "target", RuleId: "r" } });

describe("figures of a replication are in one region only: an alarm elsewhere is refused", () => {
  test.each([
    ["ReplicationLatency", "us-east-2", []],
    ["ReplicationLatency", "us-east-1", ["cloudwatch.replication-region"]],
    ["BytesPendingReplication", "us-east-1", ["cloudwatch.replication-region"]],
    ["OperationsFailedReplication", "us-east-1", []],
    ["OperationsFailedReplication", "us-east-2", ["cloudwatch.replication-region"]],
  ])("%s in %s", (metric, region, expected) => {
    expect(codes(SOURCE, TARGET, alarm(region, replication(metric)))).toEqual(expected);
  });
});

describe("an alarm on a method's figures needs detailed metrics of that API in that region", () => {
  const API = resource("aws:apigateway/restApi:RestApi", "a1", "us-east-1", { name: "payments" });
  const settings = (restApi: string, metricsEnabled: boolean) =>
    resource("aws:apigateway/methodSettings:MethodSettings", "s", "us-east-1", { restApi, settings: { metricsEnabled } });
  const ofMethod = alarm("us-east-1", { namespace: "AWS/ApiGateway", metricName: "5XXError", dimensions: { ApiName: "payments", Stage: "live", Resource: "/payments", Method: "POST" } });

  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["switched on", [API, settings("a1", true)], []],
    ["switched off", [API, settings("a1", false)], ["cloudwatch.no-detailed-metrics"]],
    ["of another API", [API, settings("a2", true)], ["cloudwatch.no-detailed-metrics"]],
    ["none", [API], ["cloudwatch.no-detailed-metrics"]],
  ])("%s", (_, others, expected) => {
    expect(codes(...others, ofMethod)).toEqual(expected);
  });
});

test("a topic that SNS's own key encrypts swallows alarms: it is refused as an action", () => {
  const topic = (kmsMasterKeyId: string) => resource("aws:sns/topic:Topic", "arn:topic", "us-east-1", { kmsMasterKeyId });
  const acting = alarm("us-east-1", { namespace: "AWS/Lambda", alarmActions: ["arn:topic"] });
  expect(codes(topic("alias/aws/sns"), acting)).toEqual(["cloudwatch.action-key"]);
  expect(codes(topic("arn:aws:kms:us-east-1:123456789012:key/k"), acting)).toEqual([]);
});
