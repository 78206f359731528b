import type { Caller, Cloud } from "../../cloud";
import { iam } from "../iam/index";
import { access, operations, topicNotFound, type Publication } from "./operations";
import { topicKey } from "./topic-key";
import { Topic, type Delivery, type PublishedMessage, type Subscription, type TopicSpec } from "./topic";

export { DATA_KEY_REUSE_MS } from "./topic-key";
export type { Delivery, PublishedMessage, Subscription, TopicSpec } from "./topic";

const NO_SOURCE = {};

/** Deliveries that are kept for checkers. */
const KEPT_DELIVERIES = 10_000;

/**
 * SNS of one region: standard topics, their policies and subscriptions. The twin sends nothing: what an e-mail
 * subscription would get is kept in `deliveries()`, every subscription counts as confirmed. Not modelled: FIFO topics,
 * filter policies, retries, text messages and mobile push.
 */
export class Sns {
  private readonly byArn = new Map<string, Topic>();
  private readonly sent: Delivery[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    cloud.publish("sns", region, operations(this, cloud.accountId), access);
  }

  createTopic(spec: TopicSpec): void {
    const published = this.cloud.metrics.series(this.region, "AWS/SNS", "NumberOfMessagesPublished", { TopicName: spec.name });
    this.byArn.set(spec.arn, new Topic(spec, published, spec.keyId === undefined ? () => undefined : topicKey(this.cloud, this.region, spec.keyId)));
  }

  /** @param policy the document as JSON. Throws NotFoundException. */
  setPolicy(topicArn: string, policy: string): void {
    this.find(topicArn).policy = policy;
    iam(this.cloud).putResourcePolicy(topicArn, policy);
  }

  /** Throws NotFoundException. */
  subscribe(subscription: Subscription): void {
    this.find(subscription.topicArn).subscriptions.push(subscription);
  }

  has(arn: unknown): arn is string {
    return typeof arn === "string" && this.byArn.has(arn);
  }

  /** The ARNs of the region's topics. */
  topics(): readonly string[] {
    return [...this.byArn.keys()];
  }

  /** Throws NotFoundException. */
  find(topicArn: string): Topic {
    const topic = this.byArn.get(topicArn);
    if (!topic) throw topicNotFound();
    return topic;
  }

  /** The newest messages of a topic, oldest first. Throws NotFoundException. */
  messages(topicArn: string): readonly PublishedMessage[] {
    return this.find(topicArn).messages();
  }

  /** What subscribers would have got, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.sent.slice(-KEPT_DELIVERIES);
  }

  /** Answers the message's id. Throws NotFoundException, or KMS's refusal of the topic's key (KMSAccessDeniedException, KMSDisabledException …). */
  publish(publication: Publication, caller: Caller = {}): string {
    const topic = this.find(publication.topicArn);
    const refused = topic.keyRefusal({ principal: caller.principal, source: NO_SOURCE });
    if (refused) throw refused;
    return this.accept(topic, publication);
  }

  /**
   * A service of AWS publishes for one of the account's resources, as the topic's policy and the key's allow. Undefined
   * = done, else why not: the service tells nobody.
   */
  publishFromService(service: string, sourceArn: string, publication: Publication): string | undefined {
    const topic = this.byArn.get(publication.topicArn);
    if (!topic) return `${publication.topicArn}: no such topic in ${this.region}`;
    const source = { "aws:SourceArn": sourceArn, "aws:SourceAccount": this.cloud.accountId };
    const principal = { service };
    const denied = iam(this.cloud).authorize({ principal, action: "sns:Publish", resource: topic.spec.arn, region: this.region, context: () => source });
    const refused = denied ? `the topic's policy does not let ${service} publish (${denied.kind})` : (topic.keyRefusal({ principal, source })?.message ?? this.failure(topic));
    if (refused === undefined) this.accept(topic, publication, sourceArn);
    return refused;
  }

  /** Why SNS itself does not take a message now. That AWS's services try again is not documented: assumed that they do not. */
  private failure({ spec: { name: resource } }: Topic): string | undefined {
    const effect = this.cloud.faults.effect({ region: this.region, service: "sns", operation: "Publish", resource });
    return effect === undefined || effect.mode === "delay" || effect.when === "after" ? undefined : `SNS does not take it (${effect.mode})`;
  }

  /** @param source the resource that a service of AWS publishes for */
  private accept(topic: Topic, { message, subject, attributes = {} }: Publication, source?: string): string {
    const { kernel } = this.cloud;
    const at = kernel.now();
    const messageId = kernel.random("sns/message-ids").id(36);
    const published = subject === undefined ? { messageId, at, message, attributes } : { messageId, at, message, attributes, subject };
    topic.take(published);
    const about = { region: this.region, topic: topic.spec.name, messageId };
    kernel.record("sns.published", source === undefined ? about : { ...about, source });
    for (const { arn, topicArn, protocol, endpoint } of topic.subscriptions) {
      this.sent.push({ topicArn, subscriptionArn: arn, protocol, endpoint, at, message: published });
    }
    if (this.sent.length >= 2 * KEPT_DELIVERIES) this.sent.splice(0, KEPT_DELIVERIES);
    return messageId;
  }
}

/** SNS of a region, made on first use. */
export const sns = (cloud: Cloud, region: string): Sns => cloud.service("sns", region, () => new Sns(cloud, region));
