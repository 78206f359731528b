import type { HealthCheck, HealthStatus } from "../twin/services/route53/health-check";
import type { HealthCheckStatus } from "./status";

/** The part of Route 53 that is asked. */
export interface HealthChecks {
  healthChecks(): readonly HealthCheck[];
  status(id: string): HealthStatus;
}

/** Every health check with its verdict of now. */
export const healthCheckStatuses = (route53: HealthChecks): readonly HealthCheckStatus[] =>
  route53.healthChecks().map((check) => {
    const { id, name, type } = check;
    const { healthy, healthyCheckers, checkers } = route53.status(id);
    return {
      id,
      name,
      type,
      healthy,
      ...(check.inverted ? { inverted: true as const } : {}),
      ...(checkers > 0 ? { healthyCheckers, checkers } : {}),
      ...("path" in check ? { path: check.path, ...(check.fqdn === undefined ? {} : { host: check.fqdn }) } : {}),
    };
  });
