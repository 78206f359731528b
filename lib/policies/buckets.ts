import { RECEIPTS } from "../../lambda/shared/constants";
import { policy, type PolicyDocument, type Statement } from "./document";

const viaS3 = (region: string): Required<Pick<Statement, "Condition">> => ({ Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } } });

const inside = (bucketArns: readonly string[]): readonly string[] => bucketArns.map((arn) => `${arn}/*`);

/** Writes receipts, under their prefix alone; S3 encrypts what it stores with the bucket's key on the writer's behalf. */
export const writeReceipts = (bucketArn: string, keyArn: string, region: string): readonly Statement[] => [
  { Sid: "WriteReceipts", Effect: "Allow", Action: ["s3:PutObject"], Resource: [`${bucketArn}/${RECEIPTS.prefix}*`] },
  { Sid: "EncryptReceipts", Effect: "Allow", Action: ["kms:GenerateDataKey"], Resource: [keyArn], ...viaS3(region) },
];

/** Nobody without TLS. S3 user guide, "Security best practices for Amazon S3". */
const tlsOnly = (bucketArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: ["s3:*"],
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** Only over TLS, and nothing under another key: a request that names none gets the bucket's own, which is this one. */
export const dataBucketPolicy = (bucketArn: string, keyArn: string): PolicyDocument => {
  const refuse = (Sid: string, condition: string, expected: string): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: ["s3:PutObject"],
    Resource: [`${bucketArn}/*`],
    // IfExists would also refuse a request without the header. IAM user guide, "IAM JSON policy elements: Condition operators".
    Condition: { StringNotEquals: { [condition]: expected }, Null: { [condition]: "false" } },
  });
  return policy(
    tlsOnly(bucketArn),
    refuse("KmsOnly", "s3:x-amz-server-side-encryption", "aws:kms"),
    refuse("OwnKeyOnly", "s3:x-amz-server-side-encryption-aws-kms-key-id", keyArn),
  );
};

/** S3's log delivery may write what it logs of these buckets. S3 user guide, "Enabling Amazon S3 server access logging". */
export const accessLogPolicy = (bucketArn: string, sourceArns: readonly string[], accountId: string): PolicyDocument =>
  policy(tlsOnly(bucketArn), {
    Sid: "AccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: ["s3:PutObject"],
    Resource: [`${bucketArn}/*`],
    Condition: { ArnLike: { "aws:SourceArn": sourceArns }, StringEquals: { "aws:SourceAccount": accountId } },
  });

/** One direction of replication: from where, to where. */
export interface ReplicationEnd {
  readonly region: string;
  readonly bucketArns: readonly string[];
  readonly keyArn: string;
}

/** What S3 needs to copy versions, delete markers and changes of replicas. S3 user guide, "Setting up permissions for live replication". */
export const replicate = (source: ReplicationEnd, target: ReplicationEnd): readonly Statement[] => [
  { Sid: "ReadConfiguration", Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: source.bucketArns },
  {
    Sid: "ReadVersions",
    Effect: "Allow",
    Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
    Resource: inside(source.bucketArns),
  },
  { Sid: "WriteReplicas", Effect: "Allow", Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"], Resource: inside(target.bucketArns) },
  { Sid: "DecryptSource", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [source.keyArn], ...viaS3(source.region) },
  { Sid: "EncryptReplicas", Effect: "Allow", Action: ["kms:Encrypt", "kms:GenerateDataKey"], Resource: [target.keyArn], ...viaS3(target.region) },
];
