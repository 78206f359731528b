import type { Ending } from "../../../drill/ending";
import { describeExpectations, expectedLines, type Expectations } from "../../../drill/expectations";
import type { ClientRecovery, Measurement } from "../../../drill/measure";
import { FAILOVER } from "../../../drill/scenarios/base";
import type { Scenario } from "../../../drill/scenario";

const EXPECTS: Expectations = { hit: "anybody", recovered: "any" };
const SCENARIO: Scenario = { ...FAILOVER, name: "n", what: "w", steps: [], expects: EXPECTS };

const client = (rtoMs?: number): ClientRecovery => ({ process: "c", paidBefore: true, rtoMs, outages: rtoMs === undefined ? 0 : 1 });
const clients = (count: number, rtoMs?: number): readonly ClientRecovery[] => Array.from({ length: count }, () => client(rtoMs));

const MEASURED: Measurement = {
  clients: clients(20),
  refused: { names: [], causes: [] },
  rtoMs: undefined,
  split: undefined,
  rpo: { payments: 0, ms: 0 },
  payments: { made: 200, acknowledged: 200, unanswered: 0 },
  attemptsPerPayment: 1,
  availability: { before: 1, after: 1 },
  acknowledgedPerSecond: { before: 1, during: undefined, after: 1 },
  drainMs: undefined,
  duplicates: { events: 0, receipts: 0 },
  returns: { all: 0, unverified: 0 },
  lateShare: 0,
  effects: { calls: 200, perPayment: 1 },
};
const ENDING: Ending = { serving: "primary", latch: "primary", flips: 0, operations: [], setAside: { here: 0, there: 0 } };
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `c${index}`);

type Row = readonly [string, Partial<Expectations>, Partial<Measurement>, Partial<Ending>, failed: readonly string[]];

