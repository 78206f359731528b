import type { GetObjectCommandInput, GetObjectTaggingCommandInput, HeadObjectCommandInput } from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { ObjectBody } from "./body";
import type { Bucket } from "./bucket";
import { dateOf } from "./dates";
import { noSuchKey, noSuchVersion, preconditionFailed } from "./errors";
import { keyOf, requireKey, tellEncryption, unquoted } from "./put";
import type { ObjectVersion } from "./version";

type Named = Pick<HeadObjectCommandInput, "Key" | "VersionId">;

/** The version that a reader means. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker's own id. */
export function versionFor(bucket: Bucket, { Key, VersionId }: Named): ObjectVersion {
  const key = keyOf(Key);
  if (VersionId === undefined) {
    const newest = bucket.newest(key);
    if (newest && !newest.deleteMarker) return newest;
    throw noSuchKey(key, newest ? { DeleteMarker: true, VersionId: newest.versionId } : {});
  }
  const version = bucket.version(key, VersionId);
  if (!version) throw noSuchVersion(key, VersionId);
  if (version.deleteMarker) throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, { DeleteMarker: true, VersionId });
  return version;
}

function requireMatch({ IfMatch, IfNoneMatch }: HeadObjectCommandInput, { etag }: ObjectVersion): void {
  if (IfMatch !== undefined && IfMatch !== "*" && unquoted(IfMatch) !== unquoted(etag)) throw preconditionFailed("If-Match");
  if (IfNoneMatch !== undefined && (IfNoneMatch === "*" || unquoted(IfNoneMatch) === unquoted(etag))) throw new AwsError("NotModified", "Not Modified", 304);
}

/** What a reader is told about a version. */
function describe(version: ObjectVersion, input: HeadObjectCommandInput) {
  const { versionId, stamp, etag, headers, metadata, checksums, encryption, tags, replication } = version;
  const count = Object.keys(tags).length;
  return {
    AcceptRanges: "bytes",
    LastModified: dateOf(stamp.at),
    ContentLength: version.content.size,
    ETag: etag,
    ContentType: "binary/octet-stream",
    ...headers,
    Metadata: { ...metadata },
    ...(versionId === "null" ? {} : { VersionId: versionId }),
    ...tellEncryption({}, encryption),
    ...(replication === undefined ? {} : { ReplicationStatus: replication }),
    ...(count === 0 ? {} : { TagCount: count }),
    ...(input.ChecksumMode === "ENABLED" ? checksums : {}),
  };
}

/** Everything but the body. S3 says NotFound where GetObject says which: a HEAD's answer has no body to say it in. */
export function headObject(input: HeadObjectCommandInput, bucket: Bucket): object {
  try {
    const version = versionFor(bucket, input);
    requireMatch(input, version);
    return describe(version, input);
  } catch (error) {
    if (!(error instanceof AwsError) || error.$metadata.httpStatusCode !== 404) throw error;
    throw new AwsError("NotFound", "NotFound", 404, error.detail);
  }
}

/** `bytes=first-last`, `bytes=first-`, `bytes=-last`; undefined for what S3 would ignore. */
function rangeOf(text: string | undefined, size: number): { readonly first: number; readonly last: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(text ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || first > last) throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, { ActualObjectSize: size });
  return { first, last };
}

export function getObject(input: GetObjectCommandInput, bucket: Bucket, cloud: Cloud): object {
  const version = versionFor(bucket, input);
  requireMatch(input, version);
  requireKey(cloud, version.encryption);
  const range = rangeOf(input.Range, version.body.length);
  if (!range) return { ...describe(version, input), Body: new ObjectBody(version.body) };
  const { first, last } = range;
  const body = version.body.subarray(first, last + 1);
  const { ChecksumMode: _whole, ...rest } = input;
  return { ...describe(version, rest), ContentLength: body.length, ContentRange: `bytes ${first}-${last}/${version.body.length}`, Body: new ObjectBody(body) };
}

export function getObjectTagging(input: GetObjectTaggingCommandInput, bucket: Bucket): object {
  const { tags, versionId } = versionFor(bucket, input);
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })), ...(versionId === "null" ? {} : { VersionId: versionId }) };
}
