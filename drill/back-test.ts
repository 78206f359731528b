/**
 * Published measurements that the model could be held against, with what they tell and what a comparison needs. A
 * comparison is made only where the parameters are published; the others are left out, and said to be.
 */
export interface PublishedMeasurement {
  readonly source: string;
  /** As published, seconds. */
  readonly totalSeconds: number;
  readonly dnsSeconds: number;
  readonly dnsPart: string;
  /** Parameters that the model needs; undefined = not published, or there is none. */
  readonly parameters: {
    readonly checkIntervalSeconds: number | undefined;
    readonly failureThreshold: number | undefined;
    readonly ttlSeconds: number | undefined;
    readonly clientsResolvedByDns: boolean;
  };
  readonly because: string;
}

export const PUBLISHED: readonly PublishedMeasurement[] = [
  {
    source: "github.com/bhattchaitanya/aws-arc-eks-observed-capacity-failover, evidence/experiment-result.json (2026-07-24)",
    totalSeconds: 165.8,
    dnsSeconds: 120.9,
    dnsPart: "the block Route53HealthCheck of an ARC Region switch plan",
    parameters: { checkIntervalSeconds: undefined, failureThreshold: undefined, ttlSeconds: 30, clientsResolvedByDns: false },
    because:
      "its health checks are vended by ARC: their state is set by the plan, so nothing probes an endpoint, and neither an interval nor a threshold exists; " +
      "the 120.9 s are how long ARC's own block took, its confirmation included, and the hosted zone was not delegated, so no client's DNS answer was part of it",
  },
];

/** What is missing to hold the model against a measurement; empty = it can be. */
export const missingParameters = ({ parameters }: PublishedMeasurement): readonly string[] => [
  ...(parameters.checkIntervalSeconds === undefined ? ["interval of the health checks"] : []),
  ...(parameters.failureThreshold === undefined ? ["failure threshold of the health checks"] : []),
  ...(parameters.ttlSeconds === undefined ? ["TTL of the records"] : []),
  ...(parameters.clientsResolvedByDns ? [] : ["clients that followed DNS"]),
];
