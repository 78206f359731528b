import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import { dataBucketPolicy, writeReceipts } from "../../../lib/policies/buckets";
import { policy } from "../../../lib/policies/document";
import { keyPolicy } from "../../../lib/policies/keys";
import { sdkClient } from "../../../twin/runtime";
import { iam } from "../../../twin/services/iam/index";
import { ACCOUNT, virtualCloud } from "../lambda/support";
import { kms } from "../../../twin/services/kms/index";
import { s3 } from "../../../twin/services/s3/index";
import { EAST, keyArn, OHIO } from "./support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/notify`;
const BUCKET = "arn:aws:s3:::receipts";

/** A bucket with the platform's own policies, and a role that may write receipts into it. */
function world(keyRegion = EAST) {
  const { cloud } = virtualCloud();
  const KEY = keyArn(EAST);
  kms(cloud, EAST).createKey({ keyId: `key-of-${EAST}`, arn: KEY, description: "", enabled: true, policy: "" });
  const bucket = s3(cloud, EAST).createBucket("receipts");
  bucket.encryption = { algorithm: "aws:kms", keyArn: KEY, bucketKey: true };
  const access = iam(cloud);
  access.putResourcePolicy(KEY, JSON.stringify(keyPolicy(keyRegion, ACCOUNT)), "key");
  access.putResourcePolicy(BUCKET, JSON.stringify(dataBucketPolicy(BUCKET, KEY)));
  access.putRole({ name: "notify", arn: ROLE, trust: JSON.stringify(policy()), maxSessionSeconds: 3600 });
  access.putRolePolicy("notify", "notify", JSON.stringify(policy(...writeReceipts(BUCKET, KEY, EAST))));
  const client = sdkClient(cloud, EAST, S3Client, { region: EAST, principal: ROLE });
  const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) => client.send(new PutObjectCommand({ Bucket: "receipts", Key, Body: "x", ...more }));
  return { client, put };
}

const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };

test("who may write receipts may do so under their prefix", async () => {
  await expect(world().put("receipts/a", { IfNoneMatch: "*" })).resolves.toMatchObject({ ServerSideEncryption: "aws:kms" });
});

test.each<[string, string, Partial<PutObjectCommandInput>]>([
  ["elsewhere in the bucket", "other/a", {}],
  ["without KMS", "receipts/a", { ServerSideEncryption: "AES256" }],
  ["under another key", "receipts/a", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn(OHIO) }],
])("but not %s", async (_case, key, more) => {
  await expect(world().put(key, more)).rejects.toMatchObject(denied);
});

test("nor when the key's own policy does not trust S3 here", async () => {
  await expect(world(OHIO).put("receipts/a")).rejects.toMatchObject(denied);
});

test("nor read, list or delete what it wrote; and it is not told whether something is there", async () => {
  const { client, put } = world();
  await put("receipts/a");
  const Bucket = "receipts";
  for (const Key of ["receipts/a", "receipts/none"]) {
    await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(denied);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject(denied);
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject(denied);
  }
  await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
});
