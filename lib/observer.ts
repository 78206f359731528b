import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import type { AuditTable } from "./audit";
import type { Config } from "./config";
import type { ControlTable } from "./dynamo";
import type { Bundles } from "./functions";
import { appendsToTrail, publishesAlerts, settings, watchesControl } from "./grants";
import { createServiceRole } from "./iam";
import { createFunction, type DeployedFunction } from "./lambda";
import { callFunction, onlyGroup } from "./policies/observer";
import type { RegionContext } from "./regions";
import type { Topic } from "./sns";

export interface ObserverArgs {
  readonly accountId: pulumi.Output<string>;
  readonly control: ControlTable;
  readonly audit: AuditTable;
  /** The secondary's. */
  readonly alerts: Topic;
  /** Where the failover name's CNAME leads when DNS answers the primary, and the secondary. */
  readonly targets: Readonly<Record<"primary" | "secondary", pulumi.Input<string>>>;
  /** What must exist before it looks: names and routes of both regions. */
  readonly ready: readonly pulumi.Resource[];
}

type ObserverConfig = Pick<Config, "logRetentionDays" | "failoverHost" | "healthCheck">;

const SERVICE = "payments-observer";

/** A run lasts a minute less one look; 80 % of this, where the alarm on its duration is, is well beyond. */
const TIMEOUT_SECONDS = 90;

/**
 * Watches both regions from the secondary, outside its network: it must reach public names and both regions without NAT,
 * and must not share the fate of what it watches. It looks as often as a Route 53 checker does, several times in a run:
 * Scheduler's finest grain is a minute.
 */
export function createObserver(primary: RegionContext, secondary: RegionContext, args: ObserverArgs, bundles: Bundles, config: ObserverConfig): DeployedFunction {
  const deployed = createFunction(
    secondary,
    {
      service: SERVICE,
      description: "Watches both regions and tells people what changed",
      bundle: bundles.observer,
      memoryMb: 256,
      timeoutSeconds: TIMEOUT_SECONDS,
      grants: [
        watchesControl(args.control, secondary),
        appendsToTrail(args.audit, secondary),
        publishesAlerts(args.alerts),
        settings({
          [ENV.FAILOVER_HOSTNAME]: config.failoverHost,
          [ENV.PRIMARY_TARGET]: args.targets.primary,
          [ENV.SECONDARY_TARGET]: args.targets.secondary,
          [ENV.PRIMARY_HOSTNAME]: primary.host,
          [ENV.SECONDARY_HOSTNAME]: secondary.host,
          [ENV.LOOK_EVERY_MS]: String(1000 * config.healthCheck.intervalSeconds),
        }),
      ],
    },
    config,
  );
  runEveryMinute(secondary, deployed, args);
  return deployed;
}

/** A run that was missed or failed is not repeated: the next one sees what is then, and the alarm on silence the gap. */
function runEveryMinute(site: RegionContext, { name: functionName, arn }: DeployedFunction, { accountId, ready }: ObserverArgs): void {
  const { options } = site;
  const name = site.name(SERVICE, "schedule");
  new aws.lambda.FunctionEventInvokeConfig(name, { functionName, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 }, options);
  // The group carries the tags, which schedules have not, and is what the role's trust can name.
  const group = new aws.scheduler.ScheduleGroup(name, { name }, options);
  const role = createServiceRole(site, {
    service: `${SERVICE}-schedule`,
    trusts: "scheduler.amazonaws.com",
    when: pulumi.all([accountId, group.arn]).apply(([account, groupArn]) => onlyGroup(account, groupArn)),
    statements: arn.apply(callFunction),
  });
  new aws.scheduler.Schedule(
    name,
    {
      name,
      groupName: group.name,
      description: "Runs the observer",
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn, roleArn: role.arn, retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 } },
    },
    { ...options, dependsOn: [...role.ready, ...ready] },
  );
}
