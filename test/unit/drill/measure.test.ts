import type { Judgement } from "../../../drill/checker";
import { Recorder, type Outcome } from "../../../drill/history";
import { measure } from "../../../drill/measure";
import { outagesOf } from "../../../drill/outages";
import { distribution, percentile } from "../../../drill/statistics";

describe("percentile, by nearest rank", () => {
  test.each([
    [[1, 2, 3, 4], 0.5, 2],
    [[4, 3, 2, 1], 0.75, 3],
    [[1, 2, 3, 4, 5], 0.5, 3],
    [[7], 0.99, 7],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
    [Array.from({ length: 200 }, (_, index) => index + 1), 0.99, 198],
    [[1, Infinity], 0.5, 1],
    [[1, Infinity], 0.99, Infinity],
    [[], 0.5, undefined],
  ])("of %j at %d is %p", (sample, p, expected) => {
    expect(percentile(sample, p)).toBe(expected);
  });

  test.each([0, -1, 1.01, NaN])("refuses p = %p", (p) => {
    expect(() => percentile([1], p)).toThrow(RangeError);
  });

  test("nothing measured has no distribution: it is not zero", () => {
    expect(distribution([])).toBeUndefined();
  });
});

type Row = readonly [process: string, key: string, from: number, to: number | undefined, type: "ok" | "fail" | "info" | 409, address: string];

function outcome(type: Row[4], address: string, customerId: string): Outcome {
  if (type === "ok") {
    const payment = { paymentId: "pay", customerId, amount: 1, currency: "USD", status: "ACCEPTED", region: "r", createdAt: "t" };
    return { type, value: { status: 201, payment, address } };
  }
  if (type === 409) return { type: "fail", value: { code: "IDEMPOTENCY_CONFLICT", message: "", status: 409, address } };
  return { type, value: { code: "X", message: "", address } };
}

/** A history from rows of attempts; times in seconds. */
function historyOf(rows: readonly Row[]) {
  let now = 0;
  const recorder = new Recorder({ now: () => now });
  const ops: number[] = [];
  const events = rows.flatMap(([, , from, to], row) => [{ at: from, row, end: false }, ...(to === undefined ? [] : [{ at: to, row, end: true }])]);
  for (const { at, row, end } of events.sort((a, b) => a.at - b.at || Number(a.end) - Number(b.end))) {
    const [process, key, , , type, address] = rows[row] ?? ["", "", 0, 0, "ok", ""];
    now = at * 1000;
    if (end) recorder.complete(ops[row] ?? -1, outcome(type, address, process));
    else ops[row] = recorder.invoke(process, { f: "pay", value: { customerId: process, key, amount: 1, currency: "USD", attempt: 1 } });
  }
  return recorder.history;
}

/** The fault is at 10 s. */
const OUTAGES: readonly (readonly [string, readonly Row[], readonly (readonly [number, number])[]])[] = [
  ["no failure, no outage", [["c", "a", 9, 9.1, "ok", "P"], ["c", "b", 11, 11.1, "ok", "P"]], []],
  ["from the first failed attempt to the next success", [["c", "a", 12, 12.1, "fail", "P"], ["c", "a", 13, 13.1, "fail", "P"], ["c", "a", 30, 30.2, "ok", "S"]], [[12, 30.2]]],
  ["a failure before the fault is another story", [["c", "a", 8, 8.1, "fail", "P"], ["c", "a", 9, 9.1, "ok", "P"]], []],
  ["an attempt that the fault meets under way counts from the fault", [["c", "a", 9.5, 12.5, "info", "P"], ["c", "a", 20, 20.1, "ok", "S"]], [[10, 20.1]]],
  ["a success sent before the first failure does not end it", [["c", "a", 9.9, 11.5, "ok", "P"], ["c", "b", 11, 11.1, "fail", "P"], ["c", "b", 20, 20.1, "ok", "S"]], [[11, 20.1]]],
  ["a second outage is seen", [["c", "a", 11, 11.1, "fail", "P"], ["c", "a", 12, 12.1, "ok", "P"], ["c", "b", 13, 13.1, "fail", "P"], ["c", "b", 33, 33.1, "ok", "S"]], [[11, 12.1], [13, 33.1]]],
  ["never recovered", [["c", "a", 11, 11.1, "fail", "P"]], [[11, Infinity]]],
  ["an attempt without an end is a failure", [["c", "a", 11, undefined, "info", "P"]], [[11, Infinity]]],
  ["a conflict is an answer, no failure", [["c", "a", 11, 11.1, 409, "P"]], []],
  ["another client's success does not count", [["c", "a", 11, 11.1, "fail", "P"], ["d", "b", 12, 12.1, "ok", "S"]], [[11, Infinity]]],
];

