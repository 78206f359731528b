import { Retries, RETRY_POLICIES, type RetryPolicy } from "../../../drill/retries";
import { randomStream } from "../../../twin/kernel/random";

/** The pauses of a client whose calls all fail, one after the other; `tookMs` is what each attempt takes. */
function pauses(policy: RetryPolicy, count: number, tookMs = 0): readonly (number | undefined)[] {
  let now = 0;
  const retries = new Retries(policy, { now: () => now }, randomStream(1, "retries").next);
  return Array.from({ length: count }, (_, index) => {
    const pause = retries.pause(index + 1);
    now += tookMs + (pause ?? 0);
    return pause;
  });
}

test("none: a failed payment is not repeated", () => {
  expect(pauses(RETRY_POLICIES.none, 1)).toEqual([undefined]);
});

test("naive: again and again after the same pause, so that clients stay in step", () => {
  expect(pauses(RETRY_POLICIES.naive, 4)).toEqual([100, 100, 100, 100]);
});

test("full jitter: pauses are drawn below a bound that doubles up to its cap", () => {
  const drawn = pauses({ kind: "full-jitter", baseMs: 200, capMs: 2_000 }, 2_000);
  const bounds = [200, 400, 800, 1_600, 2_000, 2_000];
  bounds.forEach((bound, index) => expect(drawn[index]).toBeLessThan(bound));
  const late = drawn.slice(4).map(Number);
  expect(Math.max(...late)).toBeGreaterThan(1_900);
  expect(Math.min(...late)).toBeLessThan(100);
});

describe("a budget bounds how much retries multiply the load", () => {
  const budget = { burst: 10, perSecond: 2 };

  test("when it is spent, repeats come at its rate, however many payments wait for one", () => {
    let now = 0;
    const retries = new Retries({ kind: "full-jitter", baseMs: 1, capMs: 1, budget }, { now: () => now }, () => 0);
    const atOnce = Array.from({ length: 14 }, () => retries.pause(1));
    expect(atOnce.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(atOnce.slice(10)).toEqual([500, 1_000, 1_500, 2_000]);
    now = 3_000;
    expect(retries.pause(1)).toBe(0);
  });

  test("it fills again up to its burst, no further", () => {
    let now = 0;
    const retries = new Retries({ kind: "full-jitter", baseMs: 1, capMs: 1, budget }, { now: () => now }, () => 0);
    now = 3_600_000;
    expect(Array.from({ length: 11 }, () => retries.pause(1)).filter((pause) => pause === 0)).toHaveLength(10);
  });
});
