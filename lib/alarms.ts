import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Site } from "./regions";

/** One alarm. */
export interface AlarmLine {
  /** Service part of the name. */
  readonly service: string;
  readonly severity: "page" | "ticket";
  /** What it means for payers, in a sentence. */
  readonly means: string;
  /** The heading of docs/runbook.md that says what to look at and what to do. */
  readonly runbook: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Average" | "Minimum" | "Maximum" | "p99";
  /** Alarms when the statistic of this many minutes one after the other is beyond the threshold. */
  readonly minutes: number;
  /** In one period instead of one of each minute: of metrics that come less often. */
  readonly once?: true;
  readonly threshold: pulumi.Input<number>;
  readonly beyond: "above" | "below";
  /** What a minute without data counts as; `ignore` keeps the state as it is. */
  readonly missing: "notBreaching" | "breaching" | "ignore";
}

/** An alarm that exists. */
export interface Alarm {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly region: string;
  /** Changes whenever what it watches does. */
  readonly definition: pulumi.Output<string>;
}

/** Counts that are only published when something happened. */
export const COUNT = { statistic: "Sum", beyond: "above", threshold: 0, missing: "notBreaching" } as const;

const COMPARISON = { above: "GreaterThanThreshold", below: "LessThanThreshold" } as const;

/** Where runbooks are: the repository's path and the heading. */
const RUNBOOK = "docs/runbook.md";

/** Alarms of one region with its topic. Metrics are alarmed on where they are published. */
export const createAlarms = (site: Site, topicArn: pulumi.Input<string>, lines: readonly AlarmLine[]): readonly Alarm[] =>
  lines.map((line) => createAlarm(site, topicArn, line));

export function createAlarm(site: Site, topicArn: pulumi.Input<string>, line: AlarmLine): Alarm {
  const { severity, means, runbook, statistic } = line;
  const name = site.name(line.service, "alarm");
  const watched = {
    namespace: line.namespace,
    metricName: line.metric,
    dimensions: { ...line.dimensions },
    ...(statistic === "p99" ? { extendedStatistic: statistic } : { statistic }),
    ...(line.once ? { period: 60 * line.minutes, evaluationPeriods: 1 } : { period: 60, evaluationPeriods: line.minutes }),
    threshold: line.threshold,
    comparisonOperator: COMPARISON[line.beyond],
    treatMissingData: line.missing,
  };
  const alarm = new aws.cloudwatch.MetricAlarm(
    name,
    {
      name,
      alarmDescription: `[${severity}] ${means} ${RUNBOOK}#${runbook}`,
      ...watched,
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    site.options,
  );
  return { name: alarm.name, arn: alarm.arn, region: site.region, definition: pulumi.jsonStringify(watched) };
}
