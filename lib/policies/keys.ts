import { policy, type PolicyDocument, type Statement } from "./document";

/** A key policy's resource is the key itself. KMS developer guide, "Key policies in AWS KMS". */
const THIS_KEY = ["*"];

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"];

/** The services through which the account's principals may use the key, as far as their own policies say so. */
const VIA = ["backup", "dynamodb", "firehose", "lambda", "s3", "sns", "sqs"];

/** What makes, changes and ends a key. Without it nobody could change the policy again. KMS developer guide, "Default key policy". */
const ADMINISTER = [
  "kms:DescribeKey",
  "kms:EnableKey",
  "kms:DisableKey",
  "kms:GetKeyPolicy",
  "kms:PutKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListKeyRotations",
  "kms:EnableKeyRotation",
  "kms:DisableKeyRotation",
  "kms:RotateKeyOnDemand",
  "kms:CreateAlias",
  "kms:UpdateAlias",
  "kms:DeleteAlias",
  "kms:UpdateKeyDescription",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:ListResourceTags",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
];

/** They call from other regions too: DynamoDB for global tables, AWS Backup for copies. */
const ACROSS_REGIONS = ["backup", "dynamodb"];

/**
 * The values of kms:ViaService. Those of two services leave the region open, as AWS asks: "DynamoDB encryption at rest: usage notes", "Key
 * policy for a customer managed key" (DynamoDB developer guide) and "Encryption for backups in AWS Backup".
 */
const viaServices = (region: string): readonly string[] => VIA.map((service) => `${service}.${ACROSS_REGIONS.includes(service) ? "*" : region}.amazonaws.com`);

/**
 * The policy of a region's key. The account administers it; its principals use it through AWS's services only, and only
 * as far as their own policies allow; no statement lets anybody decrypt with it directly.
 */
export function keyPolicy(region: string, accountId: string): PolicyDocument {
  const account = { AWS: `arn:aws:iam::${accountId}:root` };
  const through = { StringLike: { "kms:ViaService": viaServices(region) } };
  return policy(
    { Sid: "AccountAdministers", Effect: "Allow", Principal: account, Action: ADMINISTER, Resource: THIS_KEY },
    {
      Sid: "AccountUsesThroughServices",
      Effect: "Allow",
      Principal: account,
      Action: USE,
      Resource: THIS_KEY,
      Condition: through,
    },
    {
      // DynamoDB, Backup and Lambda work on with grants. DynamoDB developer guide, "DynamoDB encryption at rest: usage notes".
      Sid: "ServicesHoldGrants",
      Effect: "Allow",
      Principal: account,
      Action: ["kms:CreateGrant"],
      Resource: THIS_KEY,
      Condition: { ...through, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      // CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
      Sid: "LogGroupsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: USE,
      Resource: THIS_KEY,
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:log-group:*` } },
    },
    {
      // Without it alarms to an encrypted topic vanish without an error. SNS developer guide, "Key management".
      Sid: "AlarmsAndTopics",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com", "sns.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: THIS_KEY,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  );
}

/** DynamoDB decrypts a table's key on behalf of whoever uses the table. DynamoDB developer guide, "AWS KMS keys and DynamoDB encryption". */
export const readEncryptedTable = (keyArn: string, region: string): readonly Statement[] => [
  {
    Sid: "UseTableKey",
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": `dynamodb.${region}.amazonaws.com` } },
  },
];
