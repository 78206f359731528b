import { ListSubscriptionsByTopicCommand, ListTopicsCommand, PublishCommand, SNSClient, GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { sdkClient } from "../../../twin/runtime";
import type { Cloud } from "../../../twin/cloud";
import { iam } from "../../../twin/services/iam/index";
import { kms, type KeyState } from "../../../twin/services/kms/index";
import { DATA_KEY_REUSE_MS, sns } from "../../../twin/services/sns/index";
import { newCloud } from "../route53/world";
import { RealKernel } from "../../../twin/kernel/real";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
const ALARM = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:a`;

const policy = (service: string, condition: object, action: readonly string[] = ["sns:Publish"], resource = TOPIC): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: action, Resource: [resource], Condition: condition }] });
const OWN = { StringEquals: { "aws:SourceAccount": ACCOUNT } };

function withTopic(cloud: Cloud, keyId?: string): void {
  const service = sns(cloud, REGION);
  service.createTopic({ arn: TOPIC, name: "alerts", ...(keyId === undefined ? {} : { keyId }) });
  service.subscribe({ arn: `${TOPIC}:1`, topicArn: TOPIC, protocol: "email", endpoint: "ops@example.com" });
}

function withKey(cloud: Cloud, policy: string): void {
  kms(cloud, REGION).createKey({ keyId: "k", arn: KEY, description: "", enabled: true, policy });
  iam(cloud).putResourcePolicy(KEY, policy, "key");
}

const doors: readonly [string, () => Promise<{ cloud: Cloud; client: SNSClient; close: () => Promise<void> }>][] = [
  [
    "in process",
    async () => {
      const cloud = newCloud(new VirtualKernel(1));
      return { cloud, client: sdkClient(cloud, REGION, SNSClient), close: async () => undefined };
    },
  ],
  [
    "over the wire",
    async () => {
      const kernel = new RealKernel(1, (error) => {
        throw error;
      });
      const cloud = newCloud(kernel);
      const wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
      const client = new SNSClient({ region: REGION, endpoint: wire.url, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s" } });
      return { cloud, client, close: async () => (client.destroy(), await wire.stop(), kernel.stop()) };
    },
  ],
];

describe.each(doors)("SNS %s", (_, open) => {
  let cloud: Cloud;
  let client: SNSClient;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ cloud, client, close } = await open());
    withTopic(cloud);
  });
  afterEach(() => close());

  test("a published event is kept with its attributes, and every subscriber would get it", async () => {
    const MessageAttributes = { type: { DataType: "String", StringValue: "payment.accepted" } };
    const { MessageId } = await client.send(new PublishCommand({ TopicArn: TOPIC, Message: '{"eventId":"pay_1"}', Subject: "a payment", MessageAttributes }));
    expect(sns(cloud, REGION).messages(TOPIC)).toMatchObject([{ messageId: MessageId, message: '{"eventId":"pay_1"}', subject: "a payment", attributes: MessageAttributes }]);
    expect(sns(cloud, REGION).deliveries()).toMatchObject([{ protocol: "email", endpoint: "ops@example.com", message: { messageId: MessageId } }]);
  });

  test.each<[KeyState | "none", string]>([
    ["Disabled", "KMSDisabledException"],
    ["PendingDeletion", "KMSInvalidStateException"],
    ["none", "KMSNotFoundException"],
  ])("a topic whose key is %s takes no message and says why", async (state, name) => {
    const other = `${TOPIC}-sealed`;
    if (state !== "none") {
      withKey(cloud, policy("sns.amazonaws.com", {}, ["kms:*"], "*"));
      kms(cloud, REGION).setState("k", state);
    }
    sns(cloud, REGION).createTopic({ arn: other, name: "alerts-sealed", keyId: KEY });
    await expect(client.send(new PublishCommand({ TopicArn: other, Message: "m" }))).rejects.toMatchObject({ name });
    expect(sns(cloud, REGION).messages(other)).toEqual([]);
  });

  test("topics, their subscriptions and attributes are listed", async () => {
    sns(cloud, REGION).setPolicy(TOPIC, policy("cloudwatch.amazonaws.com", OWN));
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: TOPIC }]);
    expect((await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions).toMatchObject([{ Protocol: "email", Endpoint: "ops@example.com" }]);
    expect((await client.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).Attributes).toMatchObject({ Owner: ACCOUNT, Policy: policy("cloudwatch.amazonaws.com", OWN) });
  });

  test("a message just within 256 kB is taken with its attributes", async () => {
    const Message = "m".repeat(262_000);
    await client.send(new PublishCommand({ TopicArn: TOPIC, Message, MessageAttributes: { a: { DataType: "Number.int", StringValue: "1" } } }));
    expect(sns(cloud, REGION).messages(TOPIC)).toMatchObject([{ message: Message }]);
  });

  test.each<[string, object, string]>([
    ["a topic that is not there", { TopicArn: `${TOPIC}-2`, Message: "m" }, "NotFoundException"],
    ["no topic", { Message: "m" }, "InvalidParameterException"],
    ["an empty message", { TopicArn: TOPIC, Message: "" }, "InvalidParameterException"],
    ["a message over 256 kB", { TopicArn: TOPIC, Message: "m".repeat(262_145) }, "InvalidParameterException"],
    ["a message that its attributes take over 256 kB", { TopicArn: TOPIC, Message: "m".repeat(262_000), MessageAttributes: { a: { DataType: "String", StringValue: "v".repeat(300) } } }, "InvalidParameterException"],
    ["a subject over 100 characters", { TopicArn: TOPIC, Message: "m", Subject: "s".repeat(101) }, "InvalidParameterException"],
    ["an attribute of a type SNS has not", { TopicArn: TOPIC, Message: "m", MessageAttributes: { a: { DataType: "Text", StringValue: "v" } } }, "InvalidParameterException"],
  ])("%s is refused and nothing is kept", async (_name, input, name) => {
    await expect(client.send(new PublishCommand(input as never))).rejects.toMatchObject({ name });
    expect(sns(cloud, REGION).messages(TOPIC)).toEqual([]);
  });
});

describe("an alarm reaches a topic only as the topic's policy and the key's allow", () => {
  const keyPolicy = (service: string): string => policy(service, OWN, ["kms:GenerateDataKey", "kms:Decrypt"], "*");
  test.each<[string, { topic?: string; key?: string }, boolean]>([
    ["without a policy", {}, false],
    ["with the policy that admits CloudWatch for the own account", { topic: policy("cloudwatch.amazonaws.com", OWN) }, true],
    ["with a policy for another account", { topic: policy("cloudwatch.amazonaws.com", { StringEquals: { "aws:SourceAccount": "999999999999" } }) }, false],
    ["with a policy for another service", { topic: policy("events.amazonaws.com", OWN) }, false],
    ["with a key that admits CloudWatch", { topic: policy("cloudwatch.amazonaws.com", OWN), key: keyPolicy("cloudwatch.amazonaws.com") }, true],
    ["with a key that does not", { topic: policy("cloudwatch.amazonaws.com", OWN), key: keyPolicy("s3.amazonaws.com") }, false],
  ])("%s: %#", (_, { topic, key }, delivered) => {
    const cloud = newCloud(new VirtualKernel(1));
    withTopic(cloud, key === undefined ? undefined : KEY);
    if (topic !== undefined) sns(cloud, REGION).setPolicy(TOPIC, topic);
    if (key !== undefined) withKey(cloud, key);
    const refused = sns(cloud, REGION).publishFromService("cloudwatch.amazonaws.com", ALARM, { topicArn: TOPIC, message: "{}" });
    expect(refused === undefined).toBe(delivered);
    expect(sns(cloud, REGION).messages(TOPIC)).toHaveLength(delivered ? 1 : 0);
  });
});

test("an alarm tells nobody while its topic fails, so that a drill does not count on a message that never came", () => {
  const cloud = newCloud(new VirtualKernel(1));
  withTopic(cloud);
  sns(cloud, REGION).setPolicy(TOPIC, policy("cloudwatch.amazonaws.com", OWN));
  const alarm = (): string | undefined => sns(cloud, REGION).publishFromService("cloudwatch.amazonaws.com", ALARM, { topicArn: TOPIC, message: "{}" });
  const { id } = cloud.faults.add({ kind: "service", service: "sns", region: REGION, mode: "error" });
  expect(alarm()).toContain("SNS does not take it (error)");
  expect(sns(cloud, REGION).messages(TOPIC)).toEqual([]);
  cloud.faults.remove(id);
  expect(alarm()).toBeUndefined();
});

test("alarms go on for five minutes under a key that was disabled, are lost then, and come again once it is enabled", async () => {
  const kernel = new VirtualKernel(1);
  const cloud = newCloud(kernel);
  withTopic(cloud, KEY);
  withKey(cloud, policy("cloudwatch.amazonaws.com", OWN, ["kms:GenerateDataKey", "kms:Decrypt"], "*"));
  sns(cloud, REGION).setPolicy(TOPIC, policy("cloudwatch.amazonaws.com", OWN));
  const alarm = (): string | undefined => sns(cloud, REGION).publishFromService("cloudwatch.amazonaws.com", ALARM, { topicArn: TOPIC, message: "{}" });
  expect(alarm()).toBeUndefined();
  kms(cloud, REGION).setState("k", "Disabled");
  expect(alarm()).toBeUndefined();
  kernel.after(DATA_KEY_REUSE_MS, () => undefined);
  await kernel.run();
  expect(alarm()).toContain("is disabled");
  kms(cloud, REGION).setState("k", "Enabled");
  expect(alarm()).toBeUndefined();
  expect(sns(cloud, REGION).messages(TOPIC)).toHaveLength(3);
});
