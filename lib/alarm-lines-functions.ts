import { COUNT, type AlarmLine } from "./alarms";
import type { FunctionName } from "./functions";
import type { DeployedFunction } from "./lambda";

export type Functions = Readonly<Partial<Record<FunctionName, DeployedFunction>>>;

/** Lambda developer guide, "Configure Lambda function timeout". */
const LAMBDA_DEFAULT_SECONDS = 3;

/** The alarms of every function. Lambda developer guide, "Types of metrics for Lambda functions". */
export const functionAlarms = (functions: Functions): readonly AlarmLine[] =>
  Object.entries(functions).flatMap(([name, deployed]) => ofFunction(name as FunctionName, deployed)); // Object.entries forgets the keys

const ofFunction = (service: FunctionName, deployed: DeployedFunction): readonly AlarmLine[] => {
  const own = { namespace: "AWS/Lambda", dimensions: { FunctionName: deployed.name } };
  return [
    {
      ...COUNT,
      ...own,
      service: `payments-${service}-errors`,
      severity: "page",
      means: `The function ${service} failed: its callers were answered 5XX, or it will be called again.`,
      runbook: "function-errors",
      metric: "Errors",
      minutes: 2,
    },
    {
      ...COUNT,
      ...own,
      service: `payments-${service}-throttles`,
      severity: "page",
      means: `The function ${service} had no free execution: calls were turned away.`,
      runbook: "function-throttles",
      metric: "Throttles",
      minutes: 2,
    },
    {
      ...own,
      service: `payments-${service}-duration`,
      severity: "ticket",
      means: `The function ${service} ran longer than 80 % of its time limit.`,
      runbook: "function-duration",
      metric: "Duration",
      statistic: "Maximum",
      minutes: 2,
      threshold: deployed.timeout.apply((seconds = LAMBDA_DEFAULT_SECONDS) => 800 * seconds),
      beyond: "above",
      missing: "notBreaching",
    },
    ...(STREAM_CONSUMERS.includes(service) ? [iteratorAge(service, own)] : []),
  ];
};

/** Functions that read the table's stream. */
const STREAM_CONSUMERS: readonly string[] = ["notify"];

const iteratorAge = (service: string, own: Pick<AlarmLine, "namespace" | "dimensions">): AlarmLine => ({
  ...own,
  service: `payments-${service}-iterator-age`,
  severity: "page",
  means: `The function ${service} is more than a minute behind the table: receipts and events are late.`,
  runbook: "stream-behind",
  metric: "IteratorAge",
  statistic: "Maximum",
  minutes: 3,
  threshold: 60_000,
  beyond: "above",
  missing: "notBreaching",
});
