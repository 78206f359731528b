import type { Cloud } from "../../cloud";
import { every } from "../../kernel/kernel";
import { remembered } from "../../../rules/remembered";
import { METRICS_REGION } from "../../../rules/route53";
import type { HealthCheck, HealthStatus } from "./health-check";

/** How often a check's state is looked at for its metrics. Assumed: AWS publishes once a minute and not what it is made of. */
const SAMPLE_MS = 10_000;

/** The part of the health board that is asked. */
export interface Observed {
  list(): readonly HealthCheck[];
  status(id: string): HealthStatus;
}

/** AWS/Route53, in one region only. Developer guide, "Monitoring health checks using CloudWatch". */
export function publishHealth(cloud: Cloud, health: Observed): void {
  const series = (name: string) => remembered((id) => cloud.metrics.series(METRICS_REGION, "AWS/Route53", name, { HealthCheckId: id }));
  const status = series("HealthCheckStatus");
  const percentage = series("HealthCheckPercentageHealthy");
  every(cloud.kernel, SAMPLE_MS, SAMPLE_MS, () => {
    for (const { id } of health.list()) {
      const { healthy, checkers, healthyCheckers } = health.status(id);
      status(id).add(healthy ? 1 : 0);
      if (checkers > 0) percentage(id).add((100 * healthyCheckers) / checkers);
    }
  });
}
