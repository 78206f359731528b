import type { TopicArgs, TopicPolicyArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns";
import { policyObjections } from "../../rules/iam";
import { nameObjection } from "../../rules/names";
import { subscriptionProblem } from "../../rules/sns";
import { sns as service } from "../services/sns/index";
import { arn, stableId } from "./ids";
import { defineModel, type ServiceModels } from "./model";

const topic = defineModel<TopicArgs>({
  type: "aws:sns/topic:Topic",
  check({ name, fifoTopic }) {
    const message = name === undefined ? undefined : nameObjection("topic", fifoTopic ? name.replace(/\.fifo$/, "") : name);
    return message === undefined ? [] : [{ code: "sns.name", property: "name", message }];
  },
  outputs(inputs, { accountId, region, name }) {
    const topicName = inputs.name ?? name;
    const id = arn("sns", region, accountId, topicName);
    return { id, outputs: { arn: id, name: topicName, owner: accountId, fifoTopic: inputs.fifoTopic ?? false, beginningArchiveTime: "" } };
  },
  replaceOn: ["name", "namePrefix", "fifoTopic", "region"],
  live({ inputs, outputs, resource }, cloud) {
    const key = inputs.kmsMasterKeyId;
    service(cloud, resource.region ?? "").createTopic({ arn: resource.id, name: String(outputs["name"]), ...(key === undefined ? {} : { keyId: key }) });
  },
});

const topicPolicy = defineModel<TopicPolicyArgs>({
  type: "aws:sns/topicPolicy:TopicPolicy",
  check: ({ policy }) =>
    policyObjections(typeof policy === "string" ? policy : JSON.stringify(policy), "resource").map((message) => ({
      code: "sns.malformed-policy",
      property: "policy",
      message,
    })),
  outputs: ({ arn: id }, { accountId }) => ({ id, outputs: { owner: accountId } }),
  replaceOn: ["arn", "region"],
  live({ inputs: { arn: topicArn, policy }, resource }, cloud) {
    service(cloud, resource.region ?? "").setPolicy(topicArn, typeof policy === "string" ? policy : JSON.stringify(policy));
  },
});

const topicSubscription = defineModel<TopicSubscriptionArgs>({
  type: "aws:sns/topicSubscription:TopicSubscription",
  check({ protocol, endpoint, topic: given }, { region }) {
    const of = String(given); // a topic object has become its ARN by now
    const message = subscriptionProblem(protocol, endpoint);
    const there = of.split(":")[3];
    return [
      ...(message === undefined ? [] : [{ code: "sns.subscription", property: "endpoint", message }]),
      ...(there === region ? [] : [{ code: "sns.subscription-region", property: "topic", message: `got ${of} in ${region}; use the provider of the topic's region` }]),
    ];
  },
  outputs(inputs, { accountId }) {
    const of = String(inputs.topic);
    const id = `${of}:${stableId(32, "subscription", of, inputs.protocol, inputs.endpoint)}`;
    return {
      id,
      outputs: {
        arn: id,
        ownerId: accountId,
        // An e-mail's owner must say yes first. SNS developer guide, "Subscribing an email address to an Amazon SNS topic".
        pendingConfirmation: inputs.protocol.startsWith("email"),
        confirmationWasAuthenticated: !inputs.protocol.startsWith("email"),
        rawMessageDelivery: inputs.rawMessageDelivery ?? false,
      },
    };
  },
  replaceOn: ["endpoint", "protocol", "topic", "region"],
  live({ inputs: { protocol, endpoint, topic: of }, resource }, cloud) {
    service(cloud, resource.region ?? "").subscribe({ arn: resource.id, topicArn: String(of), protocol, endpoint });
  },
});

/** Simple Notification Service. */
export const sns: ServiceModels = { resources: [topic, topicPolicy, topicSubscription] };
