import { healthCheckStatuses } from "../../../platform/health-checks";
import type { HealthCheck } from "../../../twin/services/route53/health-check";

const common = { inverted: false, disabled: false, name: "n" };
const endpoint = { ...common, port: 443, intervalMs: 10_000, threshold: 2, regions: [] };
const CHECKS: readonly HealthCheck[] = [
  { ...endpoint, id: "a", type: "HTTPS", fqdn: "a.test", path: "/health" },
  { ...endpoint, id: "s", type: "HTTPS_STR_MATCH", fqdn: "b.test", path: "/switch", searchString: "x", inverted: true },
  { ...common, id: "c", type: "CALCULATED", children: ["a", "s"], threshold: 2 },
];

test("a reader sees what is asked where, how many checkers agree, and which verdict is inverted", () => {
  const verdicts = new Map([
    ["a", { healthy: false, checkers: 16, healthyCheckers: 2, lastChange: 0 }],
    ["s", { healthy: true, checkers: 16, healthyCheckers: 0, lastChange: 0 }],
    ["c", { healthy: false, checkers: 0, healthyCheckers: 0, lastChange: 0 }],
  ]);
  const status = (id: string) => verdicts.get(id) ?? { healthy: true, checkers: 1, healthyCheckers: 1, lastChange: 0 };
  expect(healthCheckStatuses({ healthChecks: () => CHECKS, status })).toEqual([
    { id: "a", name: "n", type: "HTTPS", healthy: false, host: "a.test", path: "/health", healthyCheckers: 2, checkers: 16 },
    { id: "s", name: "n", type: "HTTPS_STR_MATCH", healthy: true, inverted: true, host: "b.test", path: "/switch", healthyCheckers: 0, checkers: 16 },
    { id: "c", name: "n", type: "CALCULATED", healthy: false },
  ]);
});
