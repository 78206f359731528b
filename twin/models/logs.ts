import type { LogDestinationArgs, LogDestinationPolicyArgs, LogStreamArgs, LogSubscriptionFilterArgs } from "@pulumi/aws/cloudwatch";
import { policyObjections } from "../../rules/iam";
import { filterObjections, logPartObjection } from "../../rules/logs";
import { lineFilter, PatternError } from "../../rules/logs-pattern";
import { logs as service } from "../services/logs/index";
import { arn } from "./ids";
import { graphRules } from "./logs-graph";
import { defineModel, type Objection, type ServiceModels } from "./model";

const named = (kind: "stream" | "filter" | "destination", name: string): readonly Objection[] => {
  const message = logPartObjection(kind, name);
  return message === undefined ? [] : [{ code: "logs.name", property: "name", message }];
};

const logStream = defineModel<LogStreamArgs>({
  type: "aws:cloudwatch/logStream:LogStream",
  check: (inputs, { name }) => named("stream", inputs.name ?? name),
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    return { id, outputs: { name: id, arn: arn("logs", region, accountId, `log-group:${inputs.logGroupName}:log-stream:${id}`) } };
  },
  replaceOn: ["name", "logGroupName", "region"],
  live({ inputs: { logGroupName }, resource }, cloud) {
    service(cloud, resource.region ?? "").createStream(logGroupName, resource.id);
  },
});

const logDestination = defineModel<LogDestinationArgs>({
  type: "aws:cloudwatch/logDestination:LogDestination",
  check: (inputs, { name }) => [
    ...named("destination", inputs.name ?? name),
    ...(/^arn:aws:(firehose|kinesis):/.test(inputs.targetArn)
      ? []
      : [{ code: "logs.target", property: "targetArn", message: `got ${inputs.targetArn}; allowed the ARN of a Firehose or Kinesis stream` }]),
    ...(inputs.targetArn.startsWith("arn:aws:kinesis:")
      ? [{ code: "twin.not-modelled", property: "targetArn", message: `got ${inputs.targetArn}; this twin has no Kinesis streams, give a Firehose stream` }]
      : []),
  ],
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    return { id, outputs: { name: id, arn: arn("logs", region, accountId, `destination:${id}`) } };
  },
  replaceOn: ["name", "region"],
  live({ inputs: { roleArn, targetArn }, outputs, resource }, cloud) {
    service(cloud, resource.region ?? "").putDestination({ name: resource.id, arn: String(outputs["arn"]), roleArn, targetArn });
  },
});

const logDestinationPolicy = defineModel<LogDestinationPolicyArgs>({
  type: "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
  check: ({ accessPolicy }) => policyObjections(accessPolicy, "resource").map((message) => ({ code: "logs.malformed-policy", property: "accessPolicy", message })),
  outputs: ({ destinationName }) => ({ id: destinationName, outputs: {} }),
  replaceOn: ["destinationName", "region"],
});

function patternObjections(pattern: string): readonly Objection[] {
  try {
    lineFilter(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return [{ code: "twin.logs-pattern", property: "filterPattern", message: error.message }];
  }
}

const logSubscriptionFilter = defineModel<LogSubscriptionFilterArgs>({
  type: "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
  check(inputs, { region, name }) {
    const { destinationArn, roleArn } = inputs;
    return [
      ...named("filter", inputs.name ?? name),
      ...filterObjections({ destinationArn, ...(roleArn === undefined ? {} : { roleArn }) }, region),
      ...(/^arn:aws:lambda:/.test(destinationArn)
        ? [{ code: "twin.not-modelled", property: "destinationArn", message: `got ${destinationArn}; this twin delivers to destinations only` }]
        : []),
      ...patternObjections(inputs.filterPattern),
    ];
  },
  outputs(inputs, { name }) {
    const filter = inputs.name ?? name;
    return { id: `cwlsf-${String(inputs.logGroup)}-${filter}`, outputs: { name: filter, distribution: inputs.distribution ?? "ByLogStream", roleArn: inputs.roleArn ?? "" } };
  },
  replaceOn: ["name", "logGroup", "region"],
  live({ inputs: { logGroup, filterPattern, destinationArn }, outputs, resource }, cloud) {
    const group = String(logGroup); // a group object has become its name by now
    service(cloud, resource.region ?? "").subscribe({ group, name: String(outputs["name"]), pattern: filterPattern, destinationArn });
  },
});

/** Streams, destinations and subscriptions of CloudWatch Logs; its groups are among CloudWatch's models. */
export const logs: ServiceModels = { resources: [logStream, logDestination, logDestinationPolicy, logSubscriptionFilter], graph: graphRules };
