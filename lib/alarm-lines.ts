import type * as pulumi from "@pulumi/pulumi";
import { METRICS } from "../lambda/shared/constants";
import { apiAlarms, paymentFailures } from "./alarm-lines-api";
import { backupAlarms } from "./alarm-lines-backup";
import { functionAlarms, type Functions } from "./alarm-lines-functions";
import { observerAlarms } from "./alarm-lines-observer";
import { replicationAlarms, type WatchedBuckets } from "./alarm-lines-s3";
import { tableAlarms } from "./alarm-lines-table";
import { COUNT, type AlarmLine } from "./alarms";
import type { Api } from "./apigw";
import type { Backups } from "./backup";
import type { Config } from "./config";
import type { PaymentsTable } from "./dynamo";
import type { DeployedFunction } from "./lambda";
import type { RegionContext } from "./regions";
import type { HealthChecks } from "./route53";

export { paymentFailures } from "./alarm-lines-api";

export interface Watched {
  readonly functions: Functions;
  readonly api: Api;
  readonly table: PaymentsTable;
  readonly buckets: WatchedBuckets;
  readonly backups: Backups;
}

/** What is watched in a region that serves payments, but for {@link paymentFailures}, which Route 53 follows too. */
export const regionalAlarms = (context: RegionContext, { functions, api, table, buckets, backups }: Watched, config: Pick<Config, "throttle" | "quotas">): readonly AlarmLine[] => [
  ...functionAlarms(functions),
  ...ownFigures(functions, table),
  ...(functions.observer === undefined ? [] : observerAlarms(functions.observer)),
  ...apiAlarms(api, config.throttle),
  ...tableAlarms(table, context),
  ...replicationAlarms(context, buckets),
  ...backupAlarms(backups),
  accountConcurrency(config.quotas.lambdaConcurrency),
  ...(context.role === "primary" ? [] : [paymentFailures(api)]),
];

/** What health and switch tell of themselves, in the embedded metric format. */
function ownFigures({ health, switch: latch }: Functions, { consistency }: PaymentsTable): readonly AlarmLine[] {
  const own = ({ name }: DeployedFunction) => ({ ...COUNT, namespace: METRICS.namespace, dimensions: { [METRICS.dimension]: name } });
  return [
    ...(health === undefined || consistency !== "strong"
      ? []
      : [
          {
            ...own(health),
            service: "payments-health-writes",
            severity: "page",
            means: "The region's write through the quorum failed: it takes no payments.",
            runbook: "health-writes-fail",
            metric: METRICS.healthWriteFailures,
            minutes: 2,
          } as const,
        ]),
    ...(latch === undefined
      ? []
      : ([
          {
            ...own(latch),
            service: "payments-control-unreadable",
            severity: "page",
            means: "The switch cannot read its item: after a minute the latch no longer holds the primary out.",
            runbook: "control-item-unreadable",
            metric: METRICS.controlItemUnreadable,
            minutes: 1,
          },
          {
            ...own(latch),
            service: "payments-latch-moved",
            severity: "page",
            means: "The latch moved: traffic left the primary, a latch lapsed, or a return failed.",
            runbook: "latch-moved",
            metric: METRICS.latchAlerts,
            minutes: 1,
          },
        ] as const)),
  ];
}

/** The account's executions at once, over all functions: this metric has no dimension. */
const accountConcurrency = (quota: number): AlarmLine => ({
  service: "payments-quota-concurrency",
  severity: "ticket",
  means: `The account uses more than 80 % of its ${quota} executions at once: functions will be throttled.`,
  runbook: "quota-nearly-used",
  namespace: "AWS/Lambda",
  metric: "ConcurrentExecutions",
  dimensions: {},
  statistic: "Maximum",
  minutes: 3,
  threshold: Math.floor(0.8 * quota),
  beyond: "above",
  missing: "notBreaching",
});

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
  runbook: which === "failover" ? "primary-held-out" : "region-unhealthy",
  namespace: "AWS/Route53",
  metric: "HealthCheckStatus",
  statistic: "Minimum",
  dimensions: { HealthCheckId: id },
  minutes: 1,
  threshold: 1,
  beyond: "below",
  missing: "breaching",
});
