import type { Statement } from "./document";

/** Where Lambda puts discarded records. Lambda developer guide, "Retaining discarded batches for a DynamoDB event source". */
export const DISCARDED_PREFIX = "aws/lambda/";

/**
 * Lambda reads a stream as the function's role. Lambda developer guide, "Process DynamoDB records with Lambda", section on
 * permissions; the service authorization reference ties ListStreams to no resource.
 */
export const readStream = (streamArn: string): readonly Statement[] => [
  { Sid: "ReadStream", Effect: "Allow", Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], Resource: [streamArn] },
  { Sid: "FindStream", Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: ["*"] },
];

/** Lambda keeps records that it gives up, as the function's role; the bucket's key encrypts them. */
export const keepDiscarded = (bucketArn: string, keyArn: string, region: string): readonly Statement[] => [
  { Sid: "KeepDiscarded", Effect: "Allow", Action: ["s3:PutObject"], Resource: [`${bucketArn}/${DISCARDED_PREFIX}*`] },
  { Sid: "FindBucket", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucketArn] },
  {
    Sid: "EncryptDiscarded",
    Effect: "Allow",
    Action: ["kms:GenerateDataKey"],
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  },
];

/** Switches a replica's own stream on, and looks until it is. */
export const switchStream = (replicaArn: string): readonly Statement[] => [
  { Sid: "SwitchStream", Effect: "Allow", Action: ["dynamodb:DescribeTable", "dynamodb:UpdateTable"], Resource: [replicaArn] },
];
