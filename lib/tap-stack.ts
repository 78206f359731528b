import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ROUTE53_METRICS_REGION } from "../rules/cloudwatch";
import { createCertificates } from "./acm";
import { healthCheckAlarms, paymentFailures, regionalAlarms } from "./alarm-lines";
import { createAlarm, createAlarms } from "./alarms";
import { createAuditTable } from "./audit";
import { createApi, createApiAccount, createDomains } from "./apigw";
import { createCentralLogs } from "./central-logs";
import { createBackups, createBackupSettings } from "./backup";
import type { Config } from "./config";
import { createDrRoles, operatorAccess } from "./dr-roles";
import { createControlTable, createPaymentsTable } from "./dynamo";
import { createPaymentFunctions, createSwitchFunction, type Bundles } from "./functions";
import { createNetwork } from "./network";
import { createNotify } from "./notify";
import { createObserver } from "./observer";
import type { Outputs } from "./outputs";
import { createRegions, createSite, type RegionContext } from "./regions";
import { createFailoverRecords, createHealthChecks, createHostRecords, createZone } from "./route53";
import { createBuckets } from "./s3";
import { createAlertTopic, createTopics } from "./sns";
import { createStreams } from "./streams";

export interface TapStackArgs {
  readonly config: Config;
  readonly bundles: Bundles;
  /** Value of the tag Project. */
  readonly project: string;
}

/** The payment platform in two regions. The table of contents: each paragraph is one module per service. */
export class TapStack extends pulumi.ComponentResource {
  readonly outputs: Outputs;

