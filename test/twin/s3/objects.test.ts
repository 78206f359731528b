import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { sdkClient } from "../../../twin/runtime";
import { kms } from "../../../twin/services/kms/index";
import { s3, type Bucket } from "../../../twin/services/s3/index";
import { settle, virtualCloud } from "../lambda/support";
import { EAST, keyArn, OHIO, pair } from "./support";

const world = (versioning?: Bucket["versioning"]) => {
  const { cloud, kernel } = virtualCloud();
  const bucket = s3(cloud, EAST).createBucket("b");
  bucket.versioning = versioning;
  const client = sdkClient(cloud, EAST, S3Client);
  const put = (Key: string, Body: PutObjectCommandInput["Body"], more: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket: "b", Key, ...(Body === undefined ? {} : { Body }), ...more }));
  return { cloud, kernel, bucket, client, put };
};

describe("objects through the SDK's own client", () => {
  test.each<[string, PutObjectCommandInput["Body"]]>([
    ["text", "Zoë"],
    ["bytes", new Uint8Array(Buffer.from("Zoë"))],
    ["nothing", undefined],
  ])("come back as they were put: %s", async (_case, body) => {
    const { client, put } = world("Enabled");
    const { ETag } = await put("a b/ü", body, { ContentType: "text/plain", Metadata: { id: "7" } });
    const got = await client.send(new GetObjectCommand({ Bucket: "b", Key: "a b/ü" }));
    expect(got).toMatchObject({ ETag, ContentType: "text/plain", Metadata: { id: "7" } });
    expect(await got.Body?.transformToString()).toBe(body === undefined ? "" : "Zoë");
  });

  test("have the MD5 of their content as ETag unless a KMS key encrypts them", async () => {
    const { put } = world();
    expect((await put("a", "hello")).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const encrypted = await pair().client(EAST).send(new PutObjectCommand({ Bucket: "east", Key: "a", Body: "hello" }));
    expect(encrypted).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn(EAST), BucketKeyEnabled: true });
    expect(encrypted.ETag).not.toContain("5d41402abc4b2a76b9719d911017c592");
  });

  test("are written once with If-None-Match: *, so that a repeat is told that it is done", async () => {
    const { client, put } = world("Enabled");
    await put("a", "first", { IfNoneMatch: "*" });
    await expect(put("a", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed", Condition: "If-None-Match", $metadata: { httpStatusCode: 412 } });
    await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a" }));
    await expect(put("a", "third", { IfNoneMatch: "*" })).resolves.toHaveProperty("ETag");
  });

  test("conflict when a delete comes between the start and the end of a conditional write", async () => {
    const { cloud, kernel, client, put } = world("Enabled");
    await put("a", "first");
    s3(cloud, EAST).assume({ writeMs: { low: 50, high: 60 } });
    const write = put("a", "second", { IfNoneMatch: "*" });
    kernel.spawn(10, async () => void (await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a" }))));
    await expect(settle(kernel, write)).rejects.toMatchObject({ name: "ConditionalRequestConflict", $metadata: { httpStatusCode: 409 } });
  });

  test("let one of two conditional writes win, whichever ends first", async () => {
    const { cloud, kernel, put } = world("Enabled");
    s3(cloud, EAST).assume({ writeMs: { low: 50, high: 500 } });
    const results = await settle(kernel, Promise.allSettled([put("a", "1", { IfNoneMatch: "*" }), put("a", "2", { IfNoneMatch: "*" })]));
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { name: "PreconditionFailed" } });
  });

  test.each<[string, Partial<PutObjectCommandInput>, string]>([
    ["a wrong MD5", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }, "BadDigest"],
    ["a wrong CRC32", { ChecksumCRC32: "AAAAAA==" }, "BadDigest"],
    ["an empty key", { Key: "" }, "InvalidArgument"],
    ["a key over 1024 bytes", { Key: "ü".repeat(513) }, "KeyTooLongError"],
    ["another bucket", { Bucket: "none" }, "NoSuchBucket"],
    ["a condition on something else than *", { IfNoneMatch: '"x"' }, "NotImplemented"],
    ["a wrong If-Match", { Key: "there", IfMatch: '"x"' }, "PreconditionFailed"],
    ["If-Match without an object", { IfMatch: '"x"' }, "NoSuchKey"],
    ["a key of the caller, blocked as S3 does on new buckets", { SSECustomerAlgorithm: "AES256" }, "AccessDenied"],
  ])("are refused with %s", async (_case, more, name) => {
    const { put } = world();
    await put("there", "x");
    await expect(put("a", "hello", more)).rejects.toMatchObject({ name });
  });

  test("under a key of the caller are this twin's own gap where the bucket takes such keys", async () => {
    const { bucket, put } = world();
    bucket.takesCustomerKeys = true;
    await expect(put("a", "hello", { SSECustomerAlgorithm: "AES256" })).rejects.toMatchObject({ name: "NotImplemented" });
  });

  test("can be read in part", async () => {
    const { client, put } = world();
    await put("a", "0123456789");
    const read = async (Range: string) => {
      const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket: "b", Key: "a", Range }));
      return [ContentRange, await Body?.transformToString()];
    };
    expect(await read("bytes=2-4")).toEqual(["bytes 2-4/10", "234"]);
    expect(await read("bytes=7-")).toEqual(["bytes 7-9/10", "789"]);
    expect(await read("bytes=-2")).toEqual(["bytes 8-9/10", "89"]);
    await expect(read("bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
  });

  test("fail with KMS's own error while their key cannot be used, for reading and writing", async () => {
    const { cloud, client } = pair();
    const s3Client = client(EAST);
    await s3Client.send(new PutObjectCommand({ Bucket: "east", Key: "a", Body: "x" }));
    kms(cloud, EAST).setState(keyArn(EAST), "Disabled");
    await expect(s3Client.send(new GetObjectCommand({ Bucket: "east", Key: "a" }))).rejects.toMatchObject({ name: "KMS.DisabledException" });
    await expect(s3Client.send(new PutObjectCommand({ Bucket: "east", Key: "b", Body: "x" }))).rejects.toMatchObject({ name: "KMS.DisabledException" });
    kms(cloud, EAST).setState(keyArn(EAST), "Enabled");
    await expect(s3Client.send(new GetObjectCommand({ Bucket: "east", Key: "a" }))).resolves.toHaveProperty("ETag");
  });

  test("of another region are told where they live", async () => {
    const { client } = pair();
    await expect(client(OHIO).send(new GetObjectCommand({ Bucket: "east", Key: "a" }))).rejects.toMatchObject({ name: "PermanentRedirect", Region: EAST, $metadata: { httpStatusCode: 301 } });
  });
});

