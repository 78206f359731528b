import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { alarmsMayPublish } from "./policies/alerts";
import type { Site } from "./regions";

/** The region's topic for alarms, which reach only topics of their own region. Answers its ARN. */
export function createAlertTopic(site: Site, accountId: pulumi.Output<string>, { alertEmails }: Pick<Config, "alertEmails">): pulumi.Output<string> {
  const name = site.name("payments-alerts", "topic");
  const topic = new aws.sns.Topic(name, { name }, site.options);
  new aws.sns.TopicPolicy(
    name,
    { arn: topic.arn, policy: pulumi.all([topic.arn, accountId]).apply(([arn, account]) => JSON.stringify(alarmsMayPublish(arn, account))) },
    site.options,
  );
  for (const endpoint of alertEmails) {
    new aws.sns.TopicSubscription(`${name}-${endpoint}`, { topic: topic.arn, protocol: "email", endpoint }, site.options);
  }
  return topic.arn;
}
