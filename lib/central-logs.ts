import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { createServiceRole } from "./iam";
import { createLogGroup } from "./logs";
import { admitAccount, deliverLogs, forOwnStreams, fromOwnLogs, shipLogs } from "./policies/central-logs";
import type { LogSink, RegionContext } from "./regions";
import type { Bucket } from "./s3";

const SERVICE = "payments-logs";

/** Seconds and MiB after which a batch becomes an object: what a lost region may still hold back, against the price of small objects. */
const BUFFERING = { bufferingInterval: 15, bufferingSize: 16 };

const PREFIXES = {
  prefix: "logs/!{timestamp:yyyy/MM/dd}/",
  errorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
  fileExtension: ".ndjson",
};

/** CloudWatch compresses what it sends; unpacked here, one record a line. Firehose API reference, "Processor". */
const PROCESSORS = [
  { type: "Decompression", parameters: [{ parameterName: "CompressionFormat", parameterValue: "GZIP" }] },
  { type: "AppendDelimiterToRecord" },
];

export interface CentralLogsArgs {
  readonly accountId: pulumi.Output<string>;
  /** In the secondary; it replicates to the primary. */
  readonly bucket: Bucket;
}

/**
 * One place for the log lines of both regions, in the secondary: the region that is left when the primary is lost. A
 * group's filter needs a destination in the group's own region; the destination's target may be elsewhere. CloudWatch
 * Logs tries for 24 hours while the secondary is away, and what it has delivered is in both regions' buckets.
 */
export function createCentralLogs(
  primary: RegionContext,
  secondary: RegionContext,
  args: CentralLogsArgs,
  config: Pick<Config, "logRetentionDays">,
): Readonly<Record<"primary" | "secondary", LogSink>> {
  const streamArn = createDelivery(secondary, args, config);
  return { primary: createDestination(primary, streamArn, args), secondary: createDestination(secondary, streamArn, args) };
}

function createDelivery(context: RegionContext, { accountId, bucket }: CentralLogsArgs, config: Pick<Config, "logRetentionDays">): pulumi.Output<string> {
  const { region, key, options } = context;
  const name = context.name(SERVICE, "stream");
  // Made without a sink: what the delivery logs about itself would come back to it.
  const errors = createLogGroup(context, `/aws/kinesisfirehose/${name}`, config);
  const stream = new aws.cloudwatch.LogStream(name, { name, logGroupName: errors.name }, options);
  const role = createServiceRole(context, {
    service: "payments-log-delivery",
    trusts: "firehose.amazonaws.com",
    when: accountId.apply(forOwnStreams),
    statements: pulumi
      .all([bucket.arn, key.arn, errors.arn, stream.name])
      .apply(([bucketArn, keyArn, groupArn, streamName]) => deliverLogs({ region, bucketArn, keyArn, errorStreamArn: `${groupArn}:log-stream:${streamName}` })),
  });
  return new aws.kinesis.FirehoseDeliveryStream(
    name,
    {
      name,
      destination: "extended_s3",
      serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: key.arn },
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: bucket.arn,
        kmsKeyArn: key.arn,
        ...BUFFERING,
        ...PREFIXES,
        compressionFormat: "UNCOMPRESSED",
        cloudwatchLoggingOptions: { enabled: true, logGroupName: errors.name, logStreamName: stream.name },
        processingConfiguration: { enabled: true, processors: PROCESSORS },
      },
    },
    { ...options, dependsOn: [...role.ready] },
  ).arn;
}

function createDestination(context: RegionContext, streamArn: pulumi.Output<string>, { accountId }: CentralLogsArgs): LogSink {
  const { region, options } = context;
  const name = context.name(SERVICE, "tag");
  const role = createServiceRole(context, {
    service: "payments-log-shipping",
    trusts: `logs.${region}.amazonaws.com`,
    when: accountId.apply((account) => fromOwnLogs(region, account)),
    statements: streamArn.apply(shipLogs),
  });
  // CloudWatch Logs sends a test message as the role when it makes the destination.
  const destination = new aws.cloudwatch.LogDestination(name, { name, roleArn: role.arn, targetArn: streamArn }, { ...options, dependsOn: [...role.ready] });
  const accessPolicy = pulumi.all([destination.arn, accountId]).apply(([arn, account]) => JSON.stringify(admitAccount(arn, account)));
  const admission = new aws.cloudwatch.LogDestinationPolicy(name, { destinationName: destination.name, accessPolicy }, options);
  return { arn: destination.arn, ready: [admission] };
}
