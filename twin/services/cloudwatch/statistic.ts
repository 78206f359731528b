import { AwsError } from "../../errors";
import type { Bucket } from "./series";

export const STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"] as const;

/** `p99`, `p99.9` … CloudWatch user guide, "CloudWatch statistics definitions". */
const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?|100)$/;

export const isPercentile = (statistic: string): boolean => PERCENTILE.test(statistic);

/** One number of a period's minutes; undefined = no data. Throws InvalidParameterValueException for a statistic that the twin does not know. */
export function statisticOf(statistic: string, buckets: readonly Bucket[]): number | undefined {
  if (buckets.length === 0) return undefined;
  const count = buckets.reduce((total, bucket) => total + bucket.count, 0);
  const sum = buckets.reduce((total, bucket) => total + bucket.sum, 0);
  switch (statistic) {
    case "Sum":
      return sum;
    case "SampleCount":
      return count;
    case "Average":
      return sum / count;
    case "Minimum":
      return Math.min(...buckets.map(({ min }) => min));
    case "Maximum":
      return Math.max(...buckets.map(({ max }) => max));
  }
  const share = PERCENTILE.exec(statistic)?.[1];
  if (share === undefined) throw new AwsError("InvalidParameterValueException", `statistic ${statistic} is not in this twin; allowed ${STATISTICS.join(", ")} and pNN`);
  return percentile(Number(share) / 100, buckets.flatMap(({ values }) => values));
}

/** The least value that so large a share of the values does not exceed. */
function percentile(share: number, values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
