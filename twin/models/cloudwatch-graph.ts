import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";

interface AlarmInputs {
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

const alarmsOf = (graph: Graph, namespace: string): readonly { readonly alarm: GraphResource; readonly metric: string; readonly dimensions: Readonly<Record<string, string>> }[] =>
  ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap((alarm) => {
    const { namespace: given, metricName: metric = "", dimensions = {} } = alarm.inputs as AlarmInputs; // MetricAlarmArgs as plain JSON
    return given === namespace ? [{ alarm, metric, dimensions }] : [];
  });

/** Where S3 publishes a replication's figures: by whose bucket they are. S3 user guide, "Using S3 Replication metrics". */
const PUBLISHED_AT: Readonly<Record<string, "SourceBucket" | "DestinationBucket">> = {
  ReplicationLatency: "DestinationBucket",
  BytesPendingReplication: "DestinationBucket",
  OperationsPendingReplication: "DestinationBucket",
  OperationsFailedReplication: "SourceBucket",
};

/** Replication's figures are in the region of one of the two buckets only. */
function replicationRegion(graph: Graph): readonly Refusal[] {
  const regions = new Map(ofType(graph, "aws:s3/bucket:Bucket").map(({ outputs, region }) => [String(outputs["bucket"]), region]));
  return alarmsOf(graph, "AWS/S3").flatMap(({ alarm, metric, dimensions }) => {
    const side = PUBLISHED_AT[metric];
    const there = side && regions.get(dimensions[side] ?? "");
    if (there === undefined || there === alarm.region) return [];
    const message = `got ${metric} in ${String(alarm.region)}; it is published in ${there}, the region of the ${side ?? ""}: give the alarm that region's provider and topic`;
    return [{ code: "cloudwatch.replication-region", resource: alarm.urn, property: "metricName", message }];
  });
}

/** Without detailed metrics no figure has a method. API Gateway developer guide, "Amazon API Gateway dimensions and metrics". */
function methodMetrics(graph: Graph): readonly Refusal[] {
  const detailed = ofType(graph, "aws:apigateway/methodSettings:MethodSettings").filter(
    ({ inputs }) => (inputs["settings"] as { metricsEnabled?: boolean } | undefined)?.metricsEnabled === true, // MethodSettingsArgs.settings
  );
  const apis = ofType(graph, "aws:apigateway/restApi:RestApi");
  return alarmsOf(graph, "AWS/ApiGateway").flatMap(({ alarm, dimensions }) => {
    if (dimensions["Method"] === undefined) return [];
    const ids = apis.filter(({ region, outputs }) => region === alarm.region && outputs["name"] === dimensions["ApiName"]).map(({ id }) => id);
    if (detailed.some(({ inputs, region }) => region === alarm.region && ids.includes(String(inputs["restApi"])))) return [];
    const message = `got Method ${dimensions["Method"]} of ${dimensions["ApiName"] ?? "no API"}, which publishes no figures by method in ${String(alarm.region)}; set metricsEnabled in its MethodSettings`;
    return [{ code: "cloudwatch.no-detailed-metrics", resource: alarm.urn, property: "dimensions", message }];
  });
}

/** CloudWatch cannot use SNS's own key: its messages would vanish without an error. SNS developer guide, "Key management". */
function actionKeys(graph: Graph): readonly Refusal[] {
  const unusable = new Set(ofType(graph, "aws:sns/topic:Topic").filter(({ inputs }) => inputs["kmsMasterKeyId"] === "alias/aws/sns").map(({ id }) => id));
  return ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ urn, inputs }) => {
    const { alarmActions = [], okActions = [] } = inputs as { readonly alarmActions?: readonly string[]; readonly okActions?: readonly string[] }; // MetricAlarmArgs as plain JSON
    const [topic] = [...alarmActions, ...okActions].filter((action) => unusable.has(action));
    if (topic === undefined) return [];
    const message = `got ${topic}, which alias/aws/sns encrypts; use a key whose policy admits cloudwatch.amazonaws.com`;
    return [{ code: "cloudwatch.action-key", resource: urn, property: "alarmActions", message }];
  });
}

/** Alarms that would never have data, or never be heard. */
export const graphRules = (graph: Graph): readonly Refusal[] => [...replicationRegion(graph), ...methodMetrics(graph), ...actionKeys(graph)];
