import * as aws from "@pulumi/aws";
import type { Config } from "./config";
import { nameObjection } from "../rules/names";
import { NameError } from "./naming";
import type { Site } from "./regions";

/** A log group whose lines are dropped after the configured time. */
export function createLogGroup(site: Site, name: string, { logRetentionDays }: Pick<Config, "logRetentionDays">): aws.cloudwatch.LogGroup {
  const objection = nameObjection("logGroup", name);
  if (objection !== undefined) throw new NameError(objection);
  return new aws.cloudwatch.LogGroup(name, { name, retentionInDays: logRetentionDays, kmsKeyId: site.key.arn }, site.options);
}
