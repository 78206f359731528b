import type { AlarmLine } from "./alarms";
import type { Api } from "./apigw";
import type { Config } from "./config";

const ofStage = ({ name, stage }: Api) => ({ namespace: "AWS/ApiGateway", dimensions: { ApiName: name, Stage: stage } });

/** The alarms of a region's API. API Gateway developer guide, "Amazon API Gateway dimensions and metrics". */
export const apiAlarms = (api: Api, { requestsPerSecond }: Config["throttle"]): readonly AlarmLine[] => [
  {
    ...ofStage(api),
    service: "payments-api-5xx",
    severity: "page",
    means: "More than 5 % of the requests were answered 5XX.",
    runbook: "api-5xx",
    metric: "5XXError",
    // The average of this metric is the rate.
    statistic: "Average",
    minutes: 2,
    threshold: 0.05,
    beyond: "above",
    missing: "notBreaching",
  },
  {
    ...ofStage(api),
    service: "payments-api-4xx",
    severity: "ticket",
    means: "More than 30 % of the requests were answered 4XX for five minutes: a client is broken, or signs wrongly.",
    runbook: "api-4xx-surge",
    metric: "4XXError",
    statistic: "Average",
    minutes: 5,
    threshold: 0.3,
    beyond: "above",
    missing: "notBreaching",
  },
  {
    ...ofStage(api),
    service: "payments-api-latency",
    severity: "ticket",
    means: "One request in a hundred took longer than two seconds.",
    runbook: "api-latency",
    metric: "Latency",
    statistic: "p99",
    minutes: 3,
    threshold: 2000,
    beyond: "above",
    missing: "notBreaching",
  },
  {
    ...ofStage(api),
    service: "payments-quota-requests",
    severity: "ticket",
    means: `The API takes more than 80 % of its ${requestsPerSecond} requests a second: clients will be throttled.`,
    runbook: "quota-nearly-used",
    metric: "Count",
    statistic: "Sum",
    minutes: 3,
    threshold: Math.floor(0.8 * 60 * requestsPerSecond),
    beyond: "above",
    missing: "notBreaching",
  },
];

/**
 * The sensor of a grey failure: the rate of 5XX over payments alone, which the health route does not see. Route 53
 * follows the primary's, so it must be what such checks take: standard resolution, no percentile, no M of N, no metric
 * math (Route 53 developer guide, "Values that you specify when you create or update health checks"). Two minutes: a
 * single one would let a burst move all traffic for good, since the latch holds it.
 */
export const paymentFailures = ({ name, stage }: Api): AlarmLine => ({
  service: "payments-grey-failure",
  severity: "page",
  means: "More than 20 % of the payments were answered 5XX for two minutes; in the primary, traffic leaves it.",
  runbook: "grey-failure",
  namespace: "AWS/ApiGateway",
  metric: "5XXError",
  statistic: "Average",
  dimensions: { ApiName: name, Stage: stage, Resource: "/payments", Method: "POST" },
  minutes: 2,
  threshold: 0.2,
  beyond: "above",
  missing: "notBreaching",
});