  constructor(name: string, { config, bundles, project }: TapStackArgs, options?: pulumi.ComponentResourceOptions) {
    super("tap:index:TapStack", name, {}, options);

    // Regional basics
    const bare = createRegions(this, project, config);
    const { accountId } = aws.getCallerIdentityOutput({}, bare.primary.options);
    // Before all that logs: from here on every log group of a region sends its lines.
    const buckets = createBuckets(bare.primary, bare.secondary, accountId, config);
    const sinks = createCentralLogs(bare.primary, bare.secondary, { accountId, bucket: buckets.logs.secondary }, config);
    const primary = { ...bare.primary, logSink: sinks.primary };
    const secondary = { ...bare.secondary, logSink: sinks.secondary };
    const regions = [primary, secondary];
    const metrics = regions.find(({ region }) => region === ROUTE53_METRICS_REGION) ?? createSite(this, project, config, ROUTE53_METRICS_REGION, "metrics");
    const topics = { primary: createTopics(primary, accountId, config), secondary: createTopics(secondary, accountId, config) };
    const metricsAlerts = regions.find((context) => context === metrics)?.role;
    const alertTopics = {
      [primary.region]: topics.primary.alerts,
      [secondary.region]: topics.secondary.alerts,
      [metrics.region]: metricsAlerts ? topics[metricsAlerts].alerts : createAlertTopic(metrics, accountId, config),
    };
    const networks = { primary: createNetwork(primary, accountId, config), secondary: createNetwork(secondary, accountId, config) };
    const apiAccounts = config.manageAccountSettings ? { primary: createApiAccount(primary, accountId), secondary: createApiAccount(secondary, accountId) } : undefined;
    if (config.manageAccountSettings) for (const context of regions) createBackupSettings(context);

    // Global data
    const zone = createZone(primary, config);
    const table = createPaymentsTable(primary, secondary, config);
    const control = createControlTable(secondary, config);
    const audit = createAuditTable(primary, secondary, config);
    const backups = createBackups(primary, secondary, { accountId, table }, config);
    const certificates = createCertificates(zone, config.failoverHost, primary, secondary);
    const domains = {
      primary: createDomains(primary, certificates.primary, config.failoverHost),
      secondary: createDomains(secondary, certificates.secondary, config.failoverHost),
    };

    // Functions and APIs
    const streams = createStreams(primary, secondary, table, bundles, config);
    const notify = (context: RegionContext) => {
      const { role } = context;
      const args = { streamArn: streams[role], receipts: buckets[role].receipts, events: topics[role].events, network: networks[role] };
      return createNotify(context, args, bundles, config);
    };
    const targets = { primary: domains.primary.failover.regionalDomainName, secondary: domains.secondary.failover.regionalDomainName };
    const latch = createSwitchFunction(secondary, { payments: table, control, network: networks.secondary, targets }, bundles, config);
    const functions = {
      primary: { ...createPaymentFunctions(primary, { table, network: networks.primary }, bundles, config), notify: notify(primary) },
      secondary: { ...createPaymentFunctions(secondary, { table, network: networks.secondary }, bundles, config), notify: notify(secondary), switch: latch },
    };
    const apis = {
      primary: createApi(primary, { functions: functions.primary, domains: domains.primary, account: apiAccounts?.primary }, config),
      secondary: createApi(secondary, { functions: functions.secondary, domains: domains.secondary, account: apiAccounts?.secondary }, config),
    };

    // Routing and alarms
    const failures = createAlarm(primary, topics.primary.alerts.arn, paymentFailures(apis.primary));
    const own = { primary: domains.primary.own.regionalDomainName, secondary: domains.secondary.own.regionalDomainName };
    const hosts = createHostRecords(primary, secondary, { zone, targets: own }, config);
    const ready = { primary: [hosts.primary, ...apis.primary.ready], secondary: [hosts.secondary, ...apis.secondary.ready] };
    const checks = createHealthChecks(primary, secondary, { failures, ready }, config);
    createFailoverRecords(primary, secondary, { zone, targets, checks }, config);
    const drRoles = Object.fromEntries(regions.map((context) => [context.region, createDrRoles(context, { accountId, table, control, audit, checks }, config)]));
    const observerArgs = { accountId, control, audit, alerts: topics.secondary.alerts, targets, ready: [...ready.primary, ...ready.secondary] };
    const observer = createObserver(primary, secondary, observerArgs, bundles, config);
    const watched = {
      primary: { functions: functions.primary, api: apis.primary, table, buckets: { own: buckets.primary, other: buckets.secondary, logs: buckets.logs }, backups: backups.primary },
      secondary: { functions: { ...functions.secondary, observer }, api: apis.secondary, table, buckets: { own: buckets.secondary, other: buckets.primary, logs: buckets.logs }, backups: backups.secondary },
    };
    const alarms = [
      failures,
      ...regions.flatMap((context) => createAlarms(context, topics[context.role].alerts.arn, regionalAlarms(context, watched[context.role], config))),
      ...createAlarms(metrics, alertTopics[metrics.region]?.arn ?? "", healthCheckAlarms(checks)),
    ];

    this.outputs = {
      environment: config.environment,
      regions: {
        primary: primary.region,
        secondary: secondary.region,
        ...(config.witnessRegion === undefined ? {} : { witness: config.witnessRegion }),
      },
      hostnames: { failover: config.failoverHost, primary: primary.host, secondary: secondary.host },
      primaryApiEndpoint: `https://${primary.host}`,
      secondaryApiEndpoint: `https://${secondary.host}`,
      failoverApiEndpoint: `https://${config.failoverHost}`,
      healthCheckIds: { ...checks },
      alarmArns: pulumi.all(alarms.map(({ arn }) => arn)),
      tableName: table.name,
      tableArns: { primary: table.arnIn(primary.region), secondary: table.arnIn(secondary.region) },
      controlTableName: control.name,
      auditTableName: audit.name,
      bucketNames: {
        [primary.region]: { receipts: buckets.primary.receipts.name, documents: buckets.primary.documents.name },
        [secondary.region]: { receipts: buckets.secondary.receipts.name, documents: buckets.secondary.documents.name },
      },
      logBucketNames: { [primary.region]: buckets.logs.primary.name, [secondary.region]: buckets.logs.secondary.name },
      alertTopicArns: Object.fromEntries(Object.entries(alertTopics).map(([region, { arn }]) => [region, arn])),
      eventTopicArns: { [primary.region]: topics.primary.events.arn, [secondary.region]: topics.secondary.events.arn },
      drRoleArns: drRoles,
      backups: { [primary.region]: backups.primary, [secondary.region]: backups.secondary },
      operatorAccess: operatorAccess(config),
      vpcIds: { [primary.region]: networks.primary.vpcId, [secondary.region]: networks.secondary.vpcId },
      ...(zone.nameServers === undefined ? {} : { nameServers: zone.nameServers }),
    };
    this.registerOutputs();
  }
}
