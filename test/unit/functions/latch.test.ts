import {
  decide, lapseAfterMs, LATCH, needsVerdict, settleMs, STATES,
  type Alert, type Latch, type Observation, type State, type Write,
} from "../../../lambda/switch/logic";

const NOW = 10_000_000;
const MINUTE = 60_000;
const observation = (changes: Partial<Observation>): Observation => ({
  dns: "primary", secondaryVerdict: "good", nowMs: NOW, lapseAfterMs: MINUTE, settleMs: 15_000, ...changes,
});
const primary: Latch = { state: "primary", since: 1, version: 1 };
/** Come to `primary` so many milliseconds ago: by a return, a lapse or a first deployment. */
const arrived = (age: number): Latch => ({ state: "primary", since: NOW - age, version: 10 });
const evacuated = (heartbeatAge: number, age = MINUTE * 60): Latch => ({
  state: "evacuated", since: NOW - age, heartbeatAt: NOW - heartbeatAge, version: 7,
});
/** As an operator's failover writes it, before DNS has followed. */
const ordered = (age: number): Latch => ({ state: "evacuated", since: NOW - age, version: 7 });
const returning = (age: number): Latch => ({ state: "returning", since: NOW - age, version: 9 });

interface Case {
  readonly when: string;
  readonly latch: Latch | undefined;
  readonly sees: Partial<Observation>;
  readonly state: State;
  readonly write?: Write;
  readonly alert?: Alert;
}

const CASES: readonly Case[] = [
  { when: "a first deployment whose DNS does not answer yet", latch: undefined, sees: { dns: "unknown" }, state: "initial" },
  { when: "a first deployment whose primary was never healthy", latch: undefined, sees: { dns: "secondary" }, state: "initial" },
  { when: "a first deployment's primary answering for the first time", latch: undefined, sees: { dns: "primary" }, state: "primary", write: "create" },
  { when: "an ordinary day", latch: primary, sees: { dns: "primary" }, state: "primary" },
  { when: "an ordinary day with an ill secondary", latch: primary, sees: { dns: "primary", secondaryVerdict: "bad" }, state: "primary" },
  { when: "DNS gone over to a good secondary", latch: primary, sees: { dns: "secondary" }, state: "evacuated", write: "change", alert: "latch.evacuated" },
  { when: "a lagging answer just after a return, which is no second failure", latch: arrived(0), sees: { dns: "secondary" }, state: "primary" },
  { when: "a lagging answer at the end of a return's settling", latch: arrived(14_999), sees: { dns: "secondary" }, state: "primary" },
  { when: "a second failure that outlasts the settling", latch: arrived(15_000), sees: { dns: "secondary" }, state: "evacuated", write: "change", alert: "latch.evacuated" },
  { when: "longer settling from a longer TTL", latch: arrived(69_999), sees: { dns: "secondary", settleMs: 70_000 }, state: "primary" },
  { when: "DNS gone over to an ill secondary", latch: primary, sees: { dns: "secondary", secondaryVerdict: "bad" }, state: "primary" },
  { when: "DNS gone over to a secondary that does not know", latch: primary, sees: { dns: "secondary", secondaryVerdict: "unknown" }, state: "primary" },
  { when: "DNS answering a third target", latch: primary, sees: { dns: "unknown" }, state: "primary" },
  { when: "an evacuation with a young heartbeat", latch: evacuated(9_999), sees: { dns: "secondary" }, state: "evacuated" },
  { when: "an evacuation whose heartbeat is due", latch: evacuated(10_000), sees: { dns: "secondary" }, state: "evacuated", write: "heartbeat" },
  { when: "an evacuation whose heartbeat has long lapsed while DNS answers the secondary", latch: evacuated(MINUTE * 9), sees: { dns: "secondary" }, state: "evacuated", write: "heartbeat" },
  { when: "an evacuation of an ill secondary", latch: evacuated(10_000), sees: { dns: "secondary", secondaryVerdict: "bad" }, state: "evacuated", write: "heartbeat" },
  { when: "an evacuation while DNS still lags at the primary", latch: evacuated(10_000), sees: { dns: "primary" }, state: "evacuated" },
  { when: "an evacuation whose heartbeat is just young enough", latch: evacuated(MINUTE), sees: { dns: "primary" }, state: "evacuated" },
  { when: "an evacuation that has lapsed: the secondary was away", latch: evacuated(MINUTE + 1), sees: { dns: "primary" }, state: "primary", write: "change", alert: "latch.lapsed" },
  { when: "an evacuation that would have lapsed, seen by a resolver that knows neither target", latch: evacuated(MINUTE * 9), sees: { dns: "unknown" }, state: "evacuated" },
  { when: "a longer lapse from slower settings", latch: evacuated(MINUTE + 1), sees: { dns: "primary", lapseAfterMs: 135_000 }, state: "evacuated" },
  { when: "an ordered evacuation that DNS has not followed yet", latch: ordered(MINUTE), sees: { dns: "primary" }, state: "evacuated" },
  { when: "an ordered evacuation that DNS has followed", latch: ordered(5_000), sees: { dns: "secondary" }, state: "evacuated", write: "heartbeat" },
  { when: "an ordered evacuation that DNS never followed", latch: ordered(MINUTE + 1), sees: { dns: "primary" }, state: "primary", write: "change", alert: "latch.lapsed" },
  { when: "a failback that DNS has not followed yet", latch: returning(0), sees: { dns: "secondary" }, state: "returning" },
  { when: "a failback just before its 10 minutes are over", latch: returning(599_999), sees: { dns: "secondary" }, state: "returning" },
  { when: "a failback that DNS did not follow in 10 minutes", latch: returning(600_000), sees: { dns: "secondary" }, state: "evacuated", write: "change", alert: "latch.return-failed" },
  { when: "an overdue failback that DNS answers with a third target", latch: returning(600_000), sees: { dns: "unknown" }, state: "evacuated", write: "change", alert: "latch.return-failed" },
  { when: "a failback that DNS has followed", latch: returning(20_000), sees: { dns: "primary" }, state: "primary", write: "change" },
  { when: "a failback that DNS has followed at the last moment", latch: returning(700_000), sees: { dns: "primary" }, state: "primary", write: "change" },
];

