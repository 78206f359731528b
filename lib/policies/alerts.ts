import { policy, type PolicyDocument, type Statement } from "./document";

/** Nobody without TLS. SNS developer guide, "Amazon SNS security best practices". */
const refusePlainText = (topicArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: ["sns:Publish"],
  Resource: [topicArn],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** The alert topic: CloudWatch's alarms of this account may publish. CloudWatch user guide, "Notifying users on alarm changes". */
export const alertTopic = (topicArn: string, accountId: string): PolicyDocument =>
  policy(
    {
      Sid: "AlarmsMayPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: [topicArn],
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    refusePlainText(topicArn),
  );

/** The event topic: the account's own roles, by their own permissions, and only over TLS. */
export const eventTopic = (topicArn: string, accountId: string): PolicyDocument =>
  policy(
    {
      Sid: "AccountMayUse",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"],
      Resource: [topicArn],
    },
    refusePlainText(topicArn),
  );

/** Publishes to a topic; one that a customer's key encrypts needs the key too. SNS developer guide, "Key management". */
export const publishEvents = (topicArn: string, keyArn: string, region: string): readonly Statement[] => [
  { Sid: "PublishEvents", Effect: "Allow", Action: ["sns:Publish"], Resource: [topicArn] },
  {
    Sid: "EncryptEvents",
    Effect: "Allow",
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
  },
];
