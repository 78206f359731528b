import type * as pulumi from "@pulumi/pulumi";
import type { AlarmLine } from "./alarms";
import type { RegionContext } from "./regions";
import { ruleId } from "./naming";
import type { Bucket, Buckets, RegionBuckets } from "./s3";

/** What an object's way to the other region may take: replication time control promises 15 minutes. */
const PROMISED_SECONDS = 900;

/** The buckets that a region watches: its own, the other region's, and both ends of the logs' way. */
export interface WatchedBuckets {
  readonly own: RegionBuckets;
  readonly other: RegionBuckets;
  readonly logs: Buckets["logs"];
}

/**
 * Replication of buckets: how late and how much is told in the region that receives, what failed in the region that
 * sends. S3 user guide, "Using S3 Replication metrics". Without traffic there are no figures, so AWS advises to leave
 * the state as it is.
 */
export const replicationAlarms = ({ region, peer, role }: RegionContext, { own, other, logs }: WatchedBuckets): readonly AlarmLine[] => [
  ...(Object.keys(own) as (keyof RegionBuckets)[]).flatMap((name) => [ // Object.keys forgets the literal names
    ...arrivals(name, { from: other[name], to: own[name], region }),
    failures(name, "page", { from: own[name], to: other[name], region: peer }),
  ]),
  // Log lines are written in the secondary, and go one way.
  ...(role === "primary"
    ? arrivals("logs", { from: logs.secondary, to: logs.primary, region })
    : [failures("logs", "ticket", { from: logs.secondary, to: logs.primary, region: peer })]),
];

/** One direction of a bucket's replication, into `region`. */
interface Way {
  readonly from: Bucket;
  readonly to: Bucket;
  readonly region: string;
}

const arrivals = (name: string, way: Way): readonly AlarmLine[] => [
  {
    ...alongWay(way),
    service: `payments-${name}-replication-latency`,
    severity: "ticket",
    means: `The peer's ${name} reach this region later than the 15 minutes that S3 promises.`,
    runbook: "bucket-replication",
    metric: "ReplicationLatency",
    threshold: PROMISED_SECONDS,
  },
  {
    ...alongWay(way),
    service: `payments-${name}-replication-pending`,
    severity: "ticket",
    means: `More than 100 MB of the peer's ${name} wait for their replication to this region.`,
    runbook: "bucket-replication",
    metric: "BytesPendingReplication",
    threshold: 100_000_000,
  },
];

const failures = (name: string, severity: AlarmLine["severity"], way: Way): AlarmLine => ({
  ...alongWay(way),
  service: `payments-${name}-replication-failed`,
  severity,
  means: `S3 gave up replicating some of this region's ${name}: they must be replicated by hand.`,
  runbook: "bucket-replication-failed",
  metric: "OperationsFailedReplication",
  statistic: "Sum",
  // What S3 gave up it does not try again: a single failure is counted in one minute only.
  minutes: 1,
  threshold: 0,
});

const alongWay = ({ from, to, region }: Way) =>
  ({
    namespace: "AWS/S3",
    dimensions: { SourceBucket: from.name, DestinationBucket: to.name, RuleId: ruleId(region) } satisfies Record<string, pulumi.Input<string>>,
    statistic: "Maximum",
    minutes: 5,
    beyond: "above",
    missing: "ignore",
  }) as const;
