import * as aws from "@pulumi/aws";
import type { Config } from "./config";
import { nameObjection } from "../rules/names";
import { NameError } from "./naming";
import type { Site } from "./regions";

/** The name of each group's filter that sends its lines to the region's sink. */
const CENTRAL = "central";

/**
 * A log group whose lines are dropped after the configured time, and sent to the region's sink where it has one.
 * @param pattern which lines are sent, as a filter pattern; without it all
 */
export function createLogGroup(site: Site, name: string, { logRetentionDays }: Pick<Config, "logRetentionDays">, pattern = ""): aws.cloudwatch.LogGroup {
  const objection = nameObjection("logGroup", name);
  if (objection !== undefined) throw new NameError(objection);
  const group = new aws.cloudwatch.LogGroup(name, { name, retentionInDays: logRetentionDays, kmsKeyId: site.key.arn }, site.options);
  const { logSink } = site;
  if (logSink) {
    new aws.cloudwatch.LogSubscriptionFilter(
      name,
      { name: `${CENTRAL}${name}`, logGroup: group.name, destinationArn: logSink.arn, filterPattern: pattern },
      { ...site.options, dependsOn: [...logSink.ready] },
    );
  }
  return group;
}
