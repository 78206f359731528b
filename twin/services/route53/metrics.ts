import type { Cloud } from "../../cloud";
import { every } from "../../kernel/kernel";
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
  every(cloud.kernel, SAMPLE_MS, SAMPLE_MS, () => {
    for (const { id } of health.list()) {
      const { healthy, checkers, healthyCheckers } = health.status(id);
      const put = (name: string, value: number): void => cloud.metrics.put(METRICS_REGION, "AWS/Route53", name, { HealthCheckId: id }, value);
      put("HealthCheckStatus", healthy ? 1 : 0);
      if (checkers > 0) put("HealthCheckPercentageHealthy", (100 * healthyCheckers) / checkers);
    }
  });
}
