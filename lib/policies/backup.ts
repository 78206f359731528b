import type { Statement } from "./document";

/** A region's own replica, vault and key, and the vault that copies go to with its key. */
export interface BackupEnds {
  readonly region: string;
  readonly accountId: string;
  readonly tableArn: string;
  readonly vaultArn: string;
  readonly keyArn: string;
  readonly peer: { readonly region: string; readonly vaultArn: string; readonly keyArn: string };
}

const USE_KEY = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

const endpoints = (services: readonly string[], regions: readonly string[]): readonly string[] =>
  regions.flatMap((region) => services.map((service) => `${service}.${region}.amazonaws.com`));

/** AWS's services use the keys on the role's behalf; nothing is decrypted for the role itself. "Encryption for backups in AWS Backup". */
const useKeys = (keyArns: readonly string[], regions: readonly string[]): readonly Statement[] => {
  const StringEquals = { "kms:ViaService": endpoints(["backup", "dynamodb"], regions) };
  return [
    // AWS Backup asks KMS for it as the role, not through a service: AWS's own policies set no condition here either.
    { Sid: "LookAtKeys", Effect: "Allow", Action: ["kms:DescribeKey"], Resource: keyArns },
    { Sid: "UseKeys", Effect: "Allow", Action: USE_KEY, Resource: keyArns, Condition: { StringEquals } },
    { Sid: "GrantKeys", Effect: "Allow", Action: ["kms:CreateGrant"], Resource: keyArns, Condition: { StringEquals, Bool: { "kms:GrantIsForAWSResource": "true" } } },
  ];
};

/** Recovery points have ids that AWS makes. */
const recoveryPoints = (region: string, accountId: string): string => `arn:aws:backup:${region}:${accountId}:recovery-point:*`;

/**
 * Backs one table up into one vault and copies to one other: the part of AWSBackupServiceRolePolicyForBackup that
 * DynamoDB's advanced backups need, on named resources. "Managed policies for AWS Backup", "Advanced DynamoDB backup".
 */
export const backUpAndCopy = ({ region, accountId, tableArn, vaultArn, keyArn, peer }: BackupEnds): readonly Statement[] => [
  { Sid: "BackUpTable", Effect: "Allow", Action: ["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"], Resource: [tableArn] },
  { Sid: "LookAtVaults", Effect: "Allow", Action: ["backup:DescribeBackupVault"], Resource: [vaultArn, peer.vaultArn] },
  { Sid: "CopyFromVault", Effect: "Allow", Action: ["backup:CopyFromBackupVault"], Resource: [vaultArn, recoveryPoints(region, accountId)] },
  { Sid: "CopyIntoVault", Effect: "Allow", Action: ["backup:CopyIntoBackupVault"], Resource: [peer.vaultArn] },
  // Recovery points and their copies get the table's tags. "Copying tags onto backups".
  { Sid: "TagRecoveryPoints", Effect: "Allow", Action: ["backup:TagResource"], Resource: [region, peer.region].map((each) => recoveryPoints(each, accountId)) },
  // The same page as useKeys: a copy into another region looks at the key that AWS Backup has by itself, too.
  {
    Sid: "LookAtBackupsKey",
    Effect: "Allow",
    Action: ["kms:DescribeKey"],
    Resource: [region, peer.region].map((each) => `arn:aws:kms:${each}:${accountId}:key/*`),
    Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aws/backup" } },
  },
  ...useKeys([keyArn, peer.keyArn], [region, peer.region]),
];

/**
 * Restores recovery points into tables of one name pattern only, never into the live table: the part of
 * AWSBackupServiceRolePolicyForRestores that DynamoDB needs. "Managed policies for AWS Backup".
 */
export const restoreInto = (tableArns: readonly string[], recoveryPointArns: readonly string[], keyArn: string, region: string): readonly Statement[] => [
  {
    Sid: "RestoreTables",
    Effect: "Allow",
    Action: [
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:DescribeTable",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:RestoreTableFromAwsBackup",
      "dynamodb:Scan",
      "dynamodb:UpdateItem",
    ],
    Resource: tableArns,
  },
  { Sid: "ReadRecoveryPoints", Effect: "Allow", Action: ["dynamodb:RestoreTableFromAwsBackup"], Resource: recoveryPointArns },
  ...useKeys([keyArn], [region]),
];
