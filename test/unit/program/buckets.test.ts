import type { PolicyDocument, Statement } from "../../../lib/policies/document";
import { ACCOUNT, deploy, MINIMAL, type Deployed, type Registered } from "./helper";

const REGIONS = [["us-east-1", "us-east-2"], ["us-east-2", "us-east-1"]] as const;
const SERVICES = ["payments-receipts", "payments-documents"] as const;
const CASES = REGIONS.flatMap(([region, peer]) => SERVICES.map((service) => ({ region, peer, service })));

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy(MINIMAL);
});

const about = (kind: string, name: string): Registered => stack.one(`aws:s3/${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}:${kind}`, name);
const statements = (resource: Registered): readonly Statement[] => (JSON.parse(String(resource.inputs["policy"])) as PolicyDocument).Statement; // written by the program under test
const namesOf = (resource: Registered): readonly string[] =>
  resource.dependsOn.map((urn) => stack.resources.find((one) => one.urn === urn)).map((one) => `${one?.type.split(":").at(-1)} ${one?.name}`);

describe.each(CASES)("the bucket $service in $region", ({ region, peer, service }) => {
  const name = `${service}-${region}-dev`;

  test("has a name that nobody else in the world has, and is protected", () => {
    const bucket = about("Bucket", name);
    expect([bucket.inputs["bucket"], bucket.protect, bucket.inputs["forceDestroy"], stack.regionOf(bucket)]).toEqual([`${name}-${ACCOUNT}`, true, false, region]);
  });

  test("keeps versions, closed to the public, one owner, under the region's own key", () => {
    expect(about("BucketVersioning", name).inputs).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
    expect(about("BucketPublicAccessBlock", name).inputs).toMatchObject({ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });
    expect(about("BucketOwnershipControls", name).inputs).toMatchObject({ rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(about("BucketServerSideEncryptionConfiguration", name).inputs["rules"]).toEqual([
      {
        bucketKeyEnabled: true,
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: `arn-of-payments-${region}-dev` },
        blockedEncryptionTypes: ["SSE-C"],
      },
    ]);
  });

  test("refuses plain HTTP and every other key, and waits for the public block with its policy", () => {
    const policy = about("BucketPolicy", name);
    expect(statements(policy).map(({ Effect, Action, Condition }) => [Effect, Action, Condition])).toEqual([
      ["Deny", ["s3:*"], { Bool: { "aws:SecureTransport": "false" } }],
      ["Deny", ["s3:PutObject"], { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" }, Null: { "s3:x-amz-server-side-encryption": "false" } }],
      ["Deny", ["s3:PutObject"], { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": `arn-of-payments-${region}-dev` }, Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" } }],
    ]);
    expect(namesOf(policy)).toContain(`BucketPublicAccessBlock ${name}`);
  });

  test("logs its accesses into the region's log bucket", () => {
    expect(about("BucketLogging", name).inputs).toMatchObject({ targetBucket: `payments-access-logs-${region}-dev-${ACCOUNT}`, targetPrefix: `${service}/` });
  });

  test("moves to Glacier after 90 days, drops replaced versions, unfinished uploads and lonely delete markers", () => {
    expect(about("BucketLifecycleConfiguration", name).inputs["rules"]).toEqual([
      {
        id: "archive",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [{ days: 90, storageClass: "GLACIER" }],
        noncurrentVersionTransitions: [{ noncurrentDays: 90, storageClass: "GLACIER" }],
        noncurrentVersionExpiration: { noncurrentDays: 365 },
        expiration: { expiredObjectDeleteMarker: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  test("replicates to the other region in 15 minutes, and waits for both sides' versions and the role's permissions", () => {
    const config = about("BucketReplicationConfig", name);
    expect(config.inputs["rules"]).toEqual([
      {
        id: `to-${peer}`,
        priority: 1,
        status: "Enabled",
        filter: { prefix: "" },
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: { replicaModifications: { status: "Enabled" }, sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: `arn-of-${service}-${peer}-dev`,
          encryptionConfiguration: { replicaKmsKeyId: `arn-of-payments-${peer}-dev` },
          replicationTime: { status: "Enabled", time: { minutes: 15 } },
          metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
        },
      },
    ]);
    expect(namesOf(config)).toEqual(
      expect.arrayContaining([`BucketVersioning ${name}`, `BucketVersioning ${service}-${peer}-dev`, `RolePolicy payments-replication-${region}-dev`]),
    );
  });
});

test.each(REGIONS)("the replication of %s reads its own buckets, writes %s's, and nothing else", (region, peer) => {
  // Log lines go one way.
  const replicated = region === "us-east-2" ? [...SERVICES, "payments-logs"] : SERVICES;
  const arns = (of: string): readonly string[] => replicated.map((service) => `arn-of-${service}-${of}-dev`);
  const via = (of: string) => ({ StringEquals: { "kms:ViaService": `s3.${of}.amazonaws.com` } });
  expect(statements(stack.one("aws:iam/rolePolicy:RolePolicy", `payments-replication-${region}`)).map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual([
    [["s3:GetReplicationConfiguration", "s3:ListBucket"], arns(region), undefined],
    [["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], arns(region).map((arn) => `${arn}/*`), undefined],
    [["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"], arns(peer).map((arn) => `${arn}/*`), undefined],
    [["kms:Decrypt"], [`arn-of-payments-${region}-dev`], via(region)],
    [["kms:Encrypt", "kms:GenerateDataKey"], [`arn-of-payments-${peer}-dev`], via(peer)],
  ]);
});

test.each(REGIONS)("the log bucket of %s takes S3's log delivery of its own buckets only, and encrypts as log delivery needs", (region) => {
  const name = `payments-access-logs-${region}-dev`;
  expect(about("BucketServerSideEncryptionConfiguration", name).inputs["rules"]).toEqual([
    { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes: ["SSE-C"] },
  ]);
  expect(statements(about("BucketPolicy", name))[1]).toMatchObject({
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: ["s3:PutObject"],
    Condition: {
      ArnLike: { "aws:SourceArn": [...SERVICES, "payments-logs"].map((service) => `arn:aws:s3:::${service}-${region}-dev-${ACCOUNT}`) },
      StringEquals: { "aws:SourceAccount": ACCOUNT },
    },
  });
});

test("a stack without protection can be destroyed with its objects", async () => {
  const dev = await deploy({ ...MINIMAL, "tap:protect": "false" });
  const buckets = dev.all("aws:s3/bucket:Bucket");
  expect(buckets.length).toBeGreaterThanOrEqual(6);
  expect(buckets.map(({ protect, inputs }) => [protect, inputs["forceDestroy"]])).toEqual(buckets.map(() => [false, true]));
});
