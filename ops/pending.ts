import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { instant } from "../lambda/shared/clock";
import { ruleId } from "../lib/naming";
import { timed, type OperatorAccess } from "./operator";

/** Bytes of a bucket that wait for their replication; undefined where CloudWatch has no figure of the last minutes. */
export interface Pending {
  readonly bucket: string;
  readonly to: string;
  readonly bytes: number | undefined;
}

const MINUTES = 10;

/**
 * What S3 has still to replicate, each way. The metric is in the destination's region: "Monitoring replication with
 * metrics" (S3 user guide). Never rejects: a region without an answer is one of the unknown figures.
 */
export async function pendingBytes(access: OperatorAccess): Promise<readonly Pending[]> {
  const { primary, secondary } = access.outputs.regions;
  const ways = [
    [secondary, primary],
    [primary, secondary],
  ] as const;
  return (await Promise.all(ways.map(([from, to]) => pendingOneWay(access, from, to)))).flat();
}

async function pendingOneWay(access: OperatorAccess, from: string, to: string): Promise<readonly Pending[]> {
  const { bucketNames } = access.outputs;
  const buckets = (["receipts", "documents"] as const).map((kind) => ({ source: bucketNames[from]?.[kind] ?? "", destination: bucketNames[to]?.[kind] ?? "" }));
  const now = Math.floor(access.clock.now());
  const command = new GetMetricDataCommand({
    StartTime: instant(now - MINUTES * 60_000),
    EndTime: instant(now),
    MetricDataQueries: buckets.map(({ source, destination }, index) => ({
      Id: `bytes${index}`,
      MetricStat: {
        Metric: {
          Namespace: "AWS/S3",
          MetricName: "BytesPendingReplication",
          Dimensions: [
            { Name: "SourceBucket", Value: source },
            { Name: "DestinationBucket", Value: destination },
            { Name: "RuleId", Value: ruleId(to) },
          ],
        },
        Period: 60,
        Stat: "Maximum",
      },
    })),
  });
  try {
    const { MetricDataResults = [] } = await timed(access, `CloudWatch in ${to}`, access.client(CloudWatchClient, to).send(command));
    return buckets.map(({ source }, index) => ({ bucket: source, to, bytes: MetricDataResults.find(({ Id }) => Id === `bytes${index}`)?.Values?.[0] }));
  } catch {
    return buckets.map(({ source }) => ({ bucket: source, to, bytes: undefined }));
  }
}

/** Those that are not known to be 0, in words; undefined where there are none. */
export function unfinished(pending: readonly Pending[]): string | undefined {
  const named = pending.filter(({ bytes }) => bytes !== 0).map(({ bucket, to, bytes }) => `${bucket} to ${to}: ${bytes === undefined ? "no figure of the last minutes" : `${bytes} bytes`}`);
  return named.length === 0 ? undefined : named.join("; ");
}
