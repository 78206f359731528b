import type { LogGroupArgs, MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import { alarmObjections, logGroupObjections, type AlarmInputs } from "../../rules/cloudwatch";
import { cloudwatch as service } from "../services/cloudwatch/index";
import { logs } from "../services/logs/index";
import { graphRules } from "./cloudwatch-graph";
import { toAlarm } from "./cloudwatch-inputs";
import { arn } from "./ids";
import { defineModel, type ServiceModels } from "./model";

const metricAlarm = defineModel<MetricAlarmArgs>({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (inputs, { region }) => alarmObjections(inputs as AlarmInputs, region), // the class's actions may be topic objects, which have become ARNs by now
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    return {
      id,
      outputs: {
        name: id,
        arn: arn("cloudwatch", region, accountId, `alarm:${id}`),
        actionsEnabled: inputs.actionsEnabled ?? true,
        treatMissingData: inputs.treatMissingData ?? "missing",
      },
    };
  },
  replaceOn: ["name", "region"],
  live: (live, cloud) => service(cloud, live.resource.region ?? "").putAlarm(toAlarm(live)),
});

const logGroup = defineModel<LogGroupArgs>({
  type: "aws:cloudwatch/logGroup:LogGroup",
  check: logGroupObjections,
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    return {
      id,
      outputs: {
        name: id,
        // Without the `:*` that policies need: the provider cuts it off.
        arn: arn("logs", region, accountId, `log-group:${id}`),
        logGroupClass: inputs.logGroupClass ?? "STANDARD",
        retentionInDays: inputs.retentionInDays ?? 0,
        skipDestroy: inputs.skipDestroy ?? false,
      },
    };
  },
  replaceOn: ["name", "logGroupClass", "region"],
  live({ inputs: { retentionInDays = 0, kmsKeyId }, outputs, resource }, cloud) {
    logs(cloud, resource.region ?? "").createGroup({
      name: resource.id,
      arn: String(outputs["arn"]),
      ...(retentionInDays === 0 ? {} : { retentionDays: retentionInDays }),
      ...(kmsKeyId === undefined ? {} : { keyArn: kmsKeyId }),
    });
  },
});

/** CloudWatch's alarms and log groups. */
export const cloudwatch: ServiceModels = { resources: [metricAlarm, logGroup], graph: graphRules };
