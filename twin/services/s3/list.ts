import type { ListObjectVersionsCommandInput, ListObjectsV2CommandInput } from "@aws-sdk/client-s3";
import type { Bucket } from "./bucket";
import { dateOf } from "./dates";
import { invalidArgument } from "./errors";
import { byBytes, type ObjectVersion } from "./version";

/** "ListObjectsV2": at most so many at once. */
const MAX_KEYS = 1000;

function limitOf(given: number | undefined): number {
  if (given === undefined) return MAX_KEYS;
  if (!Number.isInteger(given) || given < 0) throw invalidArgument(`max-keys: got ${given}; allowed whole numbers from 0 on`, "max-keys");
  return Math.min(given, MAX_KEYS);
}

/** A key's common prefix: up to the delimiter that comes after the wanted prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
  return delimiter === undefined || end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

const encoder = (type: string | undefined): ((text: string) => string) =>
  type === "url" ? (text) => encodeURIComponent(text).replace(/%2F/g, "/") : (text) => text;

/** Tokens are opaque to clients. */
const token = (key: string): string => Buffer.from(key).toString("base64");
const fromToken = (text: string): string => {
  const key = Buffer.from(text, "base64").toString();
  if (token(key) !== text) throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
  return key;
};

export function listObjectsV2(input: ListObjectsV2CommandInput, bucket: Bucket): object {
  const { Prefix = "", Delimiter, StartAfter, ContinuationToken } = input;
  const encode = encoder(input.EncodingType);
  const limit = limitOf(input.MaxKeys);
  const after = ContinuationToken === undefined ? StartAfter : fromToken(ContinuationToken);
  const contents: ObjectVersion[] = [];
  const prefixes = new Set<string>();
  let last: string | undefined;
  let more = false;
  for (const key of bucket.keys()) {
    if (!key.startsWith(Prefix)) continue;
    const common = commonPrefix(key, Prefix, Delimiter);
    const place = common ?? key;
    if ((after !== undefined && byBytes(place, after) <= 0) || (common !== undefined && prefixes.has(common))) continue;
    const object = bucket.current(key);
    if (!object) continue;
    if (contents.length + prefixes.size >= limit) {
      more = true;
      break;
    }
    if (common === undefined) contents.push(object);
    else prefixes.add(common);
    last = place;
  }
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter === undefined ? {} : { Delimiter: encode(Delimiter) }),
    ...(StartAfter === undefined ? {} : { StartAfter: encode(StartAfter) }),
    ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    KeyCount: contents.length + prefixes.size,
    IsTruncated: more,
    ...(more && last !== undefined ? { NextContinuationToken: token(last) } : {}),
    ...(contents.length === 0 ? {} : { Contents: contents.map((object) => ({ ...summary(object), Key: encode(object.key) })) }),
    ...(prefixes.size === 0 ? {} : { CommonPrefixes: [...prefixes].map((prefix) => ({ Prefix: encode(prefix) })) }),
  };
}

const summary = ({ key, stamp, etag, content }: ObjectVersion) => ({ Key: key, LastModified: dateOf(stamp.at), ETag: etag, Size: content.size, StorageClass: "STANDARD" });

/** Where a listing of versions goes on. */
interface Marker {
  readonly key: string;
  readonly versionId: string | undefined;
}

function isBehind(version: ObjectVersion, marker: Marker, bucket: Bucket): boolean {
  const order = byBytes(version.key, marker.key);
  if (order !== 0 || marker.versionId === undefined) return order > 0;
  const siblings = bucket.versionsOf(version.key);
  return siblings.indexOf(version) > siblings.findIndex(({ versionId }) => versionId === marker.versionId);
}

export function listObjectVersions(input: ListObjectVersionsCommandInput, bucket: Bucket): object {
  const { Prefix = "", Delimiter, KeyMarker, VersionIdMarker } = input;
  const encode = encoder(input.EncodingType);
  const limit = limitOf(input.MaxKeys);
  const marker = KeyMarker ? { key: KeyMarker, versionId: VersionIdMarker } : undefined;
  const found: ObjectVersion[] = [];
  const prefixes = new Set<string>();
  let last: Marker | undefined;
  let more = false;
  listing: for (const key of bucket.keys()) {
    if (!key.startsWith(Prefix)) continue;
    const common = commonPrefix(key, Prefix, Delimiter);
    if (common !== undefined && (prefixes.has(common) || (marker && byBytes(common, marker.key) <= 0))) continue;
    for (const version of common === undefined ? bucket.versionsOf(key) : bucket.versionsOf(key).slice(0, 1)) {
      if (common === undefined && marker && !isBehind(version, marker, bucket)) continue;
      if (found.length + prefixes.size >= limit) {
        more = true;
        break listing;
      }
      if (common === undefined) found.push(version);
      else prefixes.add(common);
      last = common === undefined ? { key, versionId: version.versionId } : { key: common, versionId: undefined };
    }
  }
  const entry = (version: ObjectVersion) => ({ Key: encode(version.key), VersionId: version.versionId, IsLatest: bucket.newest(version.key) === version, LastModified: dateOf(version.stamp.at) });
  const versions = found.filter(({ deleteMarker }) => !deleteMarker).map((version) => ({ ...summary(version), ...entry(version) }));
  const markers = found.filter(({ deleteMarker }) => deleteMarker).map(entry);
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter === undefined ? {} : { Delimiter: encode(Delimiter) }),
    KeyMarker: encode(KeyMarker ?? ""),
    VersionIdMarker: VersionIdMarker ?? "",
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    IsTruncated: more,
    ...(more && last ? { NextKeyMarker: encode(last.key), ...(last.versionId === undefined ? {} : { NextVersionIdMarker: last.versionId }) } : {}),
    ...(versions.length === 0 ? {} : { Versions: versions }),
    ...(markers.length === 0 ? {} : { DeleteMarkers: markers }),
    ...(prefixes.size === 0 ? {} : { CommonPrefixes: [...prefixes].map((prefix) => ({ Prefix: encode(prefix) })) }),
  };
}
