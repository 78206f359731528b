/** The retention times that CloudWatch Logs knows, in days; 0 = for ever. CloudWatch Logs API reference, "PutRetentionPolicy". */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Subscription filters that a log group takes. "CloudWatch Logs quotas". */
export const MAX_FILTERS = 2;

/** What is wrong with a log group's, stream's, filter's or destination's part of the name; undefined = nothing. "CreateLogStream", "PutSubscriptionFilter", "PutDestination". */
export function logPartObjection(kind: "stream" | "filter" | "destination", name: string): string | undefined {
  if (name.length >= 1 && name.length <= 512 && !/[:*]/.test(name)) return undefined;
  return `log ${kind} name: got ${JSON.stringify(name)} (${name.length} characters); allowed 1..512 without : and *`;
}

/** A complaint about one property. */
export interface LogsObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

const regionIn = (arn: string): string | undefined => arn.split(":")[3];
export const isDestination = (arn: string): boolean => /^arn:aws:logs:[a-z0-9-]+:\d{12}:destination:/.test(arn);

/** "Cross-account cross-Region subscriptions": the destination is where the group is, and brings its own role. */
export function filterObjections(inputs: { readonly destinationArn: string; readonly roleArn?: string | undefined }, region: string): readonly LogsObjection[] {
  const { destinationArn, roleArn } = inputs;
  const found: LogsObjection[] = [];
  const there = regionIn(destinationArn);
  if (there !== region) {
    found.push({ code: "logs.filter-region", property: "destinationArn", message: `got ${destinationArn} for a group of ${region}; make a destination in ${region}, whose target may be elsewhere` });
  }
  if (isDestination(destinationArn) && roleArn !== undefined && roleArn !== "") {
    found.push({ code: "logs.filter-role", property: "roleArn", message: `got ${roleArn}; a filter on a destination takes no role, the destination has its own` });
  }
  return found;
}

/** Bounds of a delivery stream to S3. Firehose API reference, "BufferingHints" and "ExtendedS3DestinationConfiguration". */
export const BUFFERING = { seconds: { low: 0, high: 900 }, megabytes: { low: 1, high: 128 } };

interface DeliveryInputs {
  readonly prefix?: string | undefined;
  readonly errorOutputPrefix?: string | undefined;
  readonly bufferingInterval?: number | undefined;
  readonly bufferingSize?: number | undefined;
}

const outside = (value: number | undefined, { low, high }: { readonly low: number; readonly high: number }): boolean =>
  value !== undefined && (!Number.isInteger(value) || value < low || value > high);

/** What Firehose refuses of a destination in S3. "Custom prefixes for Amazon S3 objects" for the prefixes. */
export function deliveryObjections({ prefix = "", errorOutputPrefix, bufferingInterval, bufferingSize }: DeliveryInputs): readonly LogsObjection[] {
  const { seconds, megabytes } = BUFFERING;
  const object = (code: string, property: string, message: string): LogsObjection => ({ code: `firehose.${code}`, property: `extendedS3Configuration.${property}`, message });
  return [
    ...(outside(bufferingInterval, seconds) ? [object("buffering", "bufferingInterval", `got ${bufferingInterval}; allowed ${seconds.low}..${seconds.high} (seconds)`)] : []),
    ...(outside(bufferingSize, megabytes) ? [object("buffering", "bufferingSize", `got ${bufferingSize}; allowed ${megabytes.low}..${megabytes.high} (MiB)`)] : []),
    ...(prefix.includes("!{") && !errorOutputPrefix ? [object("error-prefix", "errorOutputPrefix", `nothing was given; a prefix with expressions (${prefix}) needs one`)] : []),
    ...(prefix.includes("!{firehose:error-output-type}") ? [object("prefix", "prefix", `got ${prefix}; !{firehose:error-output-type} belongs in errorOutputPrefix`)] : []),
    ...(errorOutputPrefix?.includes("!{") && !errorOutputPrefix.includes("!{firehose:error-output-type}")
      ? [object("error-prefix", "errorOutputPrefix", `got ${errorOutputPrefix}; with expressions it must have !{firehose:error-output-type}`)]
      : []),
  ];
}
