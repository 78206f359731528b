import type * as pulumi from "@pulumi/pulumi";
import type { AlarmLine } from "./alarms";
import type { RegionContext } from "./regions";
import { ruleId } from "./naming";
import type { RegionBuckets } from "./s3";

/** What an object's way to the other region may take: replication time control promises 15 minutes. */
const PROMISED_SECONDS = 900;

/**
 * Replication of buckets: how late and how much is told in the region that receives, what failed in the region that
 * sends. S3 user guide, "Using S3 Replication metrics". Without traffic there are no figures, so AWS advises to leave
 * the state as it is.
 */
export const replicationAlarms = ({ region, peer }: RegionContext, own: RegionBuckets, other: RegionBuckets): readonly AlarmLine[] =>
  (Object.keys(own) as (keyof RegionBuckets)[]).flatMap((name) => { // Object.keys forgets the literal names
    const incoming = way(other[name].name, own[name].name, region);
    const outgoing = way(own[name].name, other[name].name, peer);
    return [
      {
        ...incoming,
        service: `payments-${name}-replication-latency`,
        severity: "ticket",
        means: `The peer's ${name} reach this region later than the 15 minutes that S3 promises.`,
        runbook: "bucket-replication",
        metric: "ReplicationLatency",
        threshold: PROMISED_SECONDS,
      },
      {
        ...incoming,
        service: `payments-${name}-replication-pending`,
        severity: "ticket",
        means: `More than 100 MB of the peer's ${name} wait for their replication to this region.`,
        runbook: "bucket-replication",
        metric: "BytesPendingReplication",
        threshold: 100_000_000,
      },
      {
        ...outgoing,
        service: `payments-${name}-replication-failed`,
        severity: "page",
        means: `S3 gave up replicating some of this region's ${name}: they must be replicated by hand.`,
        runbook: "bucket-replication-failed",
        metric: "OperationsFailedReplication",
        statistic: "Sum",
        threshold: 0,
      },
    ];
  });

const way = (SourceBucket: pulumi.Input<string>, DestinationBucket: pulumi.Input<string>, targetRegion: string) =>
  ({
    namespace: "AWS/S3",
    dimensions: { SourceBucket, DestinationBucket, RuleId: ruleId(targetRegion) },
    statistic: "Maximum",
    minutes: 5,
    beyond: "above",
    missing: "ignore",
  }) as const;
