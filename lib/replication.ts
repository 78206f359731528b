import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createServiceRole } from "./iam";
import { ruleId } from "./naming";
import { replicate } from "./policies/buckets";
import type { RegionContext } from "./regions";
import type { VersionedBucket } from "./s3";

/** A region's buckets, in the same order in both regions. */
interface End {
  readonly context: RegionContext;
  readonly buckets: readonly VersionedBucket[];
}

/** The only time that replication time control knows. S3 user guide, "Meeting compliance requirements with S3 Replication Time Control". */
const MINUTES = 15;
const ENABLED = { status: "Enabled" };

const arnsOf = ({ buckets }: End): pulumi.Output<string[]> => pulumi.all(buckets.map(({ arn }) => arn));

/** One direction: each bucket of `source` into the one at its place in `target`, by a role that may do that alone. */
export function replicateBuckets(source: End, target: End): void {
  const { context } = source;
  const role = createServiceRole(context, {
    service: "payments-replication",
    trusts: "s3.amazonaws.com",
    statements: pulumi
      .all([arnsOf(source), context.key.arn, arnsOf(target), target.context.key.arn])
      .apply(([from, fromKey, to, toKey]) =>
        replicate(
          { region: context.region, bucketArns: from, keyArn: fromKey },
          { region: target.context.region, bucketArns: to, keyArn: toKey },
        ),
      ),
  });
  for (const [index, bucket] of source.buckets.entries()) {
    const peer = target.buckets[index];
    if (peer?.service !== bucket.service) throw new Error(`${bucket.service} has no twin in ${target.context.region}`);
    new aws.s3.BucketReplicationConfig(
      context.name(bucket.service, "tag"),
      { bucket: bucket.name, role: role.arn, rules: [ruleTo(target.context, peer)] },
      // Both sides must keep versions first, and S3 checks that the role may do it.
      { ...context.options, dependsOn: [bucket.versioned, peer.versioned, ...role.ready] },
    );
  }
}

const ruleTo = ({ region, key }: RegionContext, peer: VersionedBucket): aws.types.input.s3.BucketReplicationConfigRule => ({
  id: ruleId(region),
  priority: 1,
  ...ENABLED,
  filter: { prefix: "" },
  deleteMarkerReplication: ENABLED,
  // Two ways: a change of a replica's metadata goes back too.
  sourceSelectionCriteria: { replicaModifications: ENABLED, sseKmsEncryptedObjects: ENABLED },
  destination: {
    bucket: peer.arn,
    encryptionConfiguration: { replicaKmsKeyId: key.arn },
    replicationTime: { ...ENABLED, time: { minutes: MINUTES } },
    metrics: { ...ENABLED, eventThreshold: { minutes: MINUTES } },
  },
});
