import type { Cloud } from "../../cloud";
import { every, type Timer } from "../../kernel/kernel";
import type { Bucket } from "./bucket";

/** Replication metrics come about once a minute. S3 user guide, "Using S3 Replication metrics". */
const EVERY_MS = 60_000;

/**
 * AWS/S3: how late and how much of a replication in the region that receives, what failed in the region that sends.
 * @param find any bucket of the account, by its name
 */
export function publishReplication(cloud: Cloud, source: Bucket, find: (name: string) => Bucket | undefined): Timer {
  const failedBefore = new Map<string, number>();
  return every(cloud.kernel, EVERY_MS, EVERY_MS, () => {
    for (const figures of source.figures()) {
      const { ruleId, sourceBucket, destinationBucket, failedOperations } = figures;
      const dimensions = { SourceBucket: sourceBucket, DestinationBucket: destinationBucket, RuleId: ruleId };
      const put = (region: string, name: string, value: number): void => cloud.metrics.put(region, "AWS/S3", name, dimensions, value);
      const target = find(destinationBucket)?.region;
      if (target !== undefined && cloud.faults.delivers(source.region, target)) {
        put(target, "ReplicationLatency", figures.latencySeconds);
        put(target, "BytesPendingReplication", figures.pendingBytes);
        put(target, "OperationsPendingReplication", figures.pendingOperations);
      }
      put(source.region, "OperationsFailedReplication", failedOperations - (failedBefore.get(ruleId) ?? 0));
      failedBefore.set(ruleId, failedOperations);
    }
  });
}
