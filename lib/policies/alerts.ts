import { policy, type PolicyDocument } from "./document";

/** CloudWatch's alarms of this account may publish. CloudWatch user guide, "Notifying users on alarm changes". */
export const alarmsMayPublish = (topicArn: string, accountId: string): PolicyDocument =>
  policy({
    Sid: "AlarmsMayPublish",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: ["sns:Publish"],
    Resource: [topicArn],
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });
