import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import type { Key } from "./kms";
import { alertTopic, eventTopic } from "./policies/alerts";
import type { PolicyDocument } from "./policies/document";
import type { Site } from "./regions";

export interface Topic {
  readonly arn: pulumi.Output<string>;
  readonly region: string;
  /** Encrypts what it holds; publishers need it too. */
  readonly key: Key;
}

/** A region's topics. */
export interface Topics {
  /** For alarms, which reach only topics of their own region. */
  readonly alerts: Topic;
  /** For what happened to payments. */
  readonly events: Topic;
}

type AlertConfig = Pick<Config, "alertEmails">;

/** Both topics of a region that serves payments. */
export const createTopics = (site: Site, accountId: pulumi.Output<string>, config: AlertConfig): Topics => ({
  alerts: createAlertTopic(site, accountId, config),
  events: createTopic(site, "payments-events", accountId, eventTopic),
});

/** The region's topic for alarms, with its readers. */
export function createAlertTopic(site: Site, accountId: pulumi.Output<string>, { alertEmails }: AlertConfig): Topic {
  const topic = createTopic(site, "payments-alerts", accountId, alertTopic);
  const name = site.name("payments-alerts", "topic");
  for (const endpoint of alertEmails) {
    new aws.sns.TopicSubscription(`${name}-${endpoint}`, { topic: topic.arn, protocol: "email", endpoint }, site.options);
  }
  return topic;
}

function createTopic(
  site: Site,
  service: string,
  accountId: pulumi.Output<string>,
  policyOf: (topicArn: string, accountId: string) => PolicyDocument,
): Topic {
  const name = site.name(service, "topic");
  const topic = new aws.sns.Topic(name, { name, kmsMasterKeyId: site.key.arn }, site.options);
  const policy = pulumi.all([topic.arn, accountId]).apply(([arn, account]) => JSON.stringify(policyOf(arn, account)));
  new aws.sns.TopicPolicy(name, { arn: topic.arn, policy }, site.options);
  return { arn: topic.arn, region: site.region, key: site.key };
}
