/** A data plane does a resource's daily work; a control plane makes, changes, describes and deletes resources. */
export type Plane = "data" | "control";

/**
 * The operations of data planes; whatever is not here is a control plane's. "Control planes and data planes" and the
 * appendices of "AWS Fault Isolation Boundaries"; each service's API reference for its operations. Names of services are
 * those of IAM actions. `Resolve`, `HealthCheck`, `Certificate`, `Authorize`, `Quorum`, `Alarm`, `Fire`,
 * `Endpoint` and `Nat` are no operations that anybody can call: they stand for DNS answers, Route 53's checkers, TLS with a
 * deployed certificate, IAM's decisions in each region, a strong write's quorum, an alarm's evaluation, a schedule's calls
 * and a VPC's ways out.
 */
const DATA: Readonly<Record<string, readonly string[]>> = {
  acm: ["Certificate"],
  cloudwatch: ["Alarm", "GetMetricData", "ListMetrics", "PutMetricData"],
  dynamodb: [
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "DescribeStream",
    "GetItem",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
    "PutItem",
    "Query",
    "Quorum",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
  ],
  ec2: ["Endpoint", "Nat"],
  firehose: ["PutRecord", "PutRecordBatch"],
  iam: ["Authorize"],
  kms: ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify"],
  lambda: ["Invoke", "InvokeFunction"],
  // Lambda makes a stream for each environment as part of writing to it.
  logs: ["CreateLogStream", "FilterLogEvents", "GetLogEvents", "PutLogEvents"],
  route53: ["HealthCheck", "Resolve"],
  s3: ["DeleteObject", "DeleteObjects", "GetObject", "GetObjectTagging", "HeadBucket", "HeadObject", "ListObjectVersions", "ListObjectsV2", "PutObject", "PutObjectTagging"],
  scheduler: ["Fire"],
  secretsmanager: ["GetSecretValue"],
  sns: ["Publish", "PublishBatch"],
  sqs: ["DeleteMessage", "ReceiveMessage", "SendMessage"],
  sts: ["AssumeRole", "GetCallerIdentity", "GetSessionToken"],
};

/** Users' requests to an API are its data plane, by method and path. */
const ANY_OPERATION = new Set(["execute-api"]);

/** Stands for whatever a function does with what one of its variables names. */
export const USE = "Use";

export const planeOf = (service: string, operation: string): Plane =>
  operation === USE || ANY_OPERATION.has(service) || DATA[service]?.includes(operation) ? "data" : "control";

/**
 * Where the control planes of services stand that are one for all regions. "Fault Isolation Boundaries", Appendix A
 * (partitional services) and Appendix B (edge network global services).
 */
const CONTROL_HOMES: Readonly<Record<string, string>> = {
  account: "us-east-1",
  cloudfront: "us-east-1",
  globalaccelerator: "us-west-2",
  iam: "us-east-1",
  networkmanager: "us-west-2",
  organizations: "us-east-1",
  route53: "us-east-1",
  "route53-recovery-control-config": "us-west-2",
  shield: "us-east-1",
};

/** S3 makes and configures buckets of every region by us-east-1: "Global operations", Appendix C. */
const S3_BY_US_EAST_1 = /^(Create|Delete)Bucket$|^(Put|Delete)Bucket(?!Notification)\w+$|^ListBuckets$|^ListAllMyBuckets$|^GetBucketLocation$/;

/** sts.amazonaws.com is in us-east-1, whatever region its callers are in: "Default global endpoints", Appendix C. */
export const STS_GLOBAL_HOST = "sts.amazonaws.com";
export const GLOBAL_ENDPOINT_REGION = "us-east-1";

/** The region that an operation needs, called from, or sent to, `region`; `global` = every region answers by itself. */
export function homeOf(service: string, operation: string, region: string): string {
  if (planeOf(service, operation) === "data") return service === "route53" ? "global" : region === "aws-global" ? GLOBAL_ENDPOINT_REGION : region;
  if (service === "s3" && S3_BY_US_EAST_1.test(operation)) return GLOBAL_ENDPOINT_REGION;
  return CONTROL_HOMES[service] ?? region;
}

/** Signing names of the SDKs that differ from the names of IAM actions; users' requests go by `apigateway` at the twin's door. */
const BY_SIGNING_NAME: Readonly<Record<string, string>> = { apigateway: "execute-api", dynamodbstreams: "dynamodb", monitoring: "cloudwatch" };

export const actionService = (signingName: string): string => BY_SIGNING_NAME[signingName] ?? signingName;

/**
 * Control planes as the services and operations of calls, to be broken: those that the twin answers and those that somebody
 * might put into a recovery. Without operations: the whole service is one.
 */
export const CONTROL_PLANES: Readonly<Record<string, readonly string[] | "all">> = {
  acm: "all",
  backup: "all",
  cloudfront: "all",
  dynamodb: ["CreateBackup", "CreateTable", "DeleteTable", "DescribeTable", "ListTables", "RestoreTableFromBackup", "UpdateContinuousBackups", "UpdateTable"],
  ec2: "all",
  elasticloadbalancing: "all",
  firehose: ["CreateDeliveryStream", "DescribeDeliveryStream", "ListDeliveryStreams", "UpdateDestination"],
  globalaccelerator: "all",
  iam: "all",
  kms: ["CancelKeyDeletion", "CreateKey", "DescribeKey", "DisableKey", "EnableKey", "GetKeyPolicy", "ListAliases", "ListKeys", "PutKeyPolicy", "ScheduleKeyDeletion"],
  lambda: ["CreateFunction", "GetFunction", "PublishVersion", "PutFunctionConcurrency", "PutProvisionedConcurrencyConfig", "UpdateFunctionCode", "UpdateFunctionConfiguration"],
  logs: ["CreateLogGroup", "DescribeLogGroups", "DescribeLogStreams", "DescribeSubscriptionFilters", "PutSubscriptionFilter"],
  monitoring: ["DescribeAlarms", "DisableAlarmActions", "EnableAlarmActions", "PutMetricAlarm", "SetAlarmState"],
  organizations: "all",
  route53: [
    "ChangeResourceRecordSets",
    "CreateHealthCheck",
    "GetChange",
    "GetHealthCheck",
    "GetHealthCheckStatus",
    "GetHostedZone",
    "ListHealthChecks",
    "ListResourceRecordSets",
    "UpdateHealthCheck",
  ],
  "route53-recovery-control-config": "all",
  s3: ["CreateBucket", "DeleteBucket", "GetBucketLocation", "GetBucketVersioning", "ListBuckets", "PutBucketPolicy", "PutBucketReplication"],
  scheduler: "all",
  sns: ["CreateTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTopics", "SetTopicAttributes", "Subscribe"],
};
