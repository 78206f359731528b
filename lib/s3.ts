import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { bucketName } from "./naming";
import { accessLogPolicy, dataBucketPolicy } from "./policies/buckets";
import type { PolicyDocument } from "./policies/document";
import type { RegionContext } from "./regions";
import { replicateBuckets } from "./replication";

/** A bucket of one region. */
export interface Bucket {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Once these exist the bucket takes what its policy lets in. */
  readonly ready: readonly pulumi.Resource[];
}

/** A bucket whose every version is kept; `versioned` is what its replication must wait for. */
export interface VersionedBucket extends Bucket {
  /** Service part of the name. */
  readonly service: string;
  readonly versioned: pulumi.Resource;
}

/** What a region stores for payments; both replicate to the other region's. */
export interface RegionBuckets {
  readonly receipts: Bucket;
  readonly documents: Bucket;
}

/** The buckets of both regions; all log lines come to the secondary's log bucket, and a copy to the primary's. */
export interface Buckets {
  readonly primary: RegionBuckets;
  readonly secondary: RegionBuckets;
  readonly logs: Readonly<Record<"primary" | "secondary", Bucket>>;
}

type BucketConfig = Pick<Config, "protect" | "logRetentionDays">;
type LifecycleRule = aws.types.input.s3.BucketLifecycleConfigurationRule;

/** Receipts and documents in both regions, each replicated to its twin in the other region, with a bucket for access logs. */
export function createBuckets(
  primary: RegionContext,
  secondary: RegionContext,
  accountId: pulumi.Output<string>,
  config: BucketConfig,
): Buckets {
  const here = createRegionBuckets(primary, accountId, config);
  const there = createRegionBuckets(secondary, accountId, config);
  replicateBuckets({ context: primary, buckets: [here.receipts, here.documents] }, { context: secondary, buckets: [there.receipts, there.documents] });
  // Log lines are written in the secondary alone.
  replicateBuckets({ context: secondary, buckets: [there.receipts, there.documents, there.logs] }, { context: primary, buckets: [here.receipts, here.documents, here.logs] });
  const data = ({ receipts, documents }: RegionBuckets): RegionBuckets => ({ receipts, documents });
  return { primary: data(here), secondary: data(there), logs: { primary: here.logs, secondary: there.logs } };
}

function createRegionBuckets(
  context: RegionContext,
  accountId: pulumi.Output<string>,
  config: BucketConfig,
): { readonly receipts: VersionedBucket; readonly documents: VersionedBucket; readonly logs: VersionedBucket } {
  const services = ["payments-receipts", "payments-documents", "payments-logs"];
  const logs = createLogBucket(context, services, accountId, config);
  const create = (service: string, lifecycle: readonly LifecycleRule[] = [ARCHIVE]): VersionedBucket => createDataBucket(context, service, lifecycle, logs, accountId, config);
  return { receipts: create("payments-receipts"), documents: create("payments-documents"), logs: create("payments-logs", logLifecycle(config)) };
}

/** Days after which versions move to the archive, and after which replaced ones end. GLACIER bills at least 90 days. */
const ARCHIVE_DAYS = 90;
const REPLACED_DAYS = 365;

/**
 * Nobody writes under a key of their own: such an object names no key that a policy could ask for, and cannot be read
 * without its writer. S3 blocks it on new buckets by itself, but not in every account: what is not said here is S3's to
 * choose. S3 user guide, "Blocking or unblocking SSE-C for a general purpose bucket".
 */
const NO_CUSTOMER_KEYS = { blockedEncryptionTypes: ["SSE-C"] };

const ABORT_UPLOADS = { abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } };

const ARCHIVE: LifecycleRule = {
  id: "archive",
  status: "Enabled",
  filter: { prefix: "" },
  transitions: [{ days: ARCHIVE_DAYS, storageClass: "GLACIER" }],
  noncurrentVersionTransitions: [{ noncurrentDays: ARCHIVE_DAYS, storageClass: "GLACIER" }],
  noncurrentVersionExpiration: { noncurrentDays: REPLACED_DAYS },
  expiration: { expiredObjectDeleteMarker: true },
  ...ABORT_UPLOADS,
};

