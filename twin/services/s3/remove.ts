import type { DeleteObjectCommandInput, DeleteObjectsCommandInput, PutObjectTaggingCommandInput } from "@aws-sdk/client-s3";
import { AwsError } from "../../errors";
import { EMPTY } from "./body";
import type { Bucket } from "./bucket";
import { keyOf } from "./put";
import { versionFor } from "./read";
import { ObjectVersion } from "./version";

/** What became of a deletion: what DeleteObject answers. */
interface Deleted {
  readonly DeleteMarker?: true;
  readonly VersionId?: string;
}

/** Removes a named version for good, or hides the object behind a delete marker. "Deleting object versions". */
function remove(bucket: Bucket, key: string, versionId: string | undefined): Deleted {
  if (versionId !== undefined) {
    const removed = bucket.erase(key, versionId);
    return { ...(removed?.deleteMarker ? { DeleteMarker: true } : {}), VersionId: versionId };
  }
  if (bucket.versioning === undefined) {
    bucket.erase(key, "null");
    return {};
  }
  const marker = bucket.newVersionId();
  const facts = { key, versionId: marker, stamp: bucket.stamp(), deleteMarker: true, content: EMPTY, etag: "", headers: {}, metadata: {}, checksums: {} };
  bucket.write(new ObjectVersion(facts, { algorithm: "AES256" }, {}, undefined));
  return { DeleteMarker: true, VersionId: marker };
}

export const deleteObject = ({ Key, VersionId }: DeleteObjectCommandInput, bucket: Bucket): object => remove(bucket, keyOf(Key), VersionId);

/** Objects in one request. S3 API reference, "DeleteObjects". */
const MAX_DELETIONS = 1000;

export function deleteObjects({ Delete }: DeleteObjectsCommandInput, bucket: Bucket): object {
  const objects = Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > MAX_DELETIONS) {
    throw new AwsError("MalformedXML", `The XML you provided was not well-formed or did not validate against our published schema (${objects.length} objects; allowed 1..${MAX_DELETIONS})`);
  }
  const results = objects.map(({ Key, VersionId }) => {
    const { DeleteMarker, VersionId: id } = remove(bucket, keyOf(Key), VersionId);
    return {
      Key,
      ...(VersionId === undefined ? {} : { VersionId }),
      ...(DeleteMarker ? { DeleteMarker: true, ...(id === undefined ? {} : { DeleteMarkerVersionId: id }) } : {}),
    };
  });
  return Delete?.Quiet ? {} : { Deleted: results };
}

/** New tags of a version: the change of metadata that replica modification sync carries back. */
export function putObjectTagging(input: PutObjectTaggingCommandInput, bucket: Bucket): object {
  const version = versionFor(bucket, input);
  bucket.retag(version, Object.fromEntries((input.Tagging?.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value])));
  return version.versionId === "null" ? {} : { VersionId: version.versionId };
}
