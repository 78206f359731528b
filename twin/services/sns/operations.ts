import type { AccessRules, Operations } from "../../cloud";
import { AwsError } from "../../errors";
import type { Sns } from "./index";
import type { MessageAttribute, Subscription, Topic } from "./topic";

export interface PublishInput {
  readonly TopicArn?: unknown;
  readonly TargetArn?: unknown;
  readonly Message?: unknown;
  readonly Subject?: unknown;
  readonly MessageAttributes?: unknown;
}

interface TopicInput {
  readonly TopicArn?: unknown;
}

/** What a publication holds after its checks. */
export interface Publication {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}

/** Bytes of a message with its attributes. SNS API reference, "Publish". */
const MAX_BYTES = 262_144;
const MAX_SUBJECT = 100;

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", `Invalid parameter: ${message}`, 400, { Type: "Sender" });

export const topicNotFound = (): AwsError => new AwsError("NotFoundException", "Topic does not exist", 404, { Type: "Sender" });

function arnOf(value: unknown): string {
  if (typeof value !== "string") throw invalid("TopicArn or TargetArn Reason: no value for required parameter");
  if (!/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/.test(value)) throw invalid("TopicArn");
  return value;
}

const PLAIN_TYPES: ReadonlySet<string> = new Set(["String", "Number", "Binary"]);
/** A type, or one with a label of the publisher's: `Number.int`. */
const isType = (text: string): boolean => PLAIN_TYPES.has(text) || /^(String|Number|Binary)\./.test(text);

function attributesOf(value: unknown): Readonly<Record<string, MessageAttribute>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) throw invalid("MessageAttributes");
  const attributes = value as Readonly<Record<string, Partial<MessageAttribute> | undefined>>; // any object; each member is checked
  for (const name of Object.keys(attributes)) {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? {};
    if (typeof DataType !== "string" || !isType(DataType)) {
      throw invalid(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`);
    }
    if ((StringValue === undefined || StringValue === "") && BinaryValue === undefined) {
      throw new AwsError("InvalidParameterValueException", `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`);
    }
  }
  return value as Readonly<Record<string, MessageAttribute>>; // every attribute was checked above
}

/** Bytes that a message with attributes has at most, reckoned without JSON: six to a letter, and what is around it. */
function mostBytes(message: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  let letters = message.length;
  for (const name of Object.keys(attributes)) {
    const attribute = attributes[name];
    if (typeof attribute?.StringValue !== "string" || attribute.BinaryValue !== undefined) return Infinity;
    letters += name.length + attribute.DataType.length + attribute.StringValue.length + 20;
  }
  return 6 * letters;
}

const bytesOf = (message: string, attributes: unknown): number =>
  Buffer.byteLength(message) + (attributes === undefined ? 0 : Buffer.byteLength(JSON.stringify(attributes)));

/** Checks a request as Publish does. Throws InvalidParameterException. @param sns where an ARN that names a topic needs no check */
export function publicationOf({ TopicArn, TargetArn, Message, Subject, MessageAttributes }: PublishInput, sns: Sns): Publication {
  const given = TopicArn ?? TargetArn;
  const topicArn = sns.has(given) ? given : arnOf(given);
  if (typeof Message !== "string" || Message === "") throw invalid("Empty message");
  const attributes = attributesOf(MessageAttributes);
  if (mostBytes(Message, attributes) > MAX_BYTES && bytesOf(Message, MessageAttributes) > MAX_BYTES) throw invalid("Message too long");
  if (Subject === undefined) return { topicArn, message: Message, attributes };
  if (typeof Subject !== "string" || Subject === "" || Subject.length > MAX_SUBJECT || /[\n\r]/.test(Subject)) throw invalid("Subject");
  return { topicArn, message: Message, subject: Subject, attributes };
}

const shown = ({ arn, topicArn, protocol, endpoint }: Subscription, Owner: string): object => ({
  SubscriptionArn: arn,
  Owner,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const attributesOfTopic = ({ spec, policy, subscriptions }: Topic, owner: string): Readonly<Record<string, string>> => ({
  TopicArn: spec.arn,
  Owner: owner,
  DisplayName: "",
  ...(policy === undefined ? {} : { Policy: policy }),
  ...(spec.keyId === undefined ? {} : { KmsMasterKeyId: spec.keyId }),
  SubscriptionsConfirmed: String(subscriptions.length),
  SubscriptionsPending: "0",
  SubscriptionsDeleted: "0",
});

/** SNS's SDK operations. Lists come whole: no NextToken. */
export const operations = (sns: Sns, owner: string): Operations => ({
  Publish: (input: PublishInput, caller) => ({ MessageId: sns.publish(publicationOf(input, sns), caller) }),
  ListTopics: () => ({ Topics: sns.topics().map((TopicArn) => ({ TopicArn })) }),
  ListSubscriptionsByTopic: ({ TopicArn }: TopicInput) => ({
    Subscriptions: sns.find(arnOf(TopicArn)).subscriptions.map((subscription) => shown(subscription, owner)),
  }),
  GetTopicAttributes: ({ TopicArn }: TopicInput) => ({ Attributes: attributesOfTopic(sns.find(arnOf(TopicArn)), owner) }),
});

const onTopic =
  (action: string) =>
  ({ TopicArn, TargetArn }: PublishInput) => [{ action, resource: String(TopicArn ?? TargetArn) }];

/** Service authorization reference, "Amazon SNS". */
export const access: AccessRules = {
  needs: {
    Publish: onTopic("sns:Publish"),
    ListTopics: () => [{ action: "sns:ListTopics", resource: "*" }],
    ListSubscriptionsByTopic: onTopic("sns:ListSubscriptionsByTopic"),
    GetTopicAttributes: onTopic("sns:GetTopicAttributes"),
  },
  denied: (message) => new AwsError("AuthorizationErrorException", message, 403, { Type: "Sender" }),
};