/** Log lines end: after a year, or when their groups' do where that is later. */
const logLifecycle = ({ logRetentionDays }: BucketConfig): readonly LifecycleRule[] => [
  { ...ARCHIVE, expiration: { days: Math.max(REPLACED_DAYS, logRetentionDays) }, noncurrentVersionTransitions: [], noncurrentVersionExpiration: { noncurrentDays: 30 } },
  // S3 takes no days beside it.
  { id: "markers", status: "Enabled", filter: { prefix: "" }, expiration: { expiredObjectDeleteMarker: true } },
];

function createDataBucket(context: RegionContext, service: string, lifecycle: readonly LifecycleRule[], logs: Bucket, accountId: pulumi.Output<string>, config: BucketConfig): VersionedBucket {
  const name = context.name(service, "tag");
  const bucket = closedBucket(context, service, accountId, config, (arn) => context.key.arn.apply((keyArn) => dataBucketPolicy(arn, keyArn)));
  const versioned = new aws.s3.BucketVersioning(name, { bucket: bucket.name, versioningConfiguration: { status: "Enabled" } }, context.options);
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket: bucket.name,
      // With a bucket key S3 asks KMS once in a while instead of for every object.
      rules: [{ bucketKeyEnabled: true, applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: context.key.arn }, ...NO_CUSTOMER_KEYS }],
    },
    context.options,
  );
  new aws.s3.BucketLogging(name, { bucket: bucket.name, targetBucket: logs.name, targetPrefix: `${service}/` }, { ...context.options, dependsOn: [...logs.ready] });
  new aws.s3.BucketLifecycleConfiguration(
    name,
    // S3 leaves objects below 128 kB where they are unless told otherwise, and a receipt has some hundred bytes.
    { bucket: bucket.name, rules: [...lifecycle], transitionDefaultMinimumObjectSize: "varies_by_storage_class" },
    { ...context.options, dependsOn: [versioned] },
  );
  return { ...bucket, service, versioned };
}

/** The receiver of access logs: S3's log delivery cannot use a customer's key, and a log of the log would have no end. */
function createLogBucket(context: RegionContext, services: readonly string[], accountId: pulumi.Output<string>, config: BucketConfig): Bucket {
  const service = "payments-access-logs";
  const name = context.name(service, "tag");
  // The logged buckets' names are known before they are made; their ARNs follow from them.
  const bucket = closedBucket(context, service, accountId, config, (arn) =>
    accountId.apply((account) => accessLogPolicy(arn, services.map((one) => `arn:aws:s3:::${bucketName(context.name, one, account)}`), account)),
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket: bucket.name, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, ...NO_CUSTOMER_KEYS }] },
    context.options,
  );
  const expire = { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: config.logRetentionDays }, ...ABORT_UPLOADS };
  new aws.s3.BucketLifecycleConfiguration(name, { bucket: bucket.name, rules: [expire] }, context.options);
  return bucket;
}

/** A bucket that the public never reaches and whose objects all belong to its owner. */
function closedBucket(
  context: RegionContext,
  service: string,
  accountId: pulumi.Output<string>,
  { protect }: BucketConfig,
  policyOf: (bucketArn: string) => pulumi.Output<PolicyDocument>,
): Bucket {
  const name = context.name(service, "tag");
  const bucket = new aws.s3.Bucket(
    name,
    { bucket: accountId.apply((account) => bucketName(context.name, service, account)), forceDestroy: !protect },
    { ...context.options, protect },
  );
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    context.options,
  );
  const ownership = new aws.s3.BucketOwnershipControls(name, { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, context.options);
  const policy = bucket.arn.apply(policyOf).apply((document) => JSON.stringify(document));
  // S3 answers OperationAborted to changes of one bucket at the same time.
  const permitted = new aws.s3.BucketPolicy(name, { bucket: bucket.bucket, policy }, { ...context.options, dependsOn: [block, ownership] });
  return { name: bucket.bucket, arn: bucket.arn, ready: [permitted] };
}
