import { S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../../twin/cloud";
import type { VirtualKernel } from "../../../twin/kernel/virtual";
import { sdkClient } from "../../../twin/runtime";
import { kms } from "../../../twin/services/kms/index";
import { s3, type Bucket } from "../../../twin/services/s3/index";
import type { ReplicationRule } from "../../../twin/services/s3/replication";
import { ACCOUNT, virtualCloud } from "../lambda/support";

export const EAST = "us-east-1";
export const OHIO = "us-east-2";

export const keyArn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/key-of-${region}`;

export const rule = (targetBucket: string, more: Partial<ReplicationRule> = {}): ReplicationRule => ({
  id: `to-${targetBucket}`,
  enabled: true,
  priority: 1,
  prefix: "",
  targetBucket,
  deleteMarkers: true,
  replicaModifications: true,
  encrypted: true,
  thresholdMinutes: 15,
  ...more,
});

export interface World {
  readonly cloud: Cloud;
  readonly kernel: VirtualKernel;
  /** Versioned, under the region's key, replicated both ways. */
  readonly east: Bucket;
  readonly ohio: Bucket;
  readonly client: (region: string) => S3Client;
}

/** Two versioned buckets that replicate to each other, each under its region's key. */
export function pair(more: Partial<ReplicationRule> = {}): World {
  const { cloud, kernel } = virtualCloud();
  const make = (region: string, name: string): Bucket => {
    kms(cloud, region).createKey({ keyId: `key-of-${region}`, arn: keyArn(region), description: "", enabled: true, policy: "" });
    const bucket = s3(cloud, region).createBucket(name);
    bucket.versioning = "Enabled";
    bucket.encryption = { algorithm: "aws:kms", keyArn: keyArn(region), bucketKey: true };
    return bucket;
  };
  const east = make(EAST, "east");
  const ohio = make(OHIO, "ohio");
  east.replicate([rule("ohio", { replicaKeyArn: keyArn(OHIO), ...more })]);
  ohio.replicate([rule("east", { replicaKeyArn: keyArn(EAST), ...more })]);
  return { cloud, kernel, east, ohio, client: (region) => sdkClient(cloud, region, S3Client) };
}
