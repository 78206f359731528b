import { AwsError } from "../../errors";

/** S3's errors. S3 API reference, "Error responses". */
export const noSuchBucket = (BucketName: string): AwsError =>
  new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName });

export const noSuchKey = (Key: string, more: Readonly<Record<string, unknown>> = {}): AwsError =>
  new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key, ...more });

export const noSuchVersion = (Key: string, VersionId: string): AwsError =>
  new AwsError("NoSuchVersion", "The specified version does not exist.", 404, { Key, VersionId });

/** The bucket lives elsewhere. "Making requests by using the REST API", redirects. */
export const permanentRedirect = (Bucket: string, Region: string): AwsError =>
  new AwsError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    301,
    { Bucket, Region, Endpoint: `${Bucket}.s3.${Region}.amazonaws.com` },
  );

export const invalidArgument = (message: string, ArgumentName: string): AwsError => new AwsError("InvalidArgument", message, 400, { ArgumentName });

/** What AWS has and this twin has not. */
export const notImplemented = (what: string): AwsError =>
  new AwsError("NotImplemented", `A header or operation you provided implies functionality that is not implemented: ${what} is not in this twin`, 501);

/** "Blocking or unblocking SSE-C for a general purpose bucket". */
export const customerKeysBlocked = (BucketName: string): AwsError =>
  new AwsError("AccessDenied", "Access Denied: the bucket takes no objects under customer-provided keys (SSE-C)", 403, { BucketName });

export const preconditionFailed = (Condition: string): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, { Condition });

/** "Add preconditions to S3 operations with conditional requests": a delete came between. */
export const conditionalConflict = (Key: string): AwsError =>
  new AwsError("ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource.", 409, { Key });
