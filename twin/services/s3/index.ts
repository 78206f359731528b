import type {
  DeleteObjectCommandInput,
  DeleteObjectsCommandInput,
  GetObjectCommandInput,
  GetObjectTaggingCommandInput,
  HeadObjectCommandInput,
  ListObjectVersionsCommandInput,
  ListObjectsV2CommandInput,
  PutObjectCommandInput,
  PutObjectTaggingCommandInput,
} from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { access } from "./access";
import { Bucket } from "./bucket";
import { dateOf } from "./dates";
import { noSuchBucket, notImplemented, permanentRedirect } from "./errors";
import { listObjectVersions, listObjectsV2 } from "./list";
import { putObject } from "./put";
import { getObject, getObjectTagging, headObject } from "./read";
import { deleteObject, deleteObjects, putObjectTagging } from "./remove";
import type { ReplicationFigures } from "./replication";
import type { ObjectVersion } from "./version";

export { Bucket } from "./bucket";
export { REPLICATION_DELAY_MS, type ReplicationFigures } from "./replication";
export type { ObjectVersion } from "./version";

/** What the twin assumes about S3. */
export interface S3Assumptions {
  /**
   * Milliseconds that a write is under way before it takes effect. Default none: a write is over at once, so that
   * nothing can come between (409 ConditionalRequestConflict).
   */
  readonly writeMs: { readonly low: number; readonly high: number };
}

/** Operations that tools ask for and this twin has not. */
const NOT_MODELLED = [
  "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateBucket", "CreateMultipartUpload", "DeleteBucket", "GetObjectAttributes",
  "ListMultipartUploads", "ListObjects", "ListParts", "PostObject", "SelectObjectContent", "UploadPart", "UploadPartCopy",
];

/** S3 in one region: its buckets. SDK operations are published under `s3`. */
export class S3 {
  private assumptions: S3Assumptions = { writeMs: { low: 0, high: 0 } };

  /** @param buckets all of the account's, whose names are global */
  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
    private readonly buckets: Map<string, Bucket>,
  ) {
    type Of<I> = I & { readonly Bucket?: string | undefined };
    const on =
      <I>(operation: (input: I, bucket: Bucket) => unknown) =>
      (input: Of<I>) =>
        operation(input, this.bucket(input.Bucket ?? ""));
    const operations = {
      ListBuckets: () => this.listBuckets(),
      HeadBucket: ({ Bucket: name = "" }: { Bucket?: string }) => ({ BucketRegion: this.headBucket(name).region, BucketArn: `arn:aws:s3:::${name}`, AccessPointAlias: false }),
      GetBucketLocation: on((_input, bucket) => (bucket.region === "us-east-1" ? {} : { LocationConstraint: bucket.region })),
      GetBucketVersioning: on((_input, { versioning }) => (versioning === undefined ? {} : { Status: versioning })),
      PutObject: on<PutObjectCommandInput>((input, bucket) => putObject(input, bucket, cloud, this.writeTime())),
      GetObject: on<GetObjectCommandInput>((input, bucket) => getObject(input, bucket, cloud)),
      HeadObject: (input: HeadObjectCommandInput) => headObject(input, this.headBucket(input.Bucket ?? "")),
      DeleteObject: on<DeleteObjectCommandInput>(deleteObject),
      DeleteObjects: on<DeleteObjectsCommandInput>(deleteObjects),
      GetObjectTagging: on<GetObjectTaggingCommandInput>(getObjectTagging),
      PutObjectTagging: on<PutObjectTaggingCommandInput>(putObjectTagging),
      ListObjectsV2: on<ListObjectsV2CommandInput>(listObjectsV2),
      ListObjectVersions: on<ListObjectVersionsCommandInput>(listObjectVersions),
      ...Object.fromEntries(
        NOT_MODELLED.map((name) => [
          name,
          () => {
            throw notImplemented(name);
          },
        ]),
      ),
    };
    const here = (name: string): Bucket | undefined => {
      const bucket = this.buckets.get(name);
      return bucket?.region === region ? bucket : undefined;
    };
    cloud.publish("s3", region, operations, { ...access(region, here), refused: NOT_MODELLED });
  }

  /** Changes what the twin assumes from now on. */
  assume(assumptions: Partial<S3Assumptions>): void {
    this.assumptions = { ...this.assumptions, ...assumptions };
  }

  /** Throws BucketAlreadyExists: names are global. */
  createBucket(name: string): Bucket {
    if (this.buckets.has(name)) throw new AwsError("BucketAlreadyExists", `The requested bucket name is not available: ${name}`, 409, { BucketName: name });
    const bucket = new Bucket(this.cloud, name, this.region, this.cloud.kernel.now(), (other) => this.buckets.get(other));
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** A bucket of this region. Throws NoSuchBucket, or PermanentRedirect for a bucket of another region. */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    if (bucket.region !== this.region) throw permanentRedirect(name, bucket.region);
    return bucket;
  }

  /** The region's buckets by name. */
  bucketNames(): readonly string[] {
    return [...this.buckets.values()].filter(({ region }) => region === this.region).map(({ name }) => name);
  }

  /** The objects that a reader sees, in the order of their keys, for checkers. Throws as {@link bucket}. */
  objects(bucket: string): readonly ObjectVersion[] {
    const found = this.bucket(bucket);
    return found.keys().flatMap((key) => found.current(key) ?? []);
  }

  /** What a bucket's replication rules have done and have yet to do. Throws as {@link bucket}. */
  replication(bucket: string): readonly ReplicationFigures[] {
    return this.bucket(bucket).figures();
  }

  /** A HEAD has no body to name an error in. */
  private headBucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError("NotFound", "NotFound", 404, { BucketName: name });
    return this.bucket(name);
  }

  private listBuckets(): object {
    const all = [...this.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      Buckets: all.map(({ name, region, createdAt }) => ({ Name: name, CreationDate: dateOf(createdAt), BucketRegion: region, BucketArn: `arn:aws:s3:::${name}` })),
      Owner: { ID: this.cloud.accountId },
    };
  }

  private writeTime(): (() => Promise<void>) | undefined {
    const { low, high } = this.assumptions.writeMs;
    const { kernel } = this.cloud;
    return high > 0 ? () => kernel.sleep(kernel.random("s3/writes").between(low, high)) : undefined;
  }
}

/** S3 of a region, made on first use. */
export const s3 = (cloud: Cloud, region: string): S3 =>
  cloud.service("s3", region, () => new S3(cloud, region, cloud.service("s3-buckets", "global", () => new Map<string, Bucket>())));