describe("versions", () => {
  test("are all kept where versions are on; a deletion hides them, and its own deletion shows them again", async () => {
    const { client, put, bucket } = world("Enabled");
    const first = await put("a", "1");
    await put("a", "2");
    const { DeleteMarker, VersionId: marker } = await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a" }));
    expect(DeleteMarker).toBe(true);
    await expect(client.send(new GetObjectCommand({ Bucket: "b", Key: "a" }))).rejects.toMatchObject({ name: "NoSuchKey", DeleteMarker: true });
    await expect(client.send(new HeadObjectCommand({ Bucket: "b", Key: "a" }))).rejects.toMatchObject({ name: "NotFound" });
    const old = await client.send(new GetObjectCommand({ Bucket: "b", Key: "a", VersionId: first.VersionId }));
    expect(await old.Body?.transformToString()).toBe("1");
    await expect(client.send(new GetObjectCommand({ Bucket: "b", Key: "a", VersionId: marker }))).rejects.toMatchObject({ name: "MethodNotAllowed" });
    await expect(client.send(new GetObjectCommand({ Bucket: "b", Key: "a", VersionId: "no" }))).rejects.toMatchObject({ name: "NoSuchVersion" });
    await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a", VersionId: marker }));
    expect(Buffer.from(bucket.current("a")?.body ?? []).toString()).toBe("2");
  });

  test("are not kept where they are off", async () => {
    const { client, put, bucket } = world();
    expect(await put("a", "1")).not.toHaveProperty("VersionId");
    await put("a", "2");
    expect(bucket.versionsOf("a")).toHaveLength(1);
    await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a" }));
    expect(bucket.keys()).toEqual([]);
  });

  test("are listed newest first, with delete markers, page by page", async () => {
    const { client, put } = world("Enabled");
    for (const [key, body] of [["a", "1"], ["a", "2"], ["b", "3"]] as const) await put(key, body);
    await client.send(new DeleteObjectCommand({ Bucket: "b", Key: "a" }));
    const seen: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: "b", MaxKeys: 1, ...(KeyMarker === undefined ? {} : { KeyMarker }), ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }));
      seen.push(...(page.DeleteMarkers ?? []).map(({ Key, IsLatest }) => `${Key} marker ${IsLatest}`), ...(page.Versions ?? []).map(({ Key, Size, IsLatest }) => `${Key} ${Size} ${IsLatest}`));
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
    expect(seen).toEqual(["a marker true", "a 1 false", "a 1 false", "b 1 true"]);
  });
});

describe("listings", () => {
  test("come in the order of bytes, by prefix, folded at the delimiter, page by page", async () => {
    const { client, put } = world();
    for (const key of ["x/2/b", "x/1", "x/2/a", "é", "Z", "x/3/a", "x/😀"]) await put(key, key);
    const all = await client.send(new ListObjectsV2Command({ Bucket: "b" }));
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(["Z", "x/1", "x/2/a", "x/2/b", "x/3/a", "x/😀", "é"]);
    const folded: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: "b", Prefix: "x/", Delimiter: "/", MaxKeys: 1, ...(ContinuationToken === undefined ? {} : { ContinuationToken }) }));
      expect(page.KeyCount).toBe(1);
      folded.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(folded).toEqual(["x/1", "x/2/", "x/3/", "x/😀"]);
  });

  test("hide what is deleted, and start behind a key", async () => {
    const { client, put } = world("Enabled");
    for (const key of ["a", "b", "c"]) await put(key, key);
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket: "b", Delete: { Objects: [{ Key: "b" }, { Key: "none" }] } }));
    expect(deleted.Deleted?.map(({ Key, DeleteMarker }) => [Key, DeleteMarker])).toEqual([["b", true], ["none", true]]);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "b", StartAfter: "a" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["c"]);
    await expect(client.send(new ListObjectsV2Command({ Bucket: "b", ContinuationToken: "?" }))).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  test("of buckets show the whole account's, each with its region", async () => {
    const { client } = pair();
    const { Buckets } = await client(EAST).send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([["east", EAST], ["ohio", OHIO]]);
    expect(await client(OHIO).send(new GetBucketLocationCommand({ Bucket: "ohio" }))).toMatchObject({ LocationConstraint: OHIO });
  });

  test("a bucket's name is taken in all regions", () => {
    const { cloud } = pair();
    expect(() => s3(cloud, OHIO).createBucket("east")).toThrow(expect.objectContaining({ name: "BucketAlreadyExists" }));
  });
});
