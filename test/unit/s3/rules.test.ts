import { ofType, type Graph, type GraphResource } from "../../../twin/deploy/graph";
import { s3 } from "../../../twin/models/s3";

const PLACE = { accountId: "123456789012", region: "us-east-1", name: "it" };
const type = (kind: string): string => `aws:s3/${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}:${kind}`;

function codes(kind: string, inputs: Record<string, unknown>): readonly string[] {
  const model = s3.resources.find((one) => one.type === type(kind));
  if (!model) throw new Error(`no model of ${kind}`);
  return [...new Set(model.check(inputs, PLACE).map(({ code }) => code))];
}

const on = { status: "Enabled" };
const DESTINATION = {
  bucket: "arn:aws:s3:::there",
  encryptionConfiguration: { replicaKmsKeyId: "arn:aws:kms:us-east-2:123456789012:key/k" },
  replicationTime: { ...on, time: { minutes: 15 } },
  metrics: { ...on, eventThreshold: { minutes: 15 } },
};
const REPLICATION = { id: "r", priority: 1, ...on, filter: { prefix: "" }, deleteMarkerReplication: on, sourceSelectionCriteria: { replicaModifications: on, sseKmsEncryptedObjects: on }, destination: DESTINATION };
const replication = (rule: object, destination: object = {}) => ({ bucket: "b", role: "r", rules: [{ ...REPLICATION, ...rule, destination: { ...DESTINATION, ...destination } }] });

const LIFECYCLE = {
  id: "l",
  ...on,
  filter: { prefix: "" },
  transitions: [{ days: 90, storageClass: "GLACIER" }],
  noncurrentVersionTransitions: [{ noncurrentDays: 90, storageClass: "GLACIER" }],
  noncurrentVersionExpiration: { noncurrentDays: 365 },
  expiration: { expiredObjectDeleteMarker: true },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};
