import { ObjectBody } from "../services/s3/body";
import { child, document, parseXml, toXml, type Element } from "./s3-rest-xml";
import { contentOf } from "./s3-rest-body";
import { placeOf, type Place } from "./s3-rest-routes";
import { header, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";

const METADATA = "x-amz-meta-";

/** Members of inputs and outputs that travel in headers. S3 API reference. */
const HEADERS: Readonly<Record<string, string>> = {
  AcceptRanges: "accept-ranges",
  BucketKeyEnabled: "x-amz-server-side-encryption-bucket-key-enabled",
  BucketRegion: "x-amz-bucket-region",
  CacheControl: "cache-control",
  ChecksumCRC32: "x-amz-checksum-crc32",
  ChecksumCRC32C: "x-amz-checksum-crc32c",
  ChecksumCRC64NVME: "x-amz-checksum-crc64nvme",
  ChecksumMode: "x-amz-checksum-mode",
  ChecksumSHA1: "x-amz-checksum-sha1",
  ChecksumSHA256: "x-amz-checksum-sha256",
  ContentDisposition: "content-disposition",
  ContentEncoding: "content-encoding",
  ContentLanguage: "content-language",
  ContentMD5: "content-md5",
  ContentRange: "content-range",
  ContentType: "content-type",
  DeleteMarker: "x-amz-delete-marker",
  ETag: "etag",
  IfMatch: "if-match",
  IfNoneMatch: "if-none-match",
  LastModified: "last-modified",
  Range: "range",
  ReplicationStatus: "x-amz-replication-status",
  SSECustomerAlgorithm: "x-amz-server-side-encryption-customer-algorithm",
  SSEKMSKeyId: "x-amz-server-side-encryption-aws-kms-key-id",
  ServerSideEncryption: "x-amz-server-side-encryption",
  TagCount: "x-amz-tagging-count",
  Tagging: "x-amz-tagging",
  VersionId: "x-amz-version-id",
};

/** Members of inputs that travel in the query. */
const QUERY: Readonly<Record<string, string>> = {
  ContinuationToken: "continuation-token",
  Delimiter: "delimiter",
  EncodingType: "encoding-type",
  KeyMarker: "key-marker",
  Prefix: "prefix",
  StartAfter: "start-after",
  VersionId: "versionId",
  VersionIdMarker: "version-id-marker",
};

/** Answers that are XML: the root element, and members whose elements have other names. */
const DOCUMENTS: Readonly<Record<string, { readonly root: string; readonly names?: Readonly<Record<string, string>>; readonly wrapped?: Readonly<Record<string, string>> }>> = {
  DeleteObjects: { root: "DeleteResult" },
  GetBucketLocation: { root: "LocationConstraint" },
  GetBucketVersioning: { root: "VersioningConfiguration" },
  GetObjectTagging: { root: "Tagging", wrapped: { TagSet: "Tag" } },
  ListBuckets: { root: "ListAllMyBucketsResult", wrapped: { Buckets: "Bucket" } },
  ListObjectVersions: { root: "ListVersionsResult", names: { Versions: "Version", DeleteMarkers: "DeleteMarker" } },
  ListObjectsV2: { root: "ListBucketResult" },
};

const textIn = (element: Element | undefined, name: string): string | undefined => (element ? child(element, name)?.text : undefined);

const given = (member: string, value: string | undefined): Readonly<Record<string, string>> => (value === undefined ? {} : { [member]: value });

/** The input of the operations whose input is a document. */
function documentInput(operation: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (operation !== "DeleteObjects" && operation !== "PutObjectTagging") return {};
  const root = parseXml(Buffer.from(bytes).toString("utf8"));
  if (operation === "PutObjectTagging") {
    const tags = child(root, "TagSet")?.children ?? [];
    return { Tagging: { TagSet: tags.map((tag) => ({ Key: textIn(tag, "Key"), Value: textIn(tag, "Value") })) } };
  }
  const objects = root.children.filter(({ name }) => name === "Object");
  const entries = objects.map((object) => ({ ...given("Key", textIn(object, "Key")), ...given("VersionId", textIn(object, "VersionId")) }));
  return { Delete: { Objects: entries, Quiet: textIn(root, "Quiet") === "true" } };
}

function inputOf(request: WireRequest, { operation, bucket, key, query }: Place): Readonly<Record<string, unknown>> {
  const { bytes, trailers } = contentOf(request);
  const entries: [string, unknown][] = [];
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = trailers[name] ?? header(request, name);
    if (value !== undefined) entries.push([member, member === "BucketKeyEnabled" ? value === "true" : value]);
  }
  for (const [member, name] of Object.entries(QUERY)) entries.push(...Object.entries(given(member, query.get(name) ?? undefined)));
  const codings = (header(request, "content-encoding") ?? "").split(",").map((coding) => coding.trim()).filter((coding) => coding !== "" && coding !== "aws-chunked");
  const { ContentEncoding: _withChunks, ...rest } = Object.fromEntries(entries);
  const metadata = Object.keys(request.headers).filter((name) => name.startsWith(METADATA)).map((name) => [name.slice(METADATA.length), header(request, name)]);
  const limit = query.get("max-keys");
  return {
    ...rest,
    ...(bucket === undefined ? {} : { Bucket: bucket }),
    ...(key === undefined ? {} : { Key: key }),
    ...(limit === null ? {} : { MaxKeys: Number(limit) }),
    ...(codings.length === 0 ? {} : { ContentEncoding: codings.join(",") }),
    ...(metadata.length === 0 ? {} : { Metadata: Object.fromEntries(metadata) }),
    ...(operation === "PutObject" ? { Body: bytes } : {}),
    ...documentInput(operation, bytes),
  };
}

