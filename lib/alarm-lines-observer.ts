import { METRICS } from "../lambda/shared/constants";
import type { AlarmLine } from "./alarms";
import type { DeployedFunction } from "./lambda";

/**
 * What the observer tells from the secondary: also when the primary is lost, and with it Route 53's own metrics, which are in
 * us-east-1 only. Its silence has its own line, so that no other one speaks for it.
 */
export const observerAlarms = ({ name }: DeployedFunction): readonly AlarmLine[] => {
  const own = { namespace: METRICS.namespace, dimensions: { [METRICS.dimension]: name } };
  const unseen = { ...own, severity: "page", runbook: "region-not-seen-healthy", statistic: "Maximum", minutes: 2, threshold: 1, beyond: "below", missing: "notBreaching" } as const;
  const led = { ...own, statistic: "Minimum", threshold: 0, beyond: "above", missing: "notBreaching" } as const;
  return [
    {
      ...own,
      service: "payments-observer-silent",
      severity: "page",
      means: "The observer does not look: nobody watches from the secondary, and failback is refused.",
      runbook: "observer-silent",
      metric: METRICS.observerLooks,
      statistic: "Sum",
      minutes: 3,
      threshold: 1,
      beyond: "below",
      missing: "breaching",
    },
    { ...unseen, service: "payments-primary-not-seen", means: "The secondary sees no healthy primary: it is ill, or the link is cut.", metric: METRICS.primaryHealthy },
    { ...unseen, service: "payments-secondary-not-seen", means: "The secondary cannot take payments: nothing could take over.", metric: METRICS.secondaryHealthy },
    { ...led, service: "payments-dns-secondary", severity: "page", means: "DNS answers the secondary: traffic has left the primary.", runbook: "dns-answers-the-secondary", metric: METRICS.observedDnsSecondary, minutes: 1 },
    { ...led, service: "payments-latch-evacuated", severity: "ticket", means: "The latch holds the primary out: a failback is due.", runbook: "latch-holds-the-primary-out", metric: METRICS.latchEvacuated, minutes: 5 },
  ];
};
