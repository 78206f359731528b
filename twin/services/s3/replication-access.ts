import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { denialMessage, iam } from "../iam/index";
import { kmsOf } from "../kms/index";
import { bucketArn } from "./access";
import type { Bucket } from "./bucket";
import type { ObjectVersion } from "./version";

/** One version, or its tags, on the way to another bucket. */
export interface Copying {
  readonly version: ObjectVersion;
  readonly what: "version" | "tags";
  readonly source: Bucket;
  readonly target: Bucket;
  /** The key of the replica, where the rule names one. */
  readonly replicaKeyArn: string | undefined;
  /** The configuration's role; undefined = the account's owner. */
  readonly role: string | undefined;
}

type Need = readonly [action: string, bucket: Bucket, key?: string];

/** What S3 does in the role's name. S3 user guide, "Setting up permissions for live replication". */
function needs({ version: { key, deleteMarker }, what, source, target }: Copying): readonly Need[] {
  const own: readonly Need[] = [["GetReplicationConfiguration", source], ["ListBucket", source]];
  if (deleteMarker) return [...own, ["ReplicateDelete", target, key]];
  return [
    ...own,
    ["GetObjectVersionForReplication", source, key],
    ["GetObjectVersionAcl", source, key],
    ...(what === "version" ? [["ReplicateObject", target, key] as const] : tagNeeds({ version: { key }, source, target })),
  ];
}

const tagNeeds = ({ version: { key }, source, target }: { readonly version: Pick<ObjectVersion, "key"> } & Pick<Copying, "source" | "target">): readonly Need[] => [
  ["GetObjectVersionTagging", source, key],
  ["ReplicateTags", target, key],
];

/** Without these permissions S3 copies versions and leaves their tags behind ("Setting up permissions for live replication"). */
export const copiesTags = (cloud: Cloud, copying: Copying): boolean =>
  copying.role === undefined || Object.keys(copying.version.tags).length === 0 || refusal(cloud, copying.role, tagNeeds(copying)) === undefined;

/** Why a version cannot be copied: the role's permissions, or a key's state; undefined = it can. */
export function copyProblem(cloud: Cloud, copying: Copying): string | undefined {
  const { role, version, what, replicaKeyArn } = copying;
  const denied = role === undefined ? undefined : roleProblem(cloud, role, copying);
  if (denied !== undefined || version.deleteMarker || what === "tags") return denied;
  return stateProblem(cloud, [version.encryption.keyArn, replicaKeyArn]);
}

function roleProblem(cloud: Cloud, role: string, copying: Copying): string | undefined {
  const { source } = copying;
  const service = { "aws:SourceAccount": cloud.accountId, "aws:SourceArn": bucketArn(source.name) };
  if (iam(cloud).assume({ principal: { service: "s3.amazonaws.com" }, roleArn: role, context: service })) return `${role} does not trust s3.amazonaws.com`;
  return refusal(cloud, role, needs(copying)) ?? keyProblem(cloud, role, copying);
}

/** The first of the actions that the role may not do, as IAM tells it. */
function refusal(cloud: Cloud, role: string, wanted: readonly Need[]): string | undefined {
  for (const [name, { name: bucket, region }, key] of wanted) {
    const policyOf = bucketArn(bucket);
    const resource = key === undefined ? policyOf : `${policyOf}/${key}`;
    const action = `s3:${name}`;
    const denial = iam(cloud).authorize({ principal: role, action, resource, policyOf, region });
    if (denial) return denialMessage(role, action, resource, denial);
  }
  return undefined;
}

/** The source's key opens, the replica's closes; with bucket keys KMS is told of the bucket alone. */
function keyProblem(cloud: Cloud, role: string, { version, what, source, target, replicaKeyArn }: Copying): string | undefined {
  const { keyArn, bucketKey } = version.encryption;
  if (what === "tags" || version.deleteMarker || keyArn === undefined) return undefined;
  const uses = [
    { action: "kms:Decrypt", arn: keyArn, bucket: source },
    { action: "kms:Encrypt", arn: replicaKeyArn ?? keyArn, bucket: target },
  ];
  for (const { action, arn, bucket } of uses) {
    const about = bucketKey ? bucketArn(bucket.name) : `${bucketArn(bucket.name)}/${version.key}`;
    const denial = iam(cloud).authorizeKey(role, arn, action, `s3.${bucket.region}.amazonaws.com`, { "kms:EncryptionContext:aws:s3:arn": about });
    if (denial) return denialMessage(role, action, arn, denial);
  }
  return undefined;
}

function stateProblem(cloud: Cloud, keyArns: readonly (string | undefined)[]): string | undefined {
  try {
    for (const keyArn of keyArns) if (keyArn !== undefined) kmsOf(cloud, keyArn).usable(keyArn);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return String(error);
    throw error;
  }
}
