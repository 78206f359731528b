import { policy, type PolicyDocument } from "./document";

/** What passes the S3 gateway endpoint: the account's own principals, to the account's own buckets. Their roles say the rest. */
export const throughS3Endpoint = (accountId: string): PolicyDocument =>
  policy({
    Sid: "OwnBuckets",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["s3:*"],
    // Bucket ARNs carry no account: the condition does.
    Resource: ["arn:aws:s3:::*"],
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId } },
  });

/** What passes the DynamoDB gateway endpoint: the account's own principals, to its tables in that region. */
export const throughDynamoDbEndpoint = (region: string, accountId: string): PolicyDocument =>
  policy({
    Sid: "OwnTables",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["dynamodb:*"],
    Resource: [`arn:aws:dynamodb:${region}:${accountId}:*`],
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  });

/** Endpoints whose name is not the prefix of their service's actions. */
const ACTION_PREFIX: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** What passes an interface endpoint: the account's own principals; credentials from elsewhere carry nothing out. */
export const throughInterfaceEndpoint = (service: string, accountId: string): PolicyDocument =>
  policy({
    Sid: "OwnPrincipals",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: [`${ACTION_PREFIX[service] ?? service}:*`],
    // Some of these services' actions have no ARN (sts:GetCallerIdentity, kms:GenerateRandom).
    Resource: ["*"],
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  });
