import { AwsError } from "../../errors";
import type { AccessRequest, AccessRules } from "../../cloud";
import type { Bucket } from "./bucket";
import type { Encryption } from "./version";

/** The members of an operation's input that decide what it needs. */
interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly Delete?: { readonly Objects?: readonly { readonly Key?: string; readonly VersionId?: string }[] };
}

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;

/**
 * What S3's operations need. Service authorization reference, "Actions, resources, and condition keys for Amazon S3";
 * for the keys S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 * @param find a bucket of the service's region
 */
export function access(region: string, find: (name: string) => Bucket | undefined): AccessRules {
  const onBucket = (action: string) => ({ Bucket: name = "" }: Input): readonly AccessRequest[] => [{ action: `s3:${action}`, resource: bucketArn(name) }];
  const onObject = (action: string, { Bucket: name = "", Key = "" }: Input, context?: () => Readonly<Record<string, string>>): AccessRequest => ({
    action: `s3:${action}`,
    resource: `${bucketArn(name)}/${Key}`,
    policyOf: bucketArn(name),
    ...(context ? { context } : {}),
  });
  const onKey = (action: string, keyArn: string | undefined): readonly AccessRequest[] =>
    keyArn === undefined ? [] : [{ action: `kms:${action}`, resource: keyArn, forwarded: true, context: () => ({ "kms:ViaService": `s3.${region}.amazonaws.com` }) }];
  const versioned = (action: string) => (input: Input): readonly AccessRequest[] => [onObject(input.VersionId === undefined ? action : versionAction(action), input)];

  const read = (input: Input, decrypt: boolean): readonly AccessRequest[] => {
    const bucket = find(input.Bucket ?? "");
    const version = input.VersionId === undefined ? bucket?.current(input.Key ?? "") : bucket?.version(input.Key ?? "", input.VersionId);
    const requests = versioned("GetObject")(input);
    // Who may not list is not told that there is nothing. "GetObject", permissions.
    if (bucket && !version) return [...requests, ...onBucket("ListBucket")(input)];
    return decrypt ? [...requests, ...onKey("Decrypt", version?.encryption.keyArn)] : requests;
  };
  const write = (input: Input): readonly AccessRequest[] => {
    const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyArn } = input;
    const context = (): Readonly<Record<string, string>> => ({
      ...(algorithm === undefined ? {} : { "s3:x-amz-server-side-encryption": algorithm }),
      ...(keyArn === undefined ? {} : { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn }),
    });
    return [onObject("PutObject", input, context), ...onKey("GenerateDataKey", writtenUnder(input, find(input.Bucket ?? "")?.encryption))];
  };
  return {
    denied: (message) => new AwsError("AccessDenied", message, 403),
    needs: {
      ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
      HeadBucket: onBucket("ListBucket"),
      ListObjectsV2: onBucket("ListBucket"),
      ListObjectVersions: onBucket("ListBucketVersions"),
      GetBucketLocation: onBucket("GetBucketLocation"),
      GetBucketVersioning: onBucket("GetBucketVersioning"),
      PutObject: write,
      GetObject: (input: Input) => read(input, true),
      HeadObject: (input: Input) => read(input, false),
      DeleteObject: versioned("DeleteObject"),
      DeleteObjects: ({ Bucket: name = "", Delete }: Input) => (Delete?.Objects ?? []).flatMap((one) => versioned("DeleteObject")({ ...one, Bucket: name })),
      GetObjectTagging: versioned("GetObjectTagging"),
      PutObjectTagging: versioned("PutObjectTagging"),
    },
  };
}

const versionAction = (action: string): string => action.replace("Object", "ObjectVersion");

/** The key under which a request has its object stored. */
function writtenUnder({ ServerSideEncryption: algorithm, SSEKMSKeyId }: Input, encryption: Encryption | undefined): string | undefined {
  if (algorithm === "AES256") return undefined;
  return SSEKMSKeyId ?? encryption?.keyArn;
}
