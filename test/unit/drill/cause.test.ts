import { neverRecovered, refusedClients } from "../../../drill/cause";
import { Recorder, type Outcome } from "../../../drill/history";

const OK: Outcome = { type: "ok", value: { status: 201, address: "P", payment: { paymentId: "pay", customerId: "c", amount: 1, currency: "USD", status: "ACCEPTED", region: "r", createdAt: "t" } } };
const forbidden = (message: string): Outcome => ({ type: "fail", value: { code: "FORBIDDEN", message, status: 403, address: "P" } });
const REFUSED: Outcome = { type: "fail", value: { code: "CONNECTION_REFUSED", message: "", address: "P" } };
const BUSY: Outcome = { type: "info", value: { code: "OUTCOME_UNKNOWN", message: "", status: 503, address: "P" } };

const EXPIRED = forbidden("Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)");
const EARLY = forbidden("Signature not yet current: 20260101T001000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)");
const INVALID = forbidden("The security token included in the request is invalid.");
const TOKEN_EXPIRED = forbidden("The security token included in the request is expired");
const SCOPE = forbidden("Credential should be scoped to a valid region, not 'us-east-1'.");

/** One client's payments, each with one attempt that ended so; undefined = no answer yet. */
function historyOf(clients: Readonly<Record<string, readonly (Outcome | undefined)[]>>) {
  const recorder = new Recorder({ now: () => 0 });
  for (const [name, outcomes] of Object.entries(clients)) {
    outcomes.forEach((outcome, index) => {
      const op = recorder.invoke(name, { f: "pay", value: { customerId: name, key: String(index), amount: 1, currency: "USD", attempt: 1 } });
      if (outcome) recorder.complete(op, outcome);
    });
  }
  return recorder.history;
}

describe("clients that the system never takes are told from those that a fault hit", () => {
  test.each<readonly [string, readonly (Outcome | undefined)[], readonly string[] | undefined]>([
    ["every answer is a 403", [EXPIRED, EARLY], ["signature date"]],
    ["what found nobody is no answer", [EXPIRED, REFUSED, undefined], ["signature date"]],
    ["each reason once", [INVALID, SCOPE, TOKEN_EXPIRED, INVALID], ["signature scope", "token expired", "token invalid"]],
    ["a 403 with other words keeps its code", [forbidden("by policy")], ["FORBIDDEN"]],
    ["who paid once was taken", [OK, EXPIRED], undefined],
    ["who got another answer was taken", [EXPIRED, BUSY], undefined],
    ["who never got an answer was not refused", [REFUSED, undefined], undefined],
    ["who never tried was not refused", [], undefined],
  ])("%s", (_name, outcomes, causes) => {
    expect(refusedClients(historyOf({ c: outcomes, other: [OK] }), ["c", "other"])).toEqual({ names: causes ? ["c"] : [], causes: causes ?? [] });
  });
});

test("clients that never recovered are counted with the last words that they heard", () => {
  const history = historyOf({ a: [OK, SCOPE], b: [OK, REFUSED], c: [OK, BUSY, REFUSED], d: [OK] });
  expect(neverRecovered(history, ["a", "b", "c"])).toEqual({ clients: 3, cause: "CONNECTION_REFUSED, signature scope" });
  expect(neverRecovered(history, ["d"])).toEqual({ clients: 1, cause: "no answer" });
  expect(neverRecovered(history, [])).toBeUndefined();
});
