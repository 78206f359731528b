import { evaluate, type AlarmState, type Criteria, type MissingData } from "../../../twin/services/cloudwatch/evaluate";

const criteria = (missing: MissingData, datapointsToAlarm: number): Criteria => ({
  evaluationPeriods: 3,
  datapointsToAlarm,
  comparison: "GreaterThanThreshold",
  threshold: 0.5,
  missing,
});

/** `0` = within the threshold, `X` = beyond it, `-` = missing; oldest first. */
const points = (text: string): readonly (number | undefined)[] => text.split(" ").map((point) => (point === "-" ? undefined : point === "X" ? 1 : 0));

const KEPT = "kept";
type Row = readonly [string, ...(AlarmState | typeof KEPT)[]];
const POLICIES: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data": its two tables. */
const THREE_OF_THREE: readonly Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["- - - - 0", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", KEPT, "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", KEPT, "ALARM", "OK"],
];
const TWO_OF_THREE: readonly Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", KEPT, "ALARM", "OK"],
];

const flat = (rows: readonly Row[]) =>
  rows.flatMap(([text, ...states]) => POLICIES.map((policy, index): [string, MissingData, string] => [text, policy, states[index] ?? ""]));

describe.each([
  ["3 of 3", 3, flat(THREE_OF_THREE)],
  ["2 of 3", 2, flat(TWO_OF_THREE)],
] as const)("an alarm of %s goes as AWS's table says", (_, toAlarm, rows) => {
  test.each([...rows])("%s with missing data %s: %s", (text, missing, expected) => {
    for (const current of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const) {
      expect(evaluate(points(text), criteria(missing, toAlarm), current)).toBe(expected === KEPT ? current : expected);
    }
  });
});

test("one bad minute of a metric that has only begun is no alarm yet", () => {
  expect(evaluate(points("- - - - X"), criteria("missing", 3), "INSUFFICIENT_DATA")).toBe("OK");
});

test.each([
  ["GreaterThanThreshold", 0.5, "OK"],
  ["GreaterThanOrEqualToThreshold", 0.5, "ALARM"],
  ["LessThanThreshold", 0.5, "OK"],
  ["LessThanOrEqualToThreshold", 0.5, "ALARM"],
  ["LessThanThreshold", 0.4, "ALARM"],
] as const)("%s of 0.5 with the value %d", (comparison, value, expected) => {
  const values = Array.from({ length: 5 }, () => value);
  expect(evaluate(values, { ...criteria("missing", 3), comparison }, "OK")).toBe(expected);
});
