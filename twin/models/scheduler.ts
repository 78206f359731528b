import type { ScheduleArgs, ScheduleGroupArgs } from "@pulumi/aws/scheduler";
import { nameObjections, rateMs, scheduleObjections } from "../../rules/scheduler";
import { ofType, type Graph } from "../deploy/graph";
import type { Refusal } from "../errors";
import { scheduler as service } from "../services/scheduler/index";
import { arn } from "./ids";
import { defineModel, type ServiceModels } from "./model";

const SCHEDULE = "aws:scheduler/schedule:Schedule";
const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const FUNCTION = /^arn:aws[\w-]*:lambda:([\w-]+):\d{12}:function:([\w-]+)$/;
const DEFAULT_GROUP = "default";

/** "RetryPolicy" (API reference): a day, 185 attempts. */
const RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

const schedule = defineModel<ScheduleArgs>({
  type: SCHEDULE,
  check: (inputs, { region }) => {
    const found = FUNCTION.exec(inputs.target.arn);
    const modelled = rateMs(inputs.scheduleExpression) !== undefined && found?.[1] === region && inputs.flexibleTimeWindow.mode === "OFF";
    const { deadLetterConfig } = inputs.target;
    const objections = [
      ...scheduleObjections(inputs),
      ...(deadLetterConfig ? [{ code: "twin.not-modelled", property: "target", message: `deadLetterConfig: got ${deadLetterConfig.arn}; this twin has no SQS queues: leave it out` }] : []),
    ];
    if (objections.length > 0 || modelled) return objections;
    return [{ code: "scheduler.not-modelled", property: "target", message: `got ${inputs.scheduleExpression} of ${inputs.target.arn}; this twin has rate(…), without a window, of a function in ${region}` }];
  },
  outputs(inputs, { accountId, region, name: logical }) {
    const name = inputs.name ?? logical;
    const group = inputs.groupName ?? DEFAULT_GROUP;
    return {
      id: `${group}/${name}`,
      outputs: { name, groupName: group, arn: arn("scheduler", region, accountId, `schedule/${group}/${name}`), state: inputs.state ?? "ENABLED", scheduleExpressionTimezone: inputs.scheduleExpressionTimezone ?? "UTC" },
    };
  },
  replaceOn: ["name", "groupName", "region"],
  live({ inputs, outputs, resource }, cloud) {
    const { region = "" } = resource;
    const { target } = inputs;
    if (inputs.state === "DISABLED") return;
    service(cloud, region).add({
      arn: String(outputs["arn"]),
      groupArn: arn("scheduler", region, cloud.accountId, `schedule-group/${String(outputs["groupName"])}`),
      everyMs: rateMs(inputs.scheduleExpression) ?? Number.POSITIVE_INFINITY,
      functionArn: target.arn,
      roleArn: target.roleArn,
      input: target.input === undefined ? {} : JSON.parse(target.input),
      retries: target.retryPolicy?.maximumRetryAttempts ?? RETRY.maximumRetryAttempts,
      maxAgeMs: 1000 * (target.retryPolicy?.maximumEventAgeInSeconds ?? RETRY.maximumEventAgeInSeconds),
    });
  },
});

const group = defineModel<ScheduleGroupArgs>({
  type: GROUP,
  check: ({ name }) => nameObjections(name),
  outputs(inputs, { accountId, region, name: logical }) {
    const name = inputs.name ?? logical;
    return { id: name, outputs: { name, arn: arn("scheduler", region, accountId, `schedule-group/${name}`), state: "ACTIVE" } };
  },
  replaceOn: ["name", "region"],
});

/** A schedule's group and function are there: else creation fails, or nothing is ever called. */
function ends(graph: Graph): readonly Refusal[] {
  const groups = new Set(ofType(graph, GROUP).map(({ region, outputs }) => `${region ?? ""}/${String(outputs["name"])}`));
  const functions = new Set(ofType(graph, "aws:lambda/function:Function").map(({ outputs }) => outputs["arn"]));
  return ofType(graph, SCHEDULE).flatMap(({ urn, region, inputs, outputs }) => {
    const name = String(outputs["groupName"]);
    const { arn: target } = inputs["target"] as { readonly arn: string }; // ScheduleArgs.target
    return [
      ...(name === DEFAULT_GROUP || groups.has(`${region ?? ""}/${name}`) ? [] : [{ code: "scheduler.group", resource: urn, property: "groupName", message: `got ${name}; ${region ?? "the region"} has no such schedule group` }]),
      ...(functions.has(target) ? [] : [{ code: "scheduler.function", resource: urn, property: "target", message: `got ${target}; the program makes no such function` }]),
    ];
  });
}

/** EventBridge Scheduler: schedules that call functions at a rate. */
export const scheduler: ServiceModels = { resources: [schedule, group], graph: ends };
