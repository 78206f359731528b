import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type { AlarmDefinition } from "../services/cloudwatch/index";
import { COMPARISONS, type Comparison, type MissingData } from "../services/cloudwatch/evaluate";
import type { LiveResource } from "./model";

const arns = (given: readonly unknown[] | undefined): readonly string[] => (given ?? []).map(String); // topic objects have become ARNs by now

/** The living alarm of a resource that the rules accepted. */
export function toAlarm({ inputs, outputs, resource }: LiveResource<MetricAlarmArgs>): AlarmDefinition {
  const { evaluationPeriods = 1, comparisonOperator } = inputs;
  return {
    name: resource.id,
    arn: String(outputs["arn"]),
    ...(inputs.alarmDescription === undefined ? {} : { description: inputs.alarmDescription }),
    metric: { namespace: inputs.namespace ?? "", name: inputs.metricName ?? "", dimensions: inputs.dimensions ?? {} },
    statistic: String(inputs.statistic ?? inputs.extendedStatistic),
    period: inputs.period ?? 60,
    evaluationPeriods,
    datapointsToAlarm: inputs.datapointsToAlarm ?? evaluationPeriods,
    comparison: comparisonOperator !== undefined && comparisonOperator in COMPARISONS ? (comparisonOperator as Comparison) : "GreaterThanThreshold", // an own key of COMPARISONS
    threshold: inputs.threshold ?? 0,
    missing: (inputs.treatMissingData ?? "missing") as MissingData, // the rules accepted it
    actionsEnabled: inputs.actionsEnabled ?? true,
    actions: { OK: arns(inputs.okActions), ALARM: arns(inputs.alarmActions), INSUFFICIENT_DATA: arns(inputs.insufficientDataActions) },
  };
}
