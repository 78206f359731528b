import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ROUTE53_METRICS_REGION } from "../rules/cloudwatch";
import { createCertificates } from "./acm";
import { healthCheckAlarms, regionalAlarms } from "./alarm-lines";
import { createAlarms } from "./alarms";
import { createApi, createApiAccount, createDomains } from "./apigw";
import type { Config } from "./config";
import { createControlTable, createPaymentsTable } from "./dynamo";
import { createPaymentFunctions, createSwitchFunction, type Bundles } from "./functions";
import type { Outputs } from "./outputs";
import { createRegions, createSite } from "./regions";
import { createHealthChecks, createRecords, createZone } from "./route53";
import { createAlertTopic } from "./sns";

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
    const { primary, secondary } = createRegions(this, project, config);
    const regions = [primary, secondary];
    const metrics = regions.find(({ region }) => region === ROUTE53_METRICS_REGION) ?? createSite(this, project, config, ROUTE53_METRICS_REGION, "metrics");
    const { accountId } = aws.getCallerIdentityOutput({}, primary.options);
    const topics = Object.fromEntries([...new Set([primary, secondary, metrics])].map((site) => [site.region, createAlertTopic(site, accountId, config)]));
    if (config.manageAccountSettings) for (const context of regions) createApiAccount(context, accountId);

    // Global data
    const zone = createZone(primary, config);
    const table = createPaymentsTable(primary, secondary, config);
    const control = createControlTable(secondary, config);
    const certificates = createCertificates(zone, config.failoverHost, primary, secondary);
    const domains = {
      primary: createDomains(primary, certificates.primary, config.failoverHost),
      secondary: createDomains(secondary, certificates.secondary, config.failoverHost),
    };

    // Functions and APIs
    const targets = { primary: domains.primary.failover.regionalDomainName, secondary: domains.secondary.failover.regionalDomainName };
    const latch = createSwitchFunction(secondary, { payments: table, control, targets }, bundles, config);
    const functions = {
      primary: createPaymentFunctions(primary, table, bundles, config),
      secondary: { ...createPaymentFunctions(secondary, table, bundles, config), switch: latch },
    };
    const apis = {
      primary: createApi(primary, { functions: functions.primary, domains: domains.primary }, config),
      secondary: createApi(secondary, { functions: functions.secondary, domains: domains.secondary }, config),
    };

    // Routing and alarms
    const checks = createHealthChecks(primary, secondary, config);
    const own = { primary: domains.primary.own.regionalDomainName, secondary: domains.secondary.own.regionalDomainName };
    createRecords(
      primary,
      secondary,
      { zone, checks, targets: { primary: { failover: targets.primary, own: own.primary }, secondary: { failover: targets.secondary, own: own.secondary } } },
      config,
    );
    const alarms = [
      ...regions.flatMap((context) =>
        createAlarms(context, topics[context.region] ?? "", regionalAlarms(functions[context.role], apis[context.role], table)),
      ),
      ...createAlarms(metrics, topics[metrics.region] ?? "", healthCheckAlarms(checks)),
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
      alarmArns: pulumi.all([...alarms]),
      tableName: table.name,
      tableArns: { primary: table.arnIn(primary.region), secondary: table.arnIn(secondary.region) },
      controlTableName: control.name,
      alertTopicArns: topics,
      ...(zone.nameServers === undefined ? {} : { nameServers: zone.nameServers }),
    };
    this.registerOutputs();
  }
}
