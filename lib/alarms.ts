import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "./regions";

/** One alarm. */
export interface AlarmLine {
  /** Service part of the name. */
  readonly service: string;
  readonly severity: "page" | "ticket";
  /** What it means for payers, in a sentence. */
  readonly means: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Average" | "Minimum" | "Maximum";
  /** Alarms when the statistic of this many minutes one after the other is beyond the threshold. */
  readonly minutes: number;
  readonly threshold: number;
  readonly beyond: "above" | "below";
  /** What a minute without data counts as. */
  readonly missing: "notBreaching" | "breaching";
}

const COMPARISON = { above: "GreaterThanThreshold", below: "LessThanThreshold" } as const;

/** Alarms of one region with its topic; answers their ARNs. Metrics are alarmed on where they are published. */
export function createAlarms(site: Site, topicArn: pulumi.Input<string>, lines: readonly AlarmLine[]): readonly pulumi.Output<string>[] {
  return lines.map(({ service, severity, means, metric, beyond, missing, minutes, dimensions, ...line }) => {
    const name = site.name(service, "alarm");
    const alarm = new aws.cloudwatch.MetricAlarm(
      name,
      {
        name,
        alarmDescription: `[${severity}] ${means}`,
        namespace: line.namespace,
        metricName: metric,
        dimensions: { ...dimensions },
        statistic: line.statistic,
        period: 60,
        evaluationPeriods: minutes,
        threshold: line.threshold,
        comparisonOperator: COMPARISON[beyond],
        treatMissingData: missing,
        alarmActions: [topicArn],
        okActions: [topicArn],
      },
      site.options,
    );
    return alarm.arn;
  });
}
