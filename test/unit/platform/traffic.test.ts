import { SERIES_SECONDS, summarise, Traffic } from "../../../platform/traffic";

const T = Date.UTC(2026, 0, 1);

test("a reader of the chart sees each second's answers in their place, and not the second under way", () => {
  const traffic = new Traffic();
  traffic.add(T + 100, true, 5);
  traffic.add(T + 900, false, 5);
  traffic.add(T + 2100, true, 5);
  traffic.add(T + 3000, true, 5);
  const { ok, failed } = traffic.series(T + 3500);
  expect(ok).toHaveLength(SERIES_SECONDS);
  expect(ok.slice(-3)).toEqual([1, 0, 1]);
  expect(failed.slice(-3)).toEqual([1, 0, 0]);
});

test("an answer of two minutes ago does not come back when its slot is used again", () => {
  const traffic = new Traffic();
  traffic.add(T, true, 5);
  const sum = (now: number): number => traffic.series(now).ok.reduce((a, b) => a + b, 0);
  expect(sum(T + SERIES_SECONDS * 1000)).toBe(1);
  expect(sum(T + (SERIES_SECONDS + 1) * 1000)).toBe(0);
  for (let s = SERIES_SECONDS + 1; s < 3 * SERIES_SECONDS; s += 1) expect([s, sum(T + s * 1000)]).toEqual([s, 0]);
  expect(traffic.summary(T + 999_000)).toEqual({ perSecond: 0, ok: 1, failed: 0 });
});

test("the rate is the mean of five whole seconds, failures included", () => {
  const traffic = new Traffic();
  for (let i = 0; i < 20; i += 1) traffic.add(T + 1000 + i, i % 2 === 0, 5);
  expect(traffic.summary(T + 2000).perSecond).toBe(4);
  expect(traffic.summary(T + 6999).perSecond).toBe(4);
  expect(traffic.summary(T + 7000).perSecond).toBe(0);
});

test("p50 and p99 are at most a tenth too high, never too low, and forget what is older than a minute", () => {
  const traffic = new Traffic();
  for (let ms = 1; ms <= 100; ms += 1) traffic.add(T, true, ms);
  const { p50, p99 } = summarise(traffic.latencies(T));
  expect(p50).toBeGreaterThanOrEqual(50);
  expect(p50).toBeLessThanOrEqual(55);
  expect(p99).toBeGreaterThanOrEqual(99);
  expect(p99).toBeLessThanOrEqual(109);
  expect(summarise(traffic.latencies(T + 60_000))).toEqual({ p50: null, p99: null });
});

test("requests without an answer count as failed and have no latency", () => {
  const traffic = new Traffic();
  traffic.add(T, false);
  expect(traffic.summary(T)).toMatchObject({ ok: 0, failed: 1 });
  expect(summarise(traffic.latencies(T)).p99).toBeNull();
});
