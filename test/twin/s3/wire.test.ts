import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { request } from "node:http";
import { Readable } from "node:stream";
import type { Cloud } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { RealKernel } from "../../../twin/kernel/real";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { s3 } from "../../../twin/services/s3/index";
import { makeCloud } from "../lambda/support";
import { EAST, OHIO } from "./support";

let kernel: RealKernel;
let cloud: Cloud;
let wire: AwsWire;
let client: S3Client;

const connect = (more: S3ClientConfig = {}): S3Client =>
  new S3Client({ region: EAST, endpoint: wire.url, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s" }, ...more });

beforeEach(async () => {
  kernel = new RealKernel(1, (error) => {
    throw error;
  });
  cloud = makeCloud(kernel, new InProcessHost(() => cloud));
  s3(cloud, EAST).createBucket("bucket").versioning = "Enabled";
  s3(cloud, OHIO).createBucket("far");
  wire = await AwsWire.start(cloud, { region: EAST, address: "127.0.0.1", port: 0 });
  client = connect();
});
afterEach(async () => {
  client.destroy();
  await wire.stop();
  kernel.stop();
});

const put = (Key: string, Body: string, more: object = {}) => client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body, ...more }));

describe("the SDK over a socket", () => {
  test("puts, reads, asks about and deletes objects, whatever is in their names", async () => {
    const Key = "receipts/a b+c&d=é/😀.json";
    const { ETag, VersionId } = await put(Key, "Zoë", { ContentType: "application/json", Metadata: { id: "7" }, CacheControl: "no-store" });
    const got = await client.send(new GetObjectCommand({ Bucket: "bucket", Key }));
    expect(got).toMatchObject({ ETag, VersionId, ContentType: "application/json", Metadata: { id: "7" }, CacheControl: "no-store", ContentLength: 4, ServerSideEncryption: "AES256" });
    expect(got.LastModified).toBeInstanceOf(Date);
    expect(await got.Body?.transformToString()).toBe("Zoë");
    expect(await client.send(new HeadObjectCommand({ Bucket: "bucket", Key }))).toMatchObject({ ETag, ContentLength: 4 });
    expect(await client.send(new DeleteObjectCommand({ Bucket: "bucket", Key }))).toMatchObject({ DeleteMarker: true });
    await expect(client.send(new HeadObjectCommand({ Bucket: "bucket", Key }))).rejects.toMatchObject({ name: "NotFound", $metadata: { httpStatusCode: 404 } });
    const old = await client.send(new GetObjectCommand({ Bucket: "bucket", Key, VersionId, Range: "bytes=0-0" }));
    expect([old.ContentRange, await old.Body?.transformToString()]).toEqual(["bytes 0-0/4", "Z"]);
  });

  test.each(["CRC32", "SHA1", "SHA256"] as const)("sends a stream in chunks with its %s behind it, and checks the answer against it", async (ChecksumAlgorithm) => {
    const Body = Readable.from([Buffer.alloc(70_000, "a"), Buffer.alloc(70_000, "b")]);
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "big", Body, ContentLength: 140_000, ChecksumAlgorithm, ContentEncoding: "gzip" }));
    const got = await client.send(new GetObjectCommand({ Bucket: "bucket", Key: "big", ChecksumMode: "ENABLED" }));
    expect(got[`Checksum${ChecksumAlgorithm}`]).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(got.ContentEncoding).toBe("gzip");
    expect((await got.Body?.transformToByteArray())?.length).toBe(140_000);
  });

  test("is told by status and name that a conditional write came second", async () => {
    await put("a", "1", { IfNoneMatch: "*" });
    await expect(put("a", "1", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed", Condition: "If-None-Match", $metadata: { httpStatusCode: 412 } });
  });

  test.each<[string, () => Promise<unknown>, string, number]>([
    ["an unknown key", () => client.send(new GetObjectCommand({ Bucket: "bucket", Key: "no" })), "NoSuchKey", 404],
    ["an unknown bucket", () => client.send(new GetObjectCommand({ Bucket: "none", Key: "no" })), "NoSuchBucket", 404],
    ["an unknown bucket's head", () => client.send(new HeadBucketCommand({ Bucket: "none" })), "NotFound", 404],
    ["a bucket of another region", () => client.send(new ListObjectsV2Command({ Bucket: "far" })), "PermanentRedirect", 301],
    ["an upload in parts", () => client.send(new CreateMultipartUploadCommand({ Bucket: "bucket", Key: "a" })), "NotImplemented", 501],
  ])("gets S3's error for %s", async (_case, call, name, httpStatusCode) => {
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test("names the operation that this twin has not", async () => {
    await expect(client.send(new CreateMultipartUploadCommand({ Bucket: "bucket", Key: "a" }))).rejects.toThrow("CreateMultipartUpload");
  });

  test("lists objects, versions and buckets, and deletes many at once", async () => {
    for (const key of ["x/1", "x/2", "y&<>\"'"]) await put(key, key);
    await put("x/1", "again");
    const folded = await client.send(new ListObjectsV2Command({ Bucket: "bucket", Delimiter: "/" }));
    expect(folded.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([["y&<>\"'", 6]]);
    expect(folded.CommonPrefixes).toEqual([{ Prefix: "x/" }]);
    const page = await client.send(new ListObjectsV2Command({ Bucket: "bucket", MaxKeys: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, KeyCount: 1, MaxKeys: 1 });
    const rest = await client.send(new ListObjectsV2Command({ Bucket: "bucket", ContinuationToken: page.NextContinuationToken ?? "" }));
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["x/2", "y&<>\"'"]);
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket: "bucket", Delete: { Objects: [{ Key: "x/1" }, { Key: "y&<>\"'" }] } }));
    expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(["x/1", "y&<>\"'"]);
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: "bucket", Prefix: "x/1" }));
    expect([Versions?.length, DeleteMarkers?.map(({ IsLatest }) => IsLatest)]).toEqual([2, [true]]);
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([["bucket", EAST], ["far", OHIO]]);
  });

  test("reads tags, location and versioning as they are", async () => {
    await put("a", "1", { Tagging: "state=paid" });
    await client.send(new PutObjectTaggingCommand({ Bucket: "bucket", Key: "a", Tagging: { TagSet: [{ Key: "k&", Value: "v<" }] } }));
    expect((await client.send(new GetObjectTaggingCommand({ Bucket: "bucket", Key: "a" }))).TagSet).toEqual([{ Key: "k&", Value: "v<" }]);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: "bucket" }))).Status).toBe("Enabled");
    expect((await client.send(new GetBucketLocationCommand({ Bucket: "bucket" }))).LocationConstraint).toBeUndefined();
    expect((await client.send(new HeadBucketCommand({ Bucket: "bucket" }))).BucketRegion).toBe(EAST);
  });

  test("fails as with AWS while S3 is out of order", async () => {
    cloud.faults.add({ kind: "service", service: "s3" });
    await expect(put("a", "1")).rejects.toMatchObject({ name: "InternalError", $metadata: { httpStatusCode: 500 } });
  });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A request as other tools make it. */
