type DimensionSets = readonly (readonly string[])[];

const API: DimensionSets = [["ApiName"], ["ApiName", "Stage"], ["ApiName", "Method", "Resource", "Stage"]];
const FUNCTION: DimensionSets = [[], ["FunctionName"], ["FunctionName", "Resource"], ["ExecutedVersion", "FunctionName", "Resource"]];
const REPLICATION: DimensionSets = [["DestinationBucket", "RuleId", "SourceBucket"]];
const VAULT: DimensionSets = [["BackupVaultName"], ["BackupVaultName", "ResourceType"]];
const OPERATION: DimensionSets = [["Operation", "TableName"], ["GlobalSecondaryIndexName", "Operation", "TableName"]];
const THROTTLES: DimensionSets = [["TableName"], ["GlobalSecondaryIndexName", "TableName"]];

/** The dimensions of metrics, each set sorted: with any other an alarm has no data, ever, and no error tells. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, DimensionSets>>>> = {
  /** API Gateway developer guide, "Amazon API Gateway dimensions and metrics". */
  "AWS/ApiGateway": { Count: API, "4XXError": API, "5XXError": API, Latency: API, IntegrationLatency: API },
  /** CloudWatch user guide, "Supported AWS resource metrics", AWS/Backup. */
  "AWS/Backup": { NumberOfBackupJobsFailed: VAULT, NumberOfBackupJobsExpired: VAULT, NumberOfCopyJobsFailed: VAULT },
  /** DynamoDB developer guide, "DynamoDB metrics and dimensions". */
  "AWS/DynamoDB": {
    UserErrors: [[]],
    SystemErrors: OPERATION,
    SuccessfulRequestLatency: [...OPERATION, ["Operation", "StreamLabel", "TableName"]],
    ThrottledRequests: OPERATION,
    ReadThrottleEvents: THROTTLES,
    WriteThrottleEvents: THROTTLES,
    ReplicationLatency: [["ReceivingRegion", "TableName"]],
  },
  /** Lambda developer guide, "Types of metrics for Lambda functions". */
  "AWS/Lambda": {
    Invocations: FUNCTION,
    Errors: FUNCTION,
    Throttles: FUNCTION,
    Duration: FUNCTION,
    ConcurrentExecutions: FUNCTION,
    ProvisionedConcurrencySpilloverInvocations: FUNCTION.filter((set) => set.length > 0),
    ProvisionedConcurrencyUtilization: FUNCTION.filter((set) => set.length > 1),
    IteratorAge: FUNCTION.filter((set) => set.length > 0),
  },
  /** Route 53 developer guide, "Monitoring health checks using CloudWatch". */
  "AWS/Route53": { HealthCheckStatus: [["HealthCheckId"]], HealthCheckPercentageHealthy: [["HealthCheckId"], ["Region"]] },
  /** S3 user guide, "Amazon S3 metrics and dimensions". */
  "AWS/S3": { ReplicationLatency: REPLICATION, BytesPendingReplication: REPLICATION, OperationsPendingReplication: REPLICATION, OperationsFailedReplication: REPLICATION },
  /** SNS developer guide, "Monitoring Amazon SNS topics using CloudWatch". */
  "AWS/SNS": { NumberOfMessagesPublished: [["TopicName"]], NumberOfNotificationsFailed: [["TopicName"]] },
};

/** What is wrong with a metric's dimensions; undefined = they exist, or the metric is not known here. */
export function dimensionProblem(namespace: string, metric: string, dimensions: readonly string[]): string | undefined {
  const sets = KNOWN[namespace]?.[metric];
  const given = [...dimensions].sort().join(", ");
  if (!sets || sets.some((set) => set.join(", ") === given)) return undefined;
  const allowed = sets.map((set) => (set.length === 0 ? "none" : set.join(" + "))).join("; ");
  return `${metric} has no dimensions ${given === "" ? "(none)" : given}: the alarm could never sound; allowed: ${allowed}`;
}
