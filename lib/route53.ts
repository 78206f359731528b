import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "./alarms";
import type { Config } from "./config";
import { GLOBAL, namer } from "./naming";
import type { RegionContext } from "./regions";
import { GLOBAL_TAGS } from "./tags";

export interface Zone {
  readonly id: pulumi.Output<string>;
  /** Known for a zone that this stack makes: the parent zone must delegate to them. */
  readonly nameServers?: pulumi.Output<string[]>;
}

/** The zone of the failover host: made here, or the one that the configuration names. */
export function createZone({ options }: RegionContext, { zone, protect }: Pick<Config, "zone" | "protect">): Zone {
  if (zone.id !== undefined) return { id: aws.route53.getZoneOutput({ zoneId: zone.id }, options).zoneId };
  const created = new aws.route53.Zone(
    zone.name,
    { name: zone.name, comment: "Payments: failover between two regions", enableAcceleratedRecovery: true, tags: GLOBAL_TAGS },
    { ...options, protect },
  );
  // Outputs are told when a deployment ends, and this one waits for certificates that wait for the delegation.
  if (pulumi.runtime.hasEngine()) {
    created.nameServers.apply((servers) => pulumi.log.info(`delegate ${zone.name} to these name servers now: ${servers.join(", ")}`, created));
  }
  return { id: created.zoneId, nameServers: created.nameServers };
}

/** The latch must be seen as soon as it is set: fast and at the first answer, whatever the regions' own checks do. */
export const SWITCH_CHECK = { intervalSeconds: 10, threshold: 1, search: '"state":"evacuated"' } as const;

/** The ids of the health checks. */
export interface HealthChecks {
  readonly primary: pulumi.Output<string>;
  readonly secondary: pulumi.Output<string>;
  /** Healthy = not evacuated. */
  readonly switch: pulumi.Output<string>;
  /** Healthy = the primary answers its payments. */
  readonly grey: pulumi.Output<string>;
  /** What the PRIMARY record obeys: the primary is healthy, answers its payments and is not evacuated. */
  readonly failover: pulumi.Output<string>;
}

type CheckConfig = Pick<Config, "healthCheck" | "environment">;

export interface CheckArgs {
  /** The alarm on the primary's payments: health routes do not see half of them fail. */
  readonly failures: Alarm;
  /**
   * What must exist before a region's routes answer. A check that is made sooner meets a name that does not exist, and
   * regions that become healthy in the wrong order look like an evacuation.
   */
  readonly ready: Readonly<Record<"primary" | "secondary", readonly pulumi.Resource[]>>;
}

export function createHealthChecks(primary: RegionContext, secondary: RegionContext, { failures, ready }: CheckArgs, config: CheckConfig): HealthChecks {
  const { healthCheck } = config;
  const ofRegion = (context: RegionContext): pulumi.Output<string> =>
    createCheck(context, context.name("payments-health", "tag"), ready[context.role], {
      type: "HTTPS",
      // Never the failover name: its answer would depend on the check that depends on it.
      fqdn: context.host,
      resourcePath: "/health",
      requestInterval: healthCheck.intervalSeconds,
      failureThreshold: healthCheck.threshold,
      regions: [...healthCheck.regions],
    });
  const evacuated = createCheck(secondary, secondary.name("payments-switch", "tag"), ready.secondary, {
    type: "HTTPS_STR_MATCH",
    fqdn: secondary.host,
    resourcePath: "/switch",
    searchString: SWITCH_CHECK.search,
    invertHealthcheck: true,
    requestInterval: SWITCH_CHECK.intervalSeconds,
    failureThreshold: SWITCH_CHECK.threshold,
    regions: [...healthCheck.regions],
  });
  const grey = followAlarm(primary, primary.name("payments-grey-failure", "tag"), failures);
  const own = { primary: ofRegion(primary), secondary: ofRegion(secondary) };
  const children = [own.primary, evacuated, grey];
  const name = namer(GLOBAL, config.environment)("payments-failover", "tag");
  const failover = new aws.route53.HealthCheck(
    name,
    // All of them: a single unhealthy child holds the primary out.
    { type: "CALCULATED", childHealthchecks: children, childHealthThreshold: children.length, tags: { ...GLOBAL_TAGS, Name: name } },
    primary.options,
  );
  return { ...own, switch: evacuated, grey, failover: failover.id };
}

function createCheck({ options }: RegionContext, name: string, ready: readonly pulumi.Resource[], args: aws.route53.HealthCheckArgs): pulumi.Output<string> {
  return new aws.route53.HealthCheck(name, { port: 443, enableSni: true, ...args, tags: { Name: name } }, { ...options, dependsOn: [...ready] }).id;
}

/** Route 53 copies the alarm's definition and reads its data itself: an edited alarm must refresh the check. */
const followAlarm = ({ options }: RegionContext, name: string, { name: alarmName, region, definition }: Alarm): pulumi.Output<string> =>
  new aws.route53.HealthCheck(
    name,
    {
      type: "CLOUDWATCH_METRIC",
      cloudwatchAlarmName: alarmName,
      cloudwatchAlarmRegion: region,
      insufficientDataHealthStatus: "Healthy",
      triggers: { definition },
      tags: { Name: name },
    },
    options,
  ).id;

/** Where a name's CNAME leads: regional domain names of API Gateway. */
type Targets = Readonly<Record<"primary" | "secondary", pulumi.Input<string>>>;

interface HostRecordArgs {
  readonly zone: Zone;
  readonly targets: Targets;
}

type RecordConfig = Pick<Config, "failoverHost" | "ttlSeconds" | "consistency">;

/** Each region's own name, which its health check asks. CNAMEs: an alias record would fix the TTL at 60 s. */
export function createHostRecords(
  primary: RegionContext,
  secondary: RegionContext,
  { zone, targets }: HostRecordArgs,
  { ttlSeconds }: Pick<RecordConfig, "ttlSeconds">,
): Readonly<Record<"primary" | "secondary", aws.route53.Record>> {
  const create = ({ role, host, options }: RegionContext): aws.route53.Record =>
    new aws.route53.Record(host, { zoneId: zone.id, type: "CNAME", ttl: ttlSeconds, name: host, records: [targets[role]] }, options);
  return { primary: create(primary), secondary: create(secondary) };
}

/** The failover name: PRIMARY obeys the calculated check. */
export function createFailoverRecords(
  primary: RegionContext,
  secondary: RegionContext,
  { zone, targets, checks }: HostRecordArgs & { readonly checks: HealthChecks },
  config: RecordConfig,
): void {
  const create = ({ role, options }: RegionContext, check: pulumi.Output<string> | undefined, after: readonly pulumi.Resource[]): aws.route53.Record =>
    new aws.route53.Record(
      `${config.failoverHost}-${role}`,
      {
        zoneId: zone.id,
        type: "CNAME",
        ttl: config.ttlSeconds,
        name: config.failoverHost,
        records: [targets[role]],
        setIdentifier: role,
        failoverRoutingPolicies: [{ type: role === "primary" ? "PRIMARY" : "SECONDARY" }],
        ...(check === undefined ? {} : { healthCheckId: check }),
      },
      { ...options, dependsOn: [...after] },
    );
  const first = create(primary, checks.failover, []);
  // Strong: an unhealthy secondary must not keep the traffic, and a return to the primary loses nothing. Eventual: no
  // check, so that only a verified failback leads back to a primary that may lack payments. Made after the primary's: a
  // name that leads to the secondary alone would look like an evacuation.
  create(secondary, config.consistency === "strong" ? checks.secondary : undefined, [first]);
}
