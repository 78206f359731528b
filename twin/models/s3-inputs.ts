import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { Encryption } from "../services/s3/bucket";
import type { ReplicationRule } from "../services/s3/replication";

type EncryptionInput = Unwrap<aws.types.input.s3.BucketServerSideEncryptionConfigurationRule>;
type RuleInput = Unwrap<aws.types.input.s3.BucketReplicationConfigRule>;

/** How the bucket encrypts what says nothing about it. Every bucket encrypts: "Protecting data with server-side encryption". */
export function toEncryption(rule: EncryptionInput | undefined): Encryption {
  const by = rule?.applyServerSideEncryptionByDefault;
  if (!by || by.sseAlgorithm === "AES256") return { algorithm: "AES256" };
  return { algorithm: "aws:kms", ...(by.kmsMasterKeyId === undefined ? {} : { keyArn: by.kmsMasterKeyId }), bucketKey: rule.bucketKeyEnabled ?? false };
}

const isOn = (status: { readonly status: string } | undefined): boolean => status?.status === "Enabled";

/** A rule as the replication keeps it. */
export function toReplicationRule(rule: RuleInput): ReplicationRule {
  const { destination, sourceSelectionCriteria: criteria, filter } = rule;
  return {
    id: rule.id ?? "",
    enabled: rule.status === "Enabled",
    priority: rule.priority ?? 0,
    prefix: filter?.prefix ?? filter?.and?.prefix ?? "",
    targetBucket: destination.bucket.split(":").slice(-1)[0] ?? "",
    deleteMarkers: isOn(rule.deleteMarkerReplication),
    replicaModifications: isOn(criteria?.replicaModifications),
    encrypted: isOn(criteria?.sseKmsEncryptedObjects),
    ...(destination.encryptionConfiguration ? { replicaKeyArn: destination.encryptionConfiguration.replicaKmsKeyId } : {}),
    ...(isOn(destination.replicationTime) ? { thresholdMinutes: destination.replicationTime?.time.minutes ?? 0 } : {}),
  };
}