describe("a drill fails by what it was expected to come to", () => {
  test.each<Row>([
    ["nothing asked, nothing wrong", {}, {}, {}, []],
    ["nobody paid before the fault: it proves nothing", {}, { clients: [] }, {}, ["drill.baseline"]],
    ["somebody was hit where nobody should feel it", { hit: "nobody" }, { clients: [...clients(19), client(5)] }, {}, ["drill.spared"]],
    ["nobody was hit where everybody pays too often to be spared", { hit: { failingMs: 60_000 } }, {}, {}, ["drill.hit"]],
    ["as many were hit as the load makes certain", { hit: { failingMs: 60_000 } }, { clients: clients(20, 5) }, {}, []],
    ["somebody never paid again", { recovered: "all" }, { clients: [...clients(19, 5), client(Infinity)] }, {}, ["drill.recovered"]],
    ["a payment got no answer", { recovered: "all" }, { payments: { made: 2, acknowledged: 1, unanswered: 1 } }, {}, ["drill.answered"]],
    ["somebody paid where nobody can", { recovered: "none" }, { clients: [...clients(19, Infinity), client(5)] }, {}, ["drill.unrecovered"]],
    ["too few payments were acknowledged", { goodput: { atLeast: 0.6 } }, { payments: { made: 10, acknowledged: 5, unanswered: 5 } }, {}, ["drill.goodput"]],
    ["too few attempts succeeded", { availability: { atLeast: 0.9 } }, { availability: { before: 1, after: 0.8 } }, {}, ["drill.availability"]],
    ["more succeeded than can", { availability: { atMost: 0 } }, { availability: { before: 1, after: 0.1 } }, {}, ["drill.unavailability"]],
    ["more was told late than may be", { late: { atMost: 0.25 } }, { lateShare: 0.3 }, {}, ["drill.late"]],
    ["DNS ends elsewhere", { serving: "secondary" }, {}, {}, ["drill.serving"]],
    ["the latch ends elsewhere", { latch: "evacuated" }, {}, {}, ["drill.latch"]],
    ["the latch cannot be read", { latch: "primary" }, {}, { latch: undefined }, ["drill.latch"]],
    ["DNS did not move", { flips: { atLeast: 1, atMost: 1 } }, {}, {}, ["drill.moved"]],
    ["DNS went to and fro", { flips: { atLeast: 1, atMost: 1 } }, {}, { flips: 3 }, ["drill.flips"]],
    ["a record was given up that nobody expects", {}, {}, { setAside: { here: 0, there: 1 } }, ["drill.set-aside-there"]],
    ["a record was given up and not kept in one region", { setAside: 1 }, {}, { setAside: { here: 1, there: 0 } }, ["drill.kept-there"]],
    ["each region kept the record", { setAside: 1 }, {}, { setAside: { here: 1, there: 1 } }, []],
  ])("%s", (_name, expected, measured, ending, failed) => {
    const lines = expectedLines(SCENARIO, { ...EXPECTS, ...expected }, { ...MEASURED, ...measured }, { ...ENDING, ...ending });
    expect(lines.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(failed);
  });
});

describe("clients that are refused for ever", () => {
  const half = { share: 0.5, cause: "signature date" };
  const all = { share: 1, cause: "signature date" };
  const nothing = { payments: { made: 0, acknowledged: 0, unanswered: 0 } };
  const dated = (count: number) => ({ clients: clients(20 - count), refused: { names: names(count), causes: ["signature date"] } });
  test.each<readonly [string, Partial<Expectations>, Partial<Measurement>, readonly string[]]>([
    ["nobody expects them: the drill fails and says why", {}, dated(1), ["drill.refused"]],
    ["about as many as expected", { refused: half }, dated(9), []],
    ["none of those that are expected", { refused: half }, {}, ["drill.refused", "drill.refused-cause"]],
    ["everybody where half are expected", { refused: half }, dated(20), ["drill.refused-most", "drill.baseline"]],
    ["for another reason too", { refused: half }, { ...dated(9), refused: { names: names(9), causes: ["signature date", "token invalid"] } }, ["drill.refused-cause"]],
    ["everybody, as expected: no baseline is asked", { refused: all }, { ...dated(20), ...nothing }, []],
    ["all but one where everybody is expected", { refused: all }, dated(19), ["drill.refused", "drill.refused-all"]],
  ])("%s", (_name, expected, measured, failed) => {
    const lines = expectedLines(SCENARIO, { ...EXPECTS, ...expected }, { ...MEASURED, ...measured }, undefined);
    expect(lines.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(failed);
  });
});

test("a client that pays only while nobody answers is missing among the refused, and the drill holds", () => {
  const short = { ...SCENARIO, clients: 6, faultAtMs: 20_000, plan: { ...SCENARIO.plan, meanIntervalMs: 11_600 } };
  const measured = { ...MEASURED, clients: [], refused: { names: ["a", "b", "c", "d", "e"], causes: ["token invalid"] }, payments: { made: 1, acknowledged: 0, unanswered: 1 } };
  const lines = expectedLines(short, { ...EXPECTS, refused: { share: 1, cause: "token invalid" }, goodput: { atLeast: 0 } }, measured, undefined);
  expect(lines.filter(({ pass }) => !pass)).toEqual([]);
});

describe("operators' commands", () => {
  const times = { startedAt: 0, endedAt: 1 };
  test.each<readonly [string, Ending["operations"][number], boolean]>([
    ["done as expected", { operation: "failback", expect: "done", outcome: "done", ...times }, true],
    ["failed is not done", { operation: "failback", expect: "done", outcome: "failed", code: "RETURN_FAILED", ...times }, false],
    ["failed is not refused", { operation: "failback", expect: "refused", outcome: "failed", code: "WRITE_UNKNOWN", ...times }, false],
    ["refused for any reason where none is named", { operation: "failback", expect: "refused", outcome: "refused", code: "NOT_EVACUATED", ...times }, true],
    ["refused for the reason that is named", { operation: "failback", expect: "refused", because: "PRIMARY_TOO_YOUNG", outcome: "refused", code: "PRIMARY_TOO_YOUNG", ...times }, true],
    ["refused for another reason: it was luck", { operation: "failback", expect: "refused", because: "PRIMARY_TOO_YOUNG", outcome: "refused", code: "OBSERVER_STALE", ...times }, false],
  ])("%s", (_name, operation, passes) => {
    const lines = expectedLines(SCENARIO, EXPECTS, MEASURED, { ...ENDING, operations: [operation] });
    expect(lines.find(({ id }) => id === "drill.operation-1")?.pass).toBe(passes);
  });
});

test("people read before a drill what it must come to", () => {
  const told = describeExpectations({ hit: { failingMs: 15_000, share: 0.5 }, recovered: "all", serving: "secondary", flips: { atLeast: 1, atMost: 1 }, refused: { share: 0.5, cause: "signature date" }, setAside: 1, late: { atMost: 0.25 }, measured: ["I5"] });
  expect(told).toBe("hits who pays within 15 s, 50 % of attempts; all recover; DNS ends at the secondary; DNS moves at least 1 times and at most 1 times; share of payments told late at most 0.25; 50 % of clients are refused: signature date; 1 records kept in each failure destination; measured only: I5");
});
