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
  const breaches = points.map((value) => (value === undefined ? undefined : COMPARISONS[comparison](value, threshold)));
  const real = breaches.filter((breach) => breach !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter(Boolean).length;
  const toFill = evaluationPeriods - real.length;
  if (toFill === 0) return breaching >= datapointsToAlarm ? "ALARM" : "OK";
  switch (missing) {
    case "breaching":
      return breaching + toFill >= datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return breaching >= datapointsToAlarm ? "ALARM" : "OK";
    case "ignore":
      if (breaching >= datapointsToAlarm) return "ALARM";
      // Nothing real that speaks against it: the state stays.
      return breaching === real.length ? current : "OK";
    case "missing":
      if (real.length === 0) return "INSUFFICIENT_DATA";
      return breaching >= datapointsToAlarm || (breaching === real.length && isOldBreach(breaches, criteria)) ? "ALARM" : "OK";
  }
}

/**
 * "Avoiding premature transitions to alarm state": all that is known breaches, and the oldest breach within the
 * evaluation periods is at least as old as the data points to alarm.
 */
function isOldBreach(breaches: readonly (boolean | undefined)[], { evaluationPeriods, datapointsToAlarm }: Criteria): boolean {
  const recent = breaches.slice(-evaluationPeriods);
  const oldest = recent.indexOf(true);
  return oldest >= 0 && recent.length - oldest >= datapointsToAlarm;
}
