import { attemptsOf, logicalPayments, Recorder, type Outcome, type PayRequest } from "../../../drill/history";

const request = (customerId: string, key: string, attempt = 1): PayRequest => ({ customerId, key, amount: 100, currency: "USD", attempt });
const lost: Outcome = { type: "info", value: { code: "TIMEOUT", message: "no answer" } };
const refused: Outcome = { type: "fail", value: { code: "CONNECTION_REFUSED", message: "refused" } };

const recorder = (): { readonly clock: { time: number; now(): number }; readonly recorder: Recorder } => {
  const clock = {
    time: 0,
    now(): number {
      return this.time;
    },
  };
  return { clock, recorder: new Recorder(clock) };
};

describe("the history", () => {
  test("pairs calls of one client that overlap, each with its own end", () => {
    const { clock, recorder: history } = recorder();
    const first = history.invoke("c1", { f: "pay", value: request("c1", "a") });
    clock.time = 10;
    const second = history.invoke("c1", { f: "pay", value: request("c1", "b") });
    clock.time = 20;
    history.complete(second, refused);
    clock.time = 30;
    history.complete(first, lost);
    expect(attemptsOf(history.history, "pay").map(({ request: { key }, invokedAt, completedAt, outcome }) => [key, invokedAt, completedAt, outcome?.type])).toEqual([
      ["a", 0, 30, "info"],
      ["b", 10, 20, "fail"],
    ]);
    expect(history.history.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  test("a call still open at the end has an unknown outcome, not none", () => {
    const { recorder: history } = recorder();
    history.invoke("c1", { f: "pay", value: request("c1", "a") });
    expect(attemptsOf(history.history, "pay")).toMatchObject([{ outcome: undefined, completedAt: Infinity }]);
  });

  test("reads are no payments", () => {
    const { recorder: history } = recorder();
    history.invoke("c1", { f: "read", value: { paymentId: "pay_x" } });
    expect(attemptsOf(history.history, "pay")).toEqual([]);
    expect(attemptsOf(history.history, "read")).toMatchObject([{ request: { paymentId: "pay_x" } }]);
  });

  test("attempts with one key are one payment; the same key of another customer is another", () => {
    const { recorder: history } = recorder();
    for (const [customer, key, attempt] of [["c1", "k", 1], ["c2", "k", 1], ["c1", "k", 2]] as const) {
      history.complete(history.invoke(customer, { f: "pay", value: request(customer, key, attempt) }), lost);
    }
    expect(logicalPayments(history.history).map(({ process, attempts }) => [process, attempts.length])).toEqual([
      ["c1", 2],
      ["c2", 1],
    ]);
  });

  test("a call cannot complete twice: that would make a lost answer look like one", () => {
    const { recorder: history } = recorder();
    const op = history.invoke("c1", { f: "pay", value: request("c1", "a") });
    history.complete(op, lost);
    expect(() => history.complete(op, refused)).toThrow(RangeError);
  });
});
