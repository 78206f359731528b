import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { denialMessage, iam } from "../iam/index";
import { kmsOf } from "../kms/index";
import { bucketArn, viaService } from "./access";
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

/** An action that the role must be allowed on a bucket, or on the object in it. */
interface Need {
  readonly action: string;
  readonly on: "source" | "target";
  readonly what: "bucket" | "object";
}

const BUCKET: readonly Need[] = [
  { action: "s3:GetReplicationConfiguration", on: "source", what: "bucket" },
  { action: "s3:ListBucket", on: "source", what: "bucket" },
];
const OBJECT: readonly Need[] = [
  ...BUCKET,
  { action: "s3:GetObjectVersionForReplication", on: "source", what: "object" },
  { action: "s3:GetObjectVersionAcl", on: "source", what: "object" },
];
const TAGS: readonly Need[] = [
  { action: "s3:GetObjectVersionTagging", on: "source", what: "object" },
  { action: "s3:ReplicateTags", on: "target", what: "object" },
];

/** What S3 does in the role's name. S3 user guide, "Setting up permissions for live replication". */
const NEEDS = {
  marker: [...BUCKET, { action: "s3:ReplicateDelete", on: "target", what: "object" }],
  version: [...OBJECT, { action: "s3:ReplicateObject", on: "target", what: "object" }],
  tags: [...OBJECT, ...TAGS],
} as const satisfies Readonly<Record<string, readonly Need[]>>;

/** Without these permissions S3 copies versions and leaves their tags behind ("Setting up permissions for live replication"). */
export const copiesTags = (cloud: Cloud, copying: Copying): boolean =>
  copying.role === undefined || isEmpty(copying.version.tags) || refusal(cloud, copying.role, TAGS, copying) === undefined;

function isEmpty(tags: ObjectVersion["tags"]): boolean {
  for (const _ in tags) return false;
  return true;
}

/** Why a version cannot be copied: the role's permissions, or a key's state; undefined = it can. */
export function copyProblem(cloud: Cloud, copying: Copying): string | undefined {
  const { role, version, what, replicaKeyArn } = copying;
  const denied = role === undefined ? undefined : roleProblem(cloud, role, copying);
  if (denied !== undefined || version.deleteMarker || what === "tags") return denied;
  return stateProblem(cloud, version.encryption.keyArn) ?? stateProblem(cloud, replicaKeyArn);
}

const S3_SERVICE = { service: "s3.amazonaws.com" } as const;

function roleProblem(cloud: Cloud, role: string, copying: Copying): string | undefined {
  const { source, version, what } = copying;
  const context = { "aws:SourceAccount": cloud.accountId, "aws:SourceArn": bucketArn(source.name) };
  if (iam(cloud).assume({ principal: S3_SERVICE, roleArn: role, context })) return `${role} does not trust ${S3_SERVICE.service}`;
  return refusal(cloud, role, NEEDS[version.deleteMarker ? "marker" : what], copying) ?? keyProblem(cloud, role, copying);
}

/** The first of the actions that the role may not do, as IAM tells it. */
function refusal(cloud: Cloud, role: string, wanted: readonly Need[], { source, target, version }: Copying): string | undefined {
  const account = iam(cloud);
  const object = { source: `${bucketArn(source.name)}/${version.key}`, target: `${bucketArn(target.name)}/${version.key}` };
  for (const { action, on, what } of wanted) {
    const { name, region } = on === "source" ? source : target;
    const policyOf = bucketArn(name);
    const resource = what === "bucket" ? policyOf : object[on];
    const denial = account.authorize({ principal: role, action, resource, policyOf, region });
    if (denial) return denialMessage(role, action, resource, denial);
  }
  return undefined;
}

/** The source's key opens, the replica's closes. */
function keyProblem(cloud: Cloud, role: string, copying: Copying): string | undefined {
  const { version, what, source, target, replicaKeyArn } = copying;
  const { keyArn } = version.encryption;
  if (what === "tags" || version.deleteMarker || keyArn === undefined) return undefined;
  return keyRefusal(cloud, role, "kms:Decrypt", keyArn, source, version) ?? keyRefusal(cloud, role, "kms:Encrypt", replicaKeyArn ?? keyArn, target, version);
}

/** With bucket keys KMS is told of the bucket alone. */
function keyRefusal(cloud: Cloud, role: string, action: string, keyArn: string, bucket: Bucket, { key, encryption }: ObjectVersion): string | undefined {
  const about = encryption.bucketKey ? bucketArn(bucket.name) : `${bucketArn(bucket.name)}/${key}`;
  const denial = iam(cloud).authorizeKey(role, keyArn, action, viaService(bucket.region), { "kms:EncryptionContext:aws:s3:arn": about });
  return denial && denialMessage(role, action, keyArn, denial);
}

/** Why a key cannot be used; undefined = it can, or there is none. */
function stateProblem(cloud: Cloud, keyArn: string | undefined): string | undefined {
  if (keyArn === undefined) return undefined;
  try {
    kmsOf(cloud, keyArn).usable(keyArn);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return String(error);
    throw error;
  }
}
