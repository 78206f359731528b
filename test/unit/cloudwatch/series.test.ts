import { Series, KEPT_MINUTES, MINUTE_MS } from "../../../twin/services/cloudwatch/series";
import { statisticOf } from "../../../twin/services/cloudwatch/statistic";

const ID = { namespace: "n", name: "m", dimensions: {} };
const series = (place = { dead: false }, now = 0): Series => new Series(ID, { now: () => now }, place);
const statistic = (of: Series, name: string, minute = 0, minutes = 1): number | undefined => statisticOf(name, of.between(minute, minutes));

test("a percentile that was asked for once changes with the next value", () => {
  const made = series();
  for (const value of [3, 10, 2]) made.put(value, 0);
  expect(statistic(made, "p50")).toBe(3);
  expect(statistic(made, "p100")).toBe(10);
  made.put(11, MINUTE_MS - 1);
  expect(statistic(made, "p100")).toBe(11);
  expect(made.at(0)?.values).toEqual([3, 10, 2, 11]);
});

test("values go to their own minutes, whichever comes last", () => {
  const made = series();
  for (const [value, at] of [[1, MINUTE_MS], [2, 0], [3, MINUTE_MS + 1], [4, 2 * MINUTE_MS]] as const) made.put(value, at);
  expect([0, 1, 2, 3].map((minute) => statistic(made, "Sum", minute))).toEqual([2, 4, 4, undefined]);
  expect(statistic(made, "Average", 0, 3)).toBe(2.5);
  expect(statistic(made, "p100", 0, 2)).toBe(3);
  expect(made.total()).toBe(10);
});

test("old minutes are forgotten, and a dead region publishes nothing", () => {
  const place = { dead: false };
  const made = series(place, KEPT_MINUTES * MINUTE_MS);
  made.put(1, 0);
  made.put(1, MINUTE_MS);
  made.add(1);
  place.dead = true;
  made.add(1);
  expect([made.at(0)?.count, made.at(1)?.count, made.at(KEPT_MINUTES)?.count]).toEqual([undefined, 1, 1]);
});
