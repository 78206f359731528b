import { AwsError } from "../../errors";
import type { Bucket } from "./series";

export const STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"] as const;

/** `p99`, `p99.9` … CloudWatch user guide, "CloudWatch statistics definitions". */
const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?|100)$/;

export const isPercentile = (statistic: string): boolean => PERCENTILE.test(statistic);

/** One number of a period's minutes; undefined = no data. Throws InvalidParameterValueException for a statistic that the twin does not know. */
export function statisticOf(statistic: string, buckets: readonly Bucket[]): number | undefined {
  const [first] = buckets;
  if (!first) return undefined;
  switch (statistic) {
    case "Sum":
      return total(buckets, "sum");
    case "SampleCount":
      return total(buckets, "count");
    case "Average":
      return total(buckets, "sum") / total(buckets, "count");
    case "Minimum":
      return Math.min(...buckets.map(({ min }) => min));
    case "Maximum":
      return Math.max(...buckets.map(({ max }) => max));
  }
  const share = PERCENTILE.exec(statistic)?.[1];
  if (share === undefined) throw new AwsError("InvalidParameterValueException", `statistic ${statistic} is not in this twin; allowed ${STATISTICS.join(", ")} and pNN`);
  const sorted = buckets.length === 1 ? first.sorted() : Float64Array.from(buckets.flatMap(({ values }) => values)).sort();
  return percentile(Number(share) / 100, sorted);
}

function total(buckets: readonly Bucket[], of: "sum" | "count"): number {
  let sum = 0;
  for (const bucket of buckets) sum += bucket[of];
  return sum;
}

/** The least value that so large a share of the values does not exceed. */
const percentile = (share: number, sorted: ArrayLike<number>): number | undefined => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