describe("outages of a client", () => {
  test.each(OUTAGES)("%s", (_name, rows, expected) => {
    const [client] = outagesOf(historyOf(rows), ["c"], 10_000);
    expect(client?.outages.map(({ from, to }) => [from / 1000, to / 1000])).toEqual(expected);
  });
});

const judgement = (lost: readonly number[]): Judgement => ({
  invariants: [],
  violations: [],
  lost: lost.map((at) => ({ paymentId: `pay_${at}`, acknowledgedAt: at * 1000 })),
  late: 0, doubled: 0,
  acknowledged: 1,
  duplicates: { events: 0, receipts: 0 },
  returns: { all: 0, unverified: 0 },
  invocations: 9,
});
const TIMELINE = { startedAt: 0, faultAt: 10_000, arrivalsEndedAt: 40_000, endedAt: 41_000 };

describe("the figures of a drill", () => {
  const rows: readonly Row[] = [
    ["c", "a", 5, 5.1, "ok", "P"],
    ["c", "b", 12, 12.1, "fail", "P"],
    ["c", "b", 31, 31.1, "fail", "S"],
    ["c", "b", 33, 33.5, "ok", "S"],
    ["d", "x", 6, 6.1, "ok", "P"],
    ["d", "y", 14, 14.1, "fail", "P"],
  ];

  test("the longest outage is a client's RTO; one that never pays again is infinite; one without failure has none", () => {
    const { clients, rtoMs } = measure(historyOf([...rows, ["e", "z", 12, 12.1, "ok", "S"]]), ["c", "d", "e"], judgement([]), TIMELINE);
    expect(clients.map(({ process, rtoMs: rto, paidBefore }) => [process, rto, paidBefore])).toEqual([
      ["c", 21_500, true],
      ["d", Infinity, true],
      ["e", undefined, false],
    ]);
    expect(rtoMs).toEqual({ count: 2, p50: 21_500, p95: Infinity, p99: Infinity, max: Infinity });
  });

  test("detection, DNS and client add up to the RTO", () => {
    const { split } = measure(historyOf(rows), ["c", "d"], judgement([]), { ...TIMELINE, dnsFlippedAt: 28_000 });
    expect([split?.detectionMs.max, split?.dnsMs.max, split?.clientMs.max]).toEqual([16_000, 3_000, 2_500]);
  });

  test("without an observed DNS change there is no split to pretend", () => {
    expect(measure(historyOf(rows), ["c"], judgement([]), TIMELINE).split).toBeUndefined();
  });

  test("availability, payments and retries are counted", () => {
    const { availability, payments, attemptsPerPayment, acknowledgedPerSecond } = measure(historyOf(rows), ["c", "d"], judgement([]), TIMELINE);
    expect(availability).toEqual({ before: 1, after: 0.25 });
    expect(payments).toEqual({ made: 4, acknowledged: 3, unanswered: 1 });
    expect(attemptsPerPayment).toBe(6 / 4);
    expect(acknowledgedPerSecond).toEqual({ before: 0.2, during: 1 / 30, after: undefined });
  });

  test.each([
    ["from the DNS change to the last answer that was waited for", { dnsFlippedAt: 28_000 }, ["c"], 5_500],
    ["from healing, where that came first", { dnsFlippedAt: 28_000, healedAt: 20_000 }, ["c"], 13_500],
    ["a payment that is never answered never drains", { dnsFlippedAt: 28_000 }, ["c", "d"], Infinity],
    ["without a way out there is nothing to measure", {}, ["c"], undefined],
  ])("time to drain: %s", (_name, times, clients, ms) => {
    const own = rows.filter(([client]) => clients.includes(client));
    expect(measure(historyOf(own), clients, judgement([]), { ...TIMELINE, ...times }).drainMs).toBe(ms);
  });

  test("an effect outside the table would be called once for each run of the function", () => {
    expect(measure(historyOf(rows), ["c", "d"], judgement([]), TIMELINE).effects).toEqual({ calls: 9, perPayment: 3 });
  });

  test.each([
    ["nothing lost", [], 0],
    ["the earliest lost payment counts", [9.5, 8], 2_000],
    ["one acknowledged after the fault has no bound", [9, 12], Infinity],
  ])("RPO: %s", (_name, lost, ms) => {
    expect(measure(historyOf(rows), ["c"], judgement(lost), TIMELINE).rpo).toEqual({ payments: lost.length, ms });
  });
});
