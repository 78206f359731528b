import type { PutObjectCommandInput, PutObjectCommandOutput } from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { kmsOf } from "../kms/index";
import { checkedSums, contentOf, type Checksums, type Content } from "./body";
import type { Bucket } from "./bucket";
import { conditionalConflict, customerKeysBlocked, invalidArgument, noSuchKey, notImplemented, preconditionFailed } from "./errors";
import { ObjectVersion, STORED_HEADERS, type Encryption, type StoredHeaders } from "./version";

type Answer<T> = Omit<T, "$metadata">;

/** S3 user guide, "Naming Amazon S3 objects". */
const MAX_KEY_BYTES = 1024;

export function keyOf(key: string | undefined): string {
  if (key === undefined || key === "") throw invalidArgument("A key must be specified", "Key");
  // No character has more than three bytes.
  if (key.length > MAX_KEY_BYTES / 3 && Buffer.byteLength(key) > MAX_KEY_BYTES) throw new AwsError("KeyTooLongError", `Your key is too long (${Buffer.byteLength(key)} bytes; allowed ${MAX_KEY_BYTES})`);
  return key;
}

/** Fails as S3 does when the key of an object cannot be used now: KMS's own error under `KMS.`. */
export function requireKey(cloud: Cloud, { keyArn }: Encryption): void {
  if (keyArn === undefined) return;
  try {
    kmsOf(cloud, keyArn).usable(keyArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(`KMS.${error.name}`, error.message, 400);
  }
}

/** The request's own wish, else the bucket's default. */
function encryptionOf(input: PutObjectCommandInput, bucket: Bucket): Encryption {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyArn, SSECustomerAlgorithm, BucketKeyEnabled } = input;
  if (SSECustomerAlgorithm !== undefined) throw bucket.takesCustomerKeys ? notImplemented("SSE-C") : customerKeysBlocked(bucket.name);
  if (algorithm === undefined) return bucket.encryption;
  if (algorithm === "AES256") return { algorithm };
  if (algorithm !== "aws:kms") throw notImplemented(`the encryption ${algorithm}`);
  const own = bucket.encryption.algorithm === "aws:kms" ? bucket.encryption : { algorithm };
  return { ...own, ...(keyArn === undefined ? {} : { keyArn }), ...(BucketKeyEnabled === undefined ? {} : { bucketKey: BucketKeyEnabled }) };
}

/** "Add preconditions to S3 operations with conditional requests". */
function requireConditions({ IfNoneMatch, IfMatch }: PutObjectCommandInput, bucket: Bucket, key: string): void {
  const current = bucket.current(key);
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") throw notImplemented(`If-None-Match: ${IfNoneMatch} on a write (only * )`);
    if (current) throw preconditionFailed("If-None-Match");
  }
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (unquoted(IfMatch) !== unquoted(current.etag)) throw preconditionFailed("If-Match");
}

export const unquoted = (etag: string): string => etag.replace(/^"|"$/g, "");

function storedHeaders(input: PutObjectCommandInput): StoredHeaders {
  const kept: Partial<Record<(typeof STORED_HEADERS)[number], string>> = {};
  for (const name of STORED_HEADERS) {
    const value = input[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function tagsOf(tagging: string | undefined): Readonly<Record<string, string>> {
  return tagging === undefined ? {} : Object.fromEntries(new URLSearchParams(tagging));
}

/** What an answer tells of the encryption. */
type EncryptionOutput = Pick<PutObjectCommandOutput, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled">;

/** Adds to an answer how the object is encrypted. */
export function tellEncryption<A extends EncryptionOutput>(answer: A, { algorithm, keyArn, bucketKey }: Encryption): A {
  answer.ServerSideEncryption = algorithm;
  if (keyArn !== undefined) answer.SSEKMSKeyId = keyArn;
  if (bucketKey) answer.BucketKeyEnabled = true;
  return answer;
}

/** Makes the version, now that nothing keeps it from being stored. */
function commit(input: PutObjectCommandInput, bucket: Bucket, key: string, content: Content, encryption: Encryption, checksums: Checksums): Answer<PutObjectCommandOutput> {
  requireConditions(input, bucket, key);
  const versionId = bucket.newVersionId();
  const stamp = bucket.stamp();
  // Under a KMS key the ETag is no digest of the content. S3 API reference, "Object", ETag.
  const etag = `"${encryption.algorithm === "AES256" ? content.md5 : bucket.newOpaqueTag()}"`;
  const facts = { key, versionId, stamp, deleteMarker: false, content, etag, headers: storedHeaders(input), metadata: input.Metadata ?? {}, checksums };
  bucket.write(new ObjectVersion(facts, encryption, tagsOf(input.Tagging), undefined));
  const answer: Answer<PutObjectCommandOutput> = { ETag: etag };
  if (versionId !== "null") answer.VersionId = versionId;
  return Object.assign(tellEncryption(answer, encryption), checksums);
}

/**
 * Stores an object, or its next version.
 * @param takes waits while the object is on its way; a conditional write that meets a delete meanwhile conflicts
 */
export function putObject(
  input: PutObjectCommandInput,
  bucket: Bucket,
  cloud: Cloud,
  takes: (() => Promise<void>) | undefined,
): Answer<PutObjectCommandOutput> | Promise<Answer<PutObjectCommandOutput>> {
  const key = keyOf(input.Key);
  const content = contentOf(input.Body);
  const checksums = checkedSums(content, input);
  const encryption = encryptionOf(input, bucket);
  requireKey(cloud, encryption);
  if (!takes) return commit(input, bucket, key, content, encryption, checksums);
  const deletions = bucket.deletionsOf(key);
  const conditional = input.IfNoneMatch !== undefined || input.IfMatch !== undefined;
  return takes().then(() => {
    if (conditional && bucket.deletionsOf(key) !== deletions) throw conditionalConflict(key);
    return commit(input, bucket, key, content, encryption, checksums);
  });
}