/** Members that travel in headers. */
function headersOf(members: Readonly<Record<string, unknown>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = members[member];
    if (value !== undefined) found[name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  const { Metadata } = members;
  if (typeof Metadata === "object" && Metadata !== null) for (const [name, value] of Object.entries(Metadata)) found[`${METADATA}${name}`] = String(value);
  return found;
}

const identified = (requestId: string): Readonly<Record<string, string>> => ({ "x-amz-request-id": requestId.slice(0, 16), "x-amz-id-2": requestId });

const XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/";

function encode(output: unknown, request: WireRequest, requestId: string): WireResponse {
  const { operation } = placeOf(request);
  const members = output as Readonly<Record<string, unknown>>; // operations answer objects
  const layout = DOCUMENTS[operation];
  if (layout) {
    const { root, names = {}, wrapped } = layout;
    const inner = Object.entries(members).map(([name, value]) => toXml(names[name] ?? name, value, wrapped)).join("");
    // The location's value is the root's own text.
    const content = operation === "GetBucketLocation" ? String(members["LocationConstraint"] ?? "") : inner;
    return { status: 200, headers: { ...identified(requestId), "content-type": "application/xml" }, body: document(`<${root} xmlns="${XMLNS}">${content}</${root}>`) };
  }
  const body = members["Body"] instanceof ObjectBody ? members["Body"].bytes : "";
  const length = members["ContentLength"];
  const status = operation === "DeleteObject" ? 204 : members["ContentRange"] === undefined ? 200 : 206;
  return { status, headers: { ...identified(requestId), ...headersOf(members), ...(length === undefined ? {} : { "content-length": String(length) }) }, body };
}

/** Codes on the wire of the door's own errors. */
const CODES: Readonly<Record<string, string>> = { InternalServerError: "InternalError", RequestEntityTooLarge: "EntityTooLarge", UnknownOperationException: "NotImplemented" };

const STATUS: Readonly<Record<string, number>> = { EntityTooLarge: 400, NotImplemented: 501 };

/** Does the signature's scope name S3? Unsigned requests are S3's unless they are another protocol's. */
function isForS3(request: WireRequest): boolean {
  const [, search = ""] = request.target.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const credential = query.get("X-Amz-Credential") ?? header(request, "authorization");
  if (credential !== undefined) return credential.includes("/s3/aws4_request");
  return ["GET", "HEAD", "PUT", "DELETE"].includes(request.method) && !query.has("Action");
}

/** S3's REST protocol: members in headers and query, documents in XML, bodies whole or in `aws-chunked`. */
export const s3Rest: WireProtocol = {
  name: "s3Rest",
  services: ["s3"],
  malformed: "MalformedXML",
  keepsEncoding: true,

  recognises: (request) => header(request, "x-amz-target") === undefined && isForS3(request),

  decode(request) {
    const place = placeOf(request);
    return { service: "s3", operation: place.operation, input: inputOf(request, place) };
  },

  encode,

  fault({ name, message, status, members }, request, requestId) {
    const code = CODES[name] ?? name;
    const silent = request.method === "HEAD" || status === 304;
    const body = document(toXml("Error", { Code: code, Message: message, ...members, RequestId: requestId.slice(0, 16), HostId: requestId }));
    const headers = { ...headersOf({ DeleteMarker: members["DeleteMarker"], VersionId: members["VersionId"], BucketRegion: members["Region"] }), ...identified(requestId) };
    return { status: STATUS[code] ?? status, headers: { ...headers, ...(silent ? {} : { "content-type": "application/xml" }) }, body: silent ? "" : body };
  },
};