describe("the latch", () => {
  test.each(CASES)("in $when is $state (write $write, alert $alert)", ({ latch, sees, state, write, alert }) => {
    const decision = decide(latch, observation(sees));
    expect({ state: decision.state, write: decision.write, alert: decision.alert }).toEqual({ state, write, alert });
  });

  test("has a case above for every row of its table, so that no row goes unexamined", () => {
    const met = new Set(CASES.map(({ latch, sees }) => decide(latch, observation(sees)).row.because));
    expect([...met].sort()).toEqual(LATCH.map(({ because }) => because).sort());
  });

  test("answers every state whatever is seen: the last row of each state has no condition", () => {
    for (const state of STATES) {
      expect(LATCH.filter(({ from }) => from === state).at(-1)?.when).toEqual({});
    }
  });

  test("writes whenever it changes state, and never writes where it does not say so", () => {
    for (const row of LATCH) {
      if (row.from !== row.to) expect(row.write).toBeDefined();
      if (row.alert) expect(row.from).not.toBe(row.to);
    }
  });

  test.each<[string, Latch | undefined, Partial<Observation>, Latch]>([
    ["the first write", undefined, { dns: "primary" }, { state: "primary", since: NOW, version: 1 }],
    ["an evacuation", primary, { dns: "secondary" }, { state: "evacuated", since: NOW, heartbeatAt: NOW, version: 2 }],
    ["a heartbeat", evacuated(10_000), { dns: "secondary" }, { state: "evacuated", since: NOW - MINUTE * 60, heartbeatAt: NOW, version: 8 }],
    ["a lapse", evacuated(MINUTE + 1), { dns: "primary" }, { state: "primary", since: NOW, version: 8 }],
    ["a failed return, which must not lapse at once", returning(600_000), { dns: "secondary" }, { state: "evacuated", since: NOW, heartbeatAt: NOW, version: 10 }],
    ["a return", returning(5), { dns: "primary" }, { state: "primary", since: NOW, version: 10 }],
  ])("stores with %s what the next poll needs", (_name, before, sees, after) => {
    expect(decide(before, observation(sees)).latch).toEqual(after);
  });

  test("asks for the secondary's verdict only where it decides: the write would cost every poll its time", () => {
    const asks = [undefined, primary, evacuated(0), returning(0)].flatMap((latch) =>
      (["primary", "secondary", "unknown"] as const).filter((dns) => needsVerdict(latch, dns)).map((dns) => `${latch?.state} ${dns}`),
    );
    expect(asks).toEqual(["primary secondary"]);
  });
});

describe("resolvers that lag behind each other", () => {
  /** The latch after polls that see these answers, a second apart. */
  const after = (latch: Latch | undefined, answers: readonly Observation["dns"][]): State =>
    answers.reduce<Latch | undefined>((last, dns, second) => decide(last, observation({ dns, nowMs: NOW + second * 1000 })).latch, latch)?.state ?? "initial";

  test.each<[string, Latch | undefined]>([
    ["a failback", returning(20_000)],
    ["a first deployment, whose new checks let DNS answer the secondary for a while", undefined],
  ])("never latch %s anew", (_name, latch) => {
    expect(after(latch, ["secondary", "primary", "secondary", "primary", "secondary", "secondary", "primary"])).toBe("primary");
  });

  test("do not keep a primary that fails again for good", () => {
    expect(after(returning(20_000), ["primary", ...Array<"secondary">(16).fill("secondary")])).toBe("evacuated");
  });
});

test.each([[5, 15_000], [60, 70_000]])("with a TTL of %d s DNS has settled after %d ms", (ttlSeconds, ms) => {
  expect(settleMs({ ttlSeconds })).toBe(ms);
});

test.each([
  { thresholdCount: 1, intervalSeconds: 10, ttlSeconds: 5, ms: 60_000 },
  { thresholdCount: 1, intervalSeconds: 10, ttlSeconds: 30, ms: 80_000 },
  { thresholdCount: 2, intervalSeconds: 10, ttlSeconds: 5, ms: 75_000 },
  { thresholdCount: 1, intervalSeconds: 30, ttlSeconds: 5, ms: 135_000 },
])("a heartbeat lapses after $ms ms with threshold $thresholdCount, interval $intervalSeconds s, TTL $ttlSeconds s", ({ ms, ...settings }) => {
  expect(lapseAfterMs(settings)).toBe(ms);
});