const lifecycle = (change: object) => ({ bucket: "b", rules: [{ ...LIFECYCLE, ...change }] });
const encrypted = (by: object) => ({ bucket: "b", rules: [{ applyServerSideEncryptionByDefault: by }] });
const BLOCK = { bucket: "b", blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const statement = (change: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::b/*", ...change }] });

test.each<[string, Record<string, unknown>]>([
  ["Bucket", { bucket: "payments-receipts-us-east-1-dev-123456789012" }],
  ["BucketVersioning", { bucket: "b", versioningConfiguration: on }],
  ["BucketServerSideEncryptionConfiguration", encrypted({ sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:us-east-1:123456789012:key/k" })],
  ["BucketServerSideEncryptionConfiguration", { bucket: "b", rules: [{ blockedEncryptionTypes: ["SSE-C"] }] }],
  ["BucketPublicAccessBlock", BLOCK],
  ["BucketOwnershipControls", { bucket: "b", rule: { objectOwnership: "BucketOwnerEnforced" } }],
  ["BucketPolicy", { bucket: "b", policy: statement({}) }],
  ["BucketLifecycleConfiguration", lifecycle({})],
  ["BucketReplicationConfig", replication({})],
  ["BucketLogging", { bucket: "b", targetBucket: "logs", targetPrefix: "b/" }],
])("S3 takes a good %s", (kind, inputs) => expect(codes(kind, inputs)).toEqual([]));

test.each<[string, string, Record<string, unknown>, string]>([
  ["Bucket", "a name of 64 characters, the account at its end", { bucket: `${"a".repeat(51)}-123456789012` }, "s3.bucket-name"],
  ["Bucket", "capital letters", { bucket: "Receipts" }, "s3.bucket-name"],
  ["Bucket", "an ending that S3 keeps", { bucket: "receipts-s3alias" }, "s3.bucket-name"],
  ["Bucket", "settings that fight with their own resource", { bucket: "bbb", versioning: { enabled: true } }, "s3.deprecated"],
  ["BucketVersioning", "a status S3 has not", { bucket: "b", versioningConfiguration: { status: "On" } }, "s3.versioning"],
  ["BucketServerSideEncryptionConfiguration", "an algorithm S3 has not", encrypted({ sseAlgorithm: "AES512" }), "s3.encryption"],
  ["BucketServerSideEncryptionConfiguration", "a key without KMS", encrypted({ sseAlgorithm: "AES256", kmsMasterKeyId: "k" }), "s3.encryption"],
  ["BucketServerSideEncryptionConfiguration", "two rules", { bucket: "b", rules: [{}, {}] }, "s3.encryption"],
  ["BucketServerSideEncryptionConfiguration", "another region's key", encrypted({ sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:us-east-2:1:key/k" }), "s3.encryption-region"],
  ["BucketServerSideEncryptionConfiguration", "a blocked type S3 has not", { bucket: "b", rules: [{ blockedEncryptionTypes: ["SSE-KMS"] }] }, "s3.encryption"],
  ["BucketServerSideEncryptionConfiguration", "a type blocked and not", { bucket: "b", rules: [{ blockedEncryptionTypes: ["SSE-C", "NONE"] }] }, "s3.encryption"],
  ["BucketPublicAccessBlock", "a way left open", { ...BLOCK, restrictPublicBuckets: false }, "s3.public-access"],
  ["BucketPublicAccessBlock", "a way not named", { ...BLOCK, ignorePublicAcls: undefined }, "s3.public-access"],
  ["BucketOwnershipControls", "an owner S3 has not", { bucket: "b", rule: { objectOwnership: "Me" } }, "s3.ownership"],
  ["BucketPolicy", "no JSON", { bucket: "b", policy: "{" }, "s3.malformed-policy"],
  ["BucketPolicy", "nobody named", { bucket: "b", policy: statement({ Principal: undefined }) }, "s3.malformed-policy"],
  ["BucketPolicy", "more than 20 kB", { bucket: "b", policy: statement({ Sid: "a".repeat(20_480) }) }, "s3.policy-size"],
  ["BucketLifecycleConfiguration", "no filter", lifecycle({ filter: undefined }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "no action", { bucket: "b", rules: [{ id: "l", ...on, filter: {} }] }, "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "an end before the move", lifecycle({ noncurrentVersionExpiration: { noncurrentDays: 60 } }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "a move to a warmer class", lifecycle({ transitions: [{ days: 90, storageClass: "GLACIER" }, { days: 120, storageClass: "STANDARD_IA" }] }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "an earlier second move", lifecycle({ transitions: [{ days: 90, storageClass: "STANDARD_IA" }, { days: 60, storageClass: "GLACIER" }] }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "an infrequent class before 30 days", lifecycle({ transitions: [{ days: 29, storageClass: "STANDARD_IA" }] }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "a class S3 has not", lifecycle({ transitions: [{ days: 90, storageClass: "ICE" }] }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "zero days", lifecycle({ abortIncompleteMultipartUpload: { daysAfterInitiation: 0 } }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "delete markers with days", lifecycle({ expiration: { expiredObjectDeleteMarker: true, days: 400 } }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "delete markers by tag", lifecycle({ filter: { tag: { key: "a", value: "b" } } }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "an unknown status", lifecycle({ status: "On" }), "s3.lifecycle"],
  ["BucketLifecycleConfiguration", "one id twice", { bucket: "b", rules: [LIFECYCLE, LIFECYCLE] }, "s3.lifecycle"],
  ["BucketReplicationConfig", "no rule", { bucket: "b", role: "r", rules: [] }, "s3.replication-rules"],
  ["BucketReplicationConfig", "an unknown status", replication({ status: "On" }), "s3.replication-rules"],
  ["BucketReplicationConfig", "no priority", replication({ priority: undefined }), "s3.replication-rules"],
  ["BucketReplicationConfig", "one id twice", { bucket: "b", role: "r", rules: [REPLICATION, { ...REPLICATION, priority: 2 }] }, "s3.replication-rules"],
  ["BucketReplicationConfig", "no filter", replication({ filter: undefined }), "s3.replication-filter"],
  ["BucketReplicationConfig", "a prefix of the old schema", replication({ prefix: "a" }), "s3.replication-filter"],
  ["BucketReplicationConfig", "no word about delete markers", replication({ deleteMarkerReplication: undefined }), "s3.replication-delete-markers"],
  ["BucketReplicationConfig", "delete markers by tag", replication({ filter: { tag: { key: "a", value: "b" } } }), "s3.replication-delete-markers"],
  ["BucketReplicationConfig", "a bucket's name for its ARN", replication({}, { bucket: "there" }), "s3.replication-destination"],
  ["BucketReplicationConfig", "encrypted objects without the other key", replication({}, { encryptionConfiguration: undefined }), "s3.replication-kms"],
  ["BucketReplicationConfig", "five minutes", replication({}, { replicationTime: { ...on, time: { minutes: 5 } } }), "s3.replication-time"],
  ["BucketReplicationConfig", "metrics after ten minutes", replication({}, { metrics: { ...on, eventThreshold: { minutes: 10 } } }), "s3.replication-time"],
  ["BucketReplicationConfig", "time control without metrics", replication({}, { metrics: undefined }), "s3.replication-metrics"],
  ["BucketReplicationConfig", "metrics without a threshold", replication({}, { metrics: on }), "s3.replication-metrics"],
  ["BucketLogging", "a log of itself", { bucket: "b", targetBucket: "b", targetPrefix: "" }, "s3.logging-loop"],
])("%s refused: %s", (kind, _case, inputs, code) => expect(codes(kind, inputs)).toEqual([code]));

const resource = (kind: string, name: string, region: string, inputs: Record<string, unknown>, dependsOn: readonly string[] = []): GraphResource => ({
  urn: `${kind}/${name}`, type: type(kind), name, id: name, region, inputs, outputs: { ...inputs }, dependsOn, propertyDependencies: {},
  options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
});
const GOOD: readonly GraphResource[] = [
  resource("Bucket", "here", "us-east-1", { bucket: "here" }),
  resource("Bucket", "there", "us-east-2", { bucket: "there" }),
  resource("Bucket", "logs", "us-east-1", { bucket: "logs" }),
  resource("BucketVersioning", "here", "us-east-1", { bucket: "here", versioningConfiguration: on }, ["Bucket/here"]),
  resource("BucketVersioning", "there", "us-east-2", { bucket: "there", versioningConfiguration: on }, ["Bucket/there"]),
  resource("BucketServerSideEncryptionConfiguration", "logs", "us-east-1", { ...encrypted({ sseAlgorithm: "AES256" }), bucket: "logs" }),
  resource("BucketLogging", "here", "us-east-1", { bucket: "here", targetBucket: "logs" }),
  resource("BucketReplicationConfig", "here", "us-east-1", { ...replication({}), bucket: "here" }, ["BucketVersioning/here", "BucketVersioning/there"]),
];
const graphOf = (resources: readonly GraphResource[]): Graph => ({ resources, outputs: {}, refusals: [] });
const changed = (urn: string, change: Partial<GraphResource>): readonly GraphResource[] => GOOD.map((one) => (one.urn === urn ? { ...one, ...change } : one));
const refusals = (resources: readonly GraphResource[]): readonly (readonly [string, string])[] => (s3.graph?.(graphOf(resources)) ?? []).map(({ code, resource: of }) => [code, of] as const);

test("a good pair of buckets has no refusal", () => {
  expect(ofType(graphOf(GOOD), type("Bucket"))).toHaveLength(3);
  expect(refusals(GOOD)).toEqual([]);
});

const REPLICATES = "BucketReplicationConfig/here";
test.each<[string, readonly GraphResource[], string, string]>([
  ["a name that another region's bucket has", [...GOOD, resource("Bucket", "again", "us-east-2", { bucket: "here" })], "s3.name-taken", "Bucket/again"],
  ["two policies of a bucket", [...GOOD, resource("BucketPolicy", "1", "us-east-1", { bucket: "here" }), resource("BucketPolicy", "2", "us-east-1", { bucket: "here" })], "s3.twice", "BucketPolicy/2"],
  ["a target that keeps no versions", changed("BucketVersioning/there", { inputs: { bucket: "there", versioningConfiguration: { status: "Suspended" } } }), "s3.replication-versioning", REPLICATES],
  ["a source that keeps no versions", GOOD.filter(({ urn }) => urn !== "BucketVersioning/here"), "s3.replication-versioning", REPLICATES],
  ["a replication that does not wait for the target's versions", changed(REPLICATES, { dependsOn: ["BucketVersioning/here"] }), "s3.replication-order", REPLICATES],
  ["replicas under a key of the wrong region", changed("Bucket/there", { region: "eu-west-1" }), "s3.replication-kms-region", REPLICATES],
  ["a log bucket of another region", changed("Bucket/logs", { region: "us-east-2" }), "s3.logging-region", "BucketLogging/here"],
  [
    "a log bucket that log delivery cannot write",
    changed("BucketServerSideEncryptionConfiguration/logs", { inputs: { ...encrypted({ sseAlgorithm: "aws:kms" }), bucket: "logs" } }),
    "s3.logging-encryption",
    "BucketLogging/here",
  ],
])("refused across resources: %s", (_case, resources, code, of) => expect(refusals(resources)).toEqual([[code, of]]));

test("waiting through another resource is waiting too", () => {
  const through = [...changed(REPLICATES, { dependsOn: ["Bucket/late"] }), resource("Bucket", "late", "us-east-2", { bucket: "late" }, ["BucketVersioning/here", "BucketVersioning/there"])];
  expect(refusals(through)).toEqual([]);
});
