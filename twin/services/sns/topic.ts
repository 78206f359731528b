import type { Series } from "../cloudwatch/series";
import type { TopicKey } from "./topic-key";

/** A message attribute as the SDK has it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** A message that a topic took. */
export interface PublishedMessage {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

/** A message on its way out: the twin sends no mail, it keeps what would have been sent. */
export interface Delivery {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly at: number;
  readonly message: PublishedMessage;
}

export interface TopicSpec {
  readonly arn: string;
  readonly name: string;
  /** The key that encrypts messages at rest. */
  readonly keyId?: string;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** Messages that are kept for checkers, per topic. */
export const KEPT_MESSAGES = 10_000;

/** A topic: who subscribes, and the newest messages. */
export class Topic {
  readonly subscriptions: Subscription[] = [];
  private readonly kept: PublishedMessage[] = [];
  /** As JSON. */
  policy: string | undefined;

  constructor(
    readonly spec: TopicSpec,
    readonly published: Series,
    /** Why a publisher cannot use the topic's key; undefined = it can, or there is none. */
    readonly keyRefusal: TopicKey,
  ) {}

  take(message: PublishedMessage): void {
    this.kept.push(message);
    // In batches: removing from the front of an array costs its length.
    if (this.kept.length >= 2 * KEPT_MESSAGES) this.kept.splice(0, KEPT_MESSAGES);
    this.published.add(1);
  }

  messages(): readonly PublishedMessage[] {
    return this.kept.slice(-KEPT_MESSAGES);
  }
}