const raw = (method: string, path: string, headers: Record<string, string> = {}, body: string | Buffer = ""): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(`${wire.url}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });

describe("other tools", () => {
  test.each(["bucket.s3.us-east-1.amazonaws.com", "bucket.s3.amazonaws.com", "bucket.localhost:9001"])("may put the bucket into the host name: %s", async (host) => {
    expect((await raw("PUT", "/a/b", { host, "content-type": "text/plain" }, "hello")).status).toBe(200);
    expect(await raw("GET", "/a/b", { host })).toMatchObject({ status: 200, text: "hello" });
    expect(await raw("GET", "/bucket/a/b")).toMatchObject({ status: 200, text: "hello" });
  });

  const STREAMING = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };

  test("may sign each chunk of a body", async () => {
    const body = "5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\n\r\n";
    expect((await raw("PUT", "/bucket/a", { ...STREAMING, "x-amz-decoded-content-length": "5" }, body)).status).toBe(200);
    expect((await raw("GET", "/bucket/a")).text).toBe("hello");
  });

  test.each([
    ["a chunk that ends early", "5\r\nhel", "IncompleteBody"],
    ["a chunk without a length", "hello", "IncompleteBody"],
    ["another length than was said", "4\r\nhell\r\n0\r\n\r\n", "IncompleteBody"],
    ["a trailing checksum that does not fit", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"],
  ])("are refused %s", async (_case, body, code) => {
    const answer = await raw("PUT", "/bucket/a", { ...STREAMING, "x-amz-decoded-content-length": "5" }, body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(s3(cloud, EAST).objects("bucket")).toEqual([]);
  });

  test.each([
    ["POST", "/bucket?delete", "<Delete><Object><Key>a</Key></Delete>", 400, "MalformedXML"],
    ["POST", "/bucket?delete", "<Delete></Delete>", 400, "MalformedXML"],
    ["GET", "/bucket/%ZZ", "", 400, "InvalidURI"],
    ["PUT", "/", "", 405, "MethodNotAllowed"],
    ["GET", "/bucket?acl", "", 501, "GetBucketAcl"],
    ["GET", "/bucket", "", 501, "ListObjects"],
  ])("are told what is wrong: %s %s %s", async (method, path, body, status, text) => {
    const answer = await raw(method, path, { authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0" }, body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
  });

  test("learn the region of a bucket from the answer to a HEAD, which has no body", async () => {
    expect(await raw("HEAD", "/far")).toMatchObject({ status: 301, text: "", headers: { "x-amz-bucket-region": OHIO } });
  });
});
