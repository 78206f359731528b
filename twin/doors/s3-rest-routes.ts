import { AwsError } from "../errors";
import { header, type WireRequest } from "./wire-protocol";

/** What a request's address says. */
export interface Place {
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: URLSearchParams;
}

/** Operations by method and by the query parameter that tells them apart, in the order of the search; "" = none of them. */
type Routes = Readonly<Record<string, readonly (readonly [marker: string, operation: string])[]>>;

const ON_SERVICE: Routes = { GET: [["", "ListBuckets"]] };

/** Buckets' settings, which this twin takes from the deployment alone. */
const SETTINGS = ["acl", "accelerate", "analytics", "cors", "encryption", "intelligent-tiering", "inventory", "lifecycle", "logging", "metrics", "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication", "requestPayment", "tagging", "website"];

const settings = (verb: string): readonly (readonly [string, string])[] =>
  SETTINGS.map((name) => [name, `${verb}Bucket${name.slice(0, 1).toUpperCase()}${name.slice(1).replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())}`]);

const ON_BUCKET: Routes = {
  GET: [["list-type", "ListObjectsV2"], ["versions", "ListObjectVersions"], ["location", "GetBucketLocation"], ["versioning", "GetBucketVersioning"], ["uploads", "ListMultipartUploads"], ...settings("Get"), ["", "ListObjects"]],
  HEAD: [["", "HeadBucket"]],
  PUT: [["versioning", "PutBucketVersioning"], ...settings("Put"), ["", "CreateBucket"]],
  POST: [["delete", "DeleteObjects"], ["", "PostObject"]],
  DELETE: [...settings("Delete"), ["", "DeleteBucket"]],
};

const ON_OBJECT: Routes = {
  GET: [["tagging", "GetObjectTagging"], ["attributes", "GetObjectAttributes"], ["uploadId", "ListParts"], ["acl", "GetObjectAcl"], ["retention", "GetObjectRetention"], ["legal-hold", "GetObjectLegalHold"], ["torrent", "GetObjectTorrent"], ["", "GetObject"]],
  HEAD: [["", "HeadObject"]],
  PUT: [["tagging", "PutObjectTagging"], ["uploadId", "UploadPart"], ["acl", "PutObjectAcl"], ["retention", "PutObjectRetention"], ["legal-hold", "PutObjectLegalHold"], ["", "PutObject"]],
  POST: [["uploads", "CreateMultipartUpload"], ["uploadId", "CompleteMultipartUpload"], ["select", "SelectObjectContent"], ["restore", "RestoreObject"]],
  DELETE: [["tagging", "DeleteObjectTagging"], ["uploadId", "AbortMultipartUpload"], ["", "DeleteObject"]],
};

/** `bucket.s3.us-east-1.amazonaws.com`, `bucket.s3.amazonaws.com`, and `bucket.localhost` of SDKs with a local endpoint. */
const VIRTUAL_HOST = /^(.+)\.(?:s3[.-][a-z0-9.-]*amazonaws\.com|s3\.[a-z0-9.-]+|localhost)$/;

/** The bucket in the host name. "Virtual hosting of general purpose buckets". */
function bucketInHost(request: WireRequest): string | undefined {
  const host = (header(request, "host") ?? "").toLowerCase().replace(/:\d+$/, "");
  return /^[\d.]+$/.test(host) ? undefined : VIRTUAL_HOST.exec(host)?.[1];
}

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError("InvalidURI", `Couldn't parse the specified URI: ${path}`);
  }
};

/** Reads method, host, path and query. Throws MethodNotAllowed for what S3 has not. */
export function placeOf(request: WireRequest): Place {
  const [path = "/", search = ""] = request.target.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const hosted = bucketInHost(request);
  const [, first = "", rest] = /^\/?([^/]*)(?:\/([\s\S]*))?$/.exec(path) ?? [];
  const bucket = hosted ?? (first === "" ? undefined : decode(first));
  const rawKey = hosted === undefined ? rest : path.replace(/^\//, "");
  const key = rawKey === undefined || rawKey === "" ? undefined : decode(rawKey);
  const routes = bucket === undefined ? ON_SERVICE : key === undefined ? ON_BUCKET : ON_OBJECT;
  const found = routes[request.method]?.find(([marker]) => marker === "" || query.has(marker))?.[1];
  if (found === undefined) throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, { Method: request.method });
  const copies = header(request, "x-amz-copy-source") !== undefined;
  return { operation: copies ? (COPIES[found] ?? found) : found, bucket, key, query };
}

const COPIES: Readonly<Record<string, string>> = { PutObject: "CopyObject", UploadPart: "UploadPartCopy" };
