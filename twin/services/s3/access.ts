import { remembered } from "../../../rules/remembered";
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

export const bucketArn = remembered((name) => `arn:aws:s3:::${name}`);

/** The name by which S3 calls KMS. */
export const viaService = remembered((region) => `s3.${region}.amazonaws.com`);

/**
 * What S3's operations need. Service authorization reference, "Actions, resources, and condition keys for Amazon S3";
 * for the keys S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 * @param find a bucket of the service's region
 */
export function access(region: string, find: (name: string) => Bucket | undefined): AccessRules {
  const onBucket = (action: string) => ({ Bucket: name = "" }: Input): readonly AccessRequest[] => [{ action, resource: bucketArn(name) }];
  const onObject = (action: string, { Bucket: name = "", Key = "" }: Input, context = noKeys): AccessRequest => {
    const policyOf = bucketArn(name);
    return { action, resource: `${policyOf}/${Key}`, policyOf, context };
  };
  const byKms = { "kms:ViaService": viaService(region) };
  const onKey = (action: string, resource: string): AccessRequest => ({ action, resource, forwarded: true, context: () => byKms });
  const versioned = (action: string) => {
    const ofVersion = action.replace("Object", "ObjectVersion");
    return (input: Input): readonly AccessRequest[] => [onObject(input.VersionId === undefined ? action : ofVersion, input)];
  };
  const [getObject, listBucket, deleteObject] = [versioned("s3:GetObject"), onBucket("s3:ListBucket"), versioned("s3:DeleteObject")];

  const read = (input: Input, decrypt: boolean): readonly AccessRequest[] => {
    const bucket = find(input.Bucket ?? "");
    const version = input.VersionId === undefined ? bucket?.current(input.Key ?? "") : bucket?.version(input.Key ?? "", input.VersionId);
    const requests = getObject(input);
    // Who may not list is not told that there is nothing. "GetObject", permissions.
    if (bucket && !version) return [...requests, ...listBucket(input)];
    const keyArn = decrypt ? version?.encryption.keyArn : undefined;
    return keyArn === undefined ? requests : [...requests, onKey("kms:Decrypt", keyArn)];
  };
  const write = (input: Input): readonly AccessRequest[] => {
    const request = onObject("s3:PutObject", input, () => encryptionKeys(input));
    const keyArn = writtenUnder(input, find(input.Bucket ?? "")?.encryption);
    return keyArn === undefined ? [request] : [request, onKey("kms:GenerateDataKey", keyArn)];
  };
  return {
    denied: (message) => new AwsError("AccessDenied", message, 403),
    needs: {
      ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
      HeadBucket: listBucket,
      ListObjectsV2: listBucket,
      ListObjectVersions: onBucket("s3:ListBucketVersions"),
      GetBucketLocation: onBucket("s3:GetBucketLocation"),
      GetBucketVersioning: onBucket("s3:GetBucketVersioning"),
      PutObject: write,
      GetObject: (input: Input) => read(input, true),
      HeadObject: (input: Input) => read(input, false),
      DeleteObject: deleteObject,
      DeleteObjects: ({ Bucket: name = "", Delete }: Input) => (Delete?.Objects ?? []).flatMap((one) => deleteObject({ ...one, Bucket: name })),
      GetObjectTagging: versioned("s3:GetObjectTagging"),
      PutObjectTagging: versioned("s3:PutObjectTagging"),
    },
  };
}

type Context = ReturnType<NonNullable<AccessRequest["context"]>>;

const NO_KEYS: Context = {};
const noKeys = (): Context => NO_KEYS;

function encryptionKeys({ ServerSideEncryption: algorithm, SSEKMSKeyId: keyArn }: Input): Context {
  const keys: Record<string, string> = {};
  if (algorithm !== undefined) keys["s3:x-amz-server-side-encryption"] = algorithm;
  if (keyArn !== undefined) keys["s3:x-amz-server-side-encryption-aws-kms-key-id"] = keyArn;
  return keys;
}

/** The key under which a request has its object stored. */
function writtenUnder({ ServerSideEncryption: algorithm, SSEKMSKeyId }: Input, encryption: Encryption | undefined): string | undefined {
  if (algorithm === "AES256") return undefined;
  return SSEKMSKeyId ?? encryption?.keyArn;
}
