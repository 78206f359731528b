import type * as pulumi from "@pulumi/pulumi";
import type { AlarmLine } from "./alarms";
import type { Api } from "./apigw";
import type { PaymentsTable } from "./dynamo";
import type { FunctionName } from "./functions";
import type { DeployedFunction } from "./lambda";
import type { HealthChecks } from "./route53";

type Functions = Readonly<Partial<Record<FunctionName, DeployedFunction>>>;

/** Counts that are only published when something happened. */
const COUNT = { statistic: "Sum", beyond: "above", threshold: 0, missing: "notBreaching" } as const;

const ofFunction = (service: FunctionName, { name }: DeployedFunction): readonly AlarmLine[] => [
  {
    ...COUNT,
    service: `payments-${service}-errors`,
    severity: "page",
    means: `The function ${service} failed: its requests were answered 503.`,
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: { FunctionName: name },
    minutes: 2,
  },
  {
    ...COUNT,
    service: `payments-${service}-throttles`,
    severity: "page",
    means: `The function ${service} had no free execution: its requests were turned away.`,
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: { FunctionName: name },
    minutes: 2,
  },
];

const ofApi = ({ name, stage }: Api): readonly AlarmLine[] => [
  {
    service: "payments-api-5xx",
    severity: "page",
    means: "More than 5 % of the requests were answered 5XX.",
    namespace: "AWS/ApiGateway",
    metric: "5XXError",
    // The average of this metric is the rate. API Gateway developer guide, "Amazon API Gateway dimensions and metrics".
    statistic: "Average",
    dimensions: { ApiName: name, Stage: stage },
    minutes: 2,
    threshold: 0.05,
    beyond: "above",
    missing: "notBreaching",
  },
];

/** UserErrors has no table dimension and could never alarm. DynamoDB developer guide, "DynamoDB metrics and dimensions". */
const ofTable = ({ name }: PaymentsTable): readonly AlarmLine[] => [
  ...["PutItem", "GetItem", "Query"].map(
    (operation): AlarmLine => ({
      ...COUNT,
      service: `payments-table-${operation.toLowerCase()}-errors`,
      severity: "page",
      means: `DynamoDB failed to ${operation}: without its quorum the replica takes no payments.`,
      namespace: "AWS/DynamoDB",
      metric: "SystemErrors",
      dimensions: { TableName: name, Operation: operation },
      minutes: 2,
    }),
  ),
  ...(["Read", "Write"] as const).map(
    (kind): AlarmLine => ({
      ...COUNT,
      service: `payments-table-${kind.toLowerCase()}-throttles`,
      severity: "ticket",
      means: `The table throttles ${kind.toLowerCase()}s: a key is hot, or the load grew faster than the table.`,
      namespace: "AWS/DynamoDB",
      metric: `${kind}ThrottleEvents`,
      dimensions: { TableName: name },
      minutes: 3,
    }),
  ),
];

/** What is watched in each region. */
export const regionalAlarms = (functions: Functions, api: Api, table: PaymentsTable): readonly AlarmLine[] => [
  ...Object.entries(functions).flatMap(([name, deployed]) => ofFunction(name as FunctionName, deployed)), // Object.entries forgets the keys
  ...ofApi(api),
  ...ofTable(table),
];

/** Route 53 publishes in us-east-1 only. Developer guide, "Monitoring health checks using CloudWatch". */
export const healthCheckAlarms = (checks: HealthChecks): readonly AlarmLine[] => [
  unhealthy("primary", checks.primary, "The primary cannot take payments: traffic leaves it."),
  unhealthy("secondary", checks.secondary, "The secondary cannot take payments: nothing could take over."),
  unhealthy("failover", checks.failover, "The primary is held out: DNS answers the secondary."),
];

const unhealthy = (which: keyof HealthChecks, id: pulumi.Output<string>, means: string): AlarmLine => ({
  service: `payments-${which}-unhealthy`,
  severity: "page",
  means,
  namespace: "AWS/Route53",
  metric: "HealthCheckStatus",
  statistic: "Minimum",
  dimensions: { HealthCheckId: id },
  minutes: 1,
  threshold: 1,
  beyond: "below",
  missing: "breaching",
});
