import { returnsOf, type Routing } from "../../../drill/checks/routing";

/** DNS left the primary after 60 s and answers it again after 200 s; Route 53 heard "evacuated" from 70 s on. */
const RETURNED: Routing = {
  answers: [
    { at: 0, role: "PRIMARY" },
    { at: 60_000, role: "SECONDARY" },
    { at: 200_000, role: "PRIMARY" },
  ],
  latch: [
    { at: 1_000, state: "primary" },
    { at: 65_000, state: "evacuated" },
  ],
  secondary: [],
  held: [{ at: 70_000, held: true }],
  secondaryAiledUntil: -Infinity,
};
const LATE = 1_000_000;
const because = (change: Partial<Routing>, endedAt = LATE) => returnsOf({ ...RETURNED, ...change }, endedAt).map((found) => found.because);
const latch = (...more: Routing["latch"]): Pick<Routing, "latch"> => ({ latch: [...RETURNED.latch, ...more] });
const ill: Pick<Routing, "secondary"> = { secondary: [{ at: 190_000, healthy: false }] };

describe("a return of traffic to a left region is told from an allowed one", () => {
  test("a held-out primary that gets its traffic back is no lapse: Route 53 should not have answered it", () => {
    expect(because({})).toEqual(["nothing"]);
  });

  test("operators' failback before the return allows it, one after it does not", () => {
    expect(because(latch({ at: 180_000, state: "returning" }))).toEqual(["failback"]);
    expect(because(latch({ at: 200_001, state: "returning" }))).toEqual(["nothing"]);
  });

  test("a failback of an earlier evacuation does not allow a later return", () => {
    const answers = [...RETURNED.answers, { at: 400_000, role: "SECONDARY" }, { at: 500_000, role: "PRIMARY" }] as const;
    const once = latch({ at: 180_000, state: "returning" }, { at: 205_000, state: "primary" }, { at: 405_000, state: "evacuated" });
    expect(because({ answers, ...once })).toEqual(["failback", "nothing"]);
  });

  test("a return that found the secondary ill and the latch evacuated is a lapse once the latch has recorded it", () => {
    expect(because({ ...ill, ...latch({ at: 290_000, state: "primary" }) })).toEqual(["lapse"]);
  });

  test("so is one where Route 53 no longer heard that the primary is held out", () => {
    expect(because({ held: [...RETURNED.held, { at: 195_000, held: false }], ...latch({ at: 290_000, state: "primary" }) })).toEqual(["lapse"]);
  });

  test("the latch has two minutes to record a lapse, then nothing explains the return", () => {
    expect(because(ill, 319_999)).toEqual(["lapse to be recorded"]);
    expect(because(ill, 320_000)).toEqual(["nothing"]);
  });

  test("the two minutes begin when the secondary is well again: what is down records nothing", () => {
    expect(because({ ...ill, secondaryAiledUntil: 500_000 }, 600_000)).toEqual(["lapse to be recorded"]);
    expect(because({ ...ill, secondaryAiledUntil: 500_000 }, 620_000)).toEqual(["nothing"]);
  });

  test("a latch that DNS's next move overtook had only until then", () => {
    const answers = [...RETURNED.answers, { at: 250_000, role: "SECONDARY" }] as const;
    expect(because({ answers, ...ill, ...latch({ at: 290_000, state: "primary" }) })).toEqual(["lapse to be recorded"]);
  });

  test("a primary that was never held out got its traffic back by itself, however ill the secondary was", () => {
    expect(because({ ...ill, latch: [{ at: 1_000, state: "primary" }], held: [] })).toEqual(["nothing"]);
  });

  test("a first deployment that comes to the primary returns from nowhere", () => {
    expect(returnsOf({ ...RETURNED, answers: [{ at: 0, role: "SECONDARY" }, { at: 5_000, role: "PRIMARY" }] }, LATE)).toEqual([]);
  });
});
