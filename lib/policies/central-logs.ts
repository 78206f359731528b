import { policy, type Condition, type PolicyDocument, type Statement } from "./document";

/** CloudWatch Logs takes the role for groups of the own account and region only. CloudWatch Logs user guide, "Confused deputy prevention". */
export const fromOwnLogs = (region: string, accountId: string): Condition => ({ ArnLike: { "aws:SourceArn": `arn:aws:logs:${region}:${accountId}:*` } });

/** Firehose takes the role for the own account's streams only. CloudWatch Logs user guide, "Create a Firehose delivery stream". */
export const forOwnStreams = (accountId: string): Condition => ({ StringEquals: { "sts:ExternalId": accountId } });

/** Passes log events on into the delivery stream, wherever that is. */
export const shipLogs = (streamArn: string): readonly Statement[] => [
  { Sid: "ShipLogs", Effect: "Allow", Action: ["firehose:PutRecord", "firehose:PutRecordBatch"], Resource: [streamArn] },
];

/** The own account may subscribe its groups; without a policy not even it may. "Step 2: Create a destination". */
export const admitAccount = (destinationArn: string, accountId: string): PolicyDocument =>
  policy({ Sid: "OwnAccount", Effect: "Allow", Principal: { AWS: accountId }, Action: ["logs:PutSubscriptionFilter"], Resource: [destinationArn] });

export interface DeliveryArgs {
  readonly region: string;
  readonly bucketArn: string;
  readonly keyArn: string;
  /** Where the delivery tells its own failures: one stream of one group. */
  readonly errorStreamArn: string;
}

/** What the delivery does: writes objects under the bucket's key, and tells its own failures. Firehose developer guide, "Grant Firehose access to an Amazon S3 destination". */
export const deliverLogs = ({ region, bucketArn, keyArn, errorStreamArn }: DeliveryArgs): readonly Statement[] => [
  { Sid: "FindBucket", Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource: [bucketArn] },
  { Sid: "WriteObjects", Effect: "Allow", Action: ["s3:AbortMultipartUpload", "s3:PutObject"], Resource: [`${bucketArn}/*`] },
  {
    Sid: "EncryptObjects",
    Effect: "Allow",
    // Decrypt: S3 needs it for the parts of an upload.
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  },
  { Sid: "TellFailures", Effect: "Allow", Action: ["logs:PutLogEvents"], Resource: [errorStreamArn] },
];
