import { decide, STATES, type Latch, type State } from "../../../lambda/switch/logic";
import { operate, OPERATIONS } from "../../../lambda/switch/operate";

const NOW = 5_000_000;
const latchIn = (state: State): Latch | undefined => (state === "initial" ? undefined : { state, since: 1, heartbeatAt: 2, version: 4 });

describe("what operators may ask of the latch", () => {
  test.each([
    ["failover", "initial", "NOT_IN_SERVICE"],
    ["failover", "primary", "evacuated"],
    ["failover", "evacuated", "ALREADY_EVACUATED"],
    ["failover", "returning", "evacuated"],
    ["failback", "initial", "NOT_EVACUATED"],
    ["failback", "primary", "NOT_EVACUATED"],
    ["failback", "evacuated", "returning"],
    ["failback", "returning", "ALREADY_RETURNING"],
  ] as const)("%s in %s: %s", (operation, from, expected) => {
    const decision = operate(operation, latchIn(from), NOW);
    expect("latch" in decision ? decision.latch.state : decision.refused).toBe(expected);
  });

  test("is told for every state, once, with a reason that people can act on", () => {
    const keys = OPERATIONS.map(({ operation, from }) => `${operation} ${from}`);
    expect([...keys].sort()).toEqual(["failover", "failback"].flatMap((operation) => STATES.map((state) => `${operation} ${state}`)).sort());
    expect(OPERATIONS.filter(({ because }) => because.length < 20)).toEqual([]);
  });

  test("an ordered evacuation lives until DNS has followed, and lapses if it never does", () => {
    const decision = operate("failover", latchIn("primary"), NOW);
    if (!("latch" in decision)) throw new Error("refused");
    expect(decision.latch).toEqual({ state: "evacuated", since: NOW, version: 5 });
    const seen = { secondaryVerdict: "good", lapseAfterMs: 60_000, settleMs: 15_000 } as const;
    expect(decide(decision.latch, { ...seen, dns: "primary", nowMs: NOW + 60_000 }).state).toBe("evacuated");
    expect(decide(decision.latch, { ...seen, dns: "primary", nowMs: NOW + 60_001 })).toMatchObject({ state: "primary", alert: "latch.lapsed" });
    expect(decide(decision.latch, { ...seen, dns: "secondary", nowMs: NOW + 20_000 })).toMatchObject({ state: "evacuated", write: "heartbeat" });
  });
});
