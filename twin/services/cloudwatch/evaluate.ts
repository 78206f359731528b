export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number): boolean => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number): boolean => value >= threshold,
  LessThanThreshold: (value: number, threshold: number): boolean => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number): boolean => value <= threshold,
} as const;
export type Comparison = keyof typeof COMPARISONS;

export interface Criteria {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly missing: MissingData;
}

/**
 * CloudWatch looks at more data points than the evaluation periods, so that late or missing ones need not be filled.
 * How many is not documented; the user guide's tables show 5 for 3 periods ("Configuring how CloudWatch alarms treat
 * missing data").
 */
export const EXTRA_DATAPOINTS = 2;

/**
 * The state that data points make, oldest first, undefined = missing; `evaluationPeriods` + {@link EXTRA_DATAPOINTS}
 * of them. "How alarm state is evaluated when data is missing": with enough real data points the newest of them count
 * and the missing-data policy does not; with fewer, as few as possible are filled in.
 */
export function evaluate(points: readonly (number | undefined)[], criteria: Criteria, current: AlarmState): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, comparison, threshold, missing } = criteria;
  const breach = COMPARISONS[comparison];
  let real = 0;
  let breaching = 0;
  for (let index = points.length - 1; index >= 0 && real < evaluationPeriods; index -= 1) {
    const value = points[index];
    if (value === undefined) continue;
    real += 1;
    if (breach(value, threshold)) breaching += 1;
  }
  const toFill = evaluationPeriods - real;
  if (toFill === 0) return breaching >= datapointsToAlarm ? "ALARM" : "OK";
  switch (missing) {
    case "breaching":
      return breaching + toFill >= datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return breaching >= datapointsToAlarm ? "ALARM" : "OK";
    case "ignore":
      if (breaching >= datapointsToAlarm) return "ALARM";
      // Nothing real that speaks against it: the state stays.
      return breaching === real ? current : "OK";
    case "missing":
      if (real === 0) return "INSUFFICIENT_DATA";
      return breaching >= datapointsToAlarm || (breaching === real && isOldBreach(points, criteria)) ? "ALARM" : "OK";
  }
}

/**
 * "Avoiding premature transitions to alarm state": all that is known breaches, and the oldest breach within the
 * evaluation periods is at least as old as the data points to alarm.
 */
function isOldBreach(points: readonly (number | undefined)[], { evaluationPeriods, datapointsToAlarm, comparison, threshold }: Criteria): boolean {
  const recent = points.slice(-evaluationPeriods);
  const oldest = recent.findIndex((value) => value !== undefined && COMPARISONS[comparison](value, threshold));
  return oldest >= 0 && recent.length - oldest >= datapointsToAlarm;
}
