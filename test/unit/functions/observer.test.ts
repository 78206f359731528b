import { entryOf, messageOf } from "../../../lambda/observer/announce";
import { GAP_MS, observe, type Look, type Observed } from "../../../lambda/observer/logic";
import { fromObserverItem, toObserverItem } from "../../../lambda/observer/store";
import { START } from "../../helpers/runtime";

const WELL = { primary: true, secondary: true };
const look = (seconds: number, more: Partial<Look> = {}): Look => ({ at: START + 1000 * seconds, healthy: WELL, latchState: "primary", dns: "primary", ...more });

/** The memory after looks, one after the other, and all that was announced. */
function after(...looks: readonly Look[]): { readonly observed: Observed; readonly told: readonly string[] } {
  let observed: Observed | undefined;
  const told: string[] = [];
  for (const one of looks) {
    const outcome = observe(observed, one);
    observed = outcome.observed;
    told.push(...outcome.transitions.map(({ subject, from, to }) => `${subject}: ${from} -> ${to}`));
  }
  if (!observed) throw new Error("no look");
  return { observed, told };
}
const LOST = { healthy: { primary: false, secondary: true } };

describe("a failback is told since when the primary has been healthy", () => {
  test("from the first of an unbroken row of good looks", () => {
    expect(after(look(0), look(10), look(20)).observed).toMatchObject({ observedAt: START + 20_000, primaryHealthySince: START, version: 3 });
  });

  test("a single failed look takes it away, and the next good one starts anew", () => {
    expect(after(look(0), look(10, LOST)).observed).not.toHaveProperty("primaryHealthySince");
    expect(after(look(0), look(10, LOST)).observed).toMatchObject({ secondaryHealthySince: START });
    expect(after(look(0), look(10, LOST), look(20)).observed.primaryHealthySince).toBe(START + 20_000);
  });

  test("a time without looks is no proof of health", () => {
    expect(after(look(0), look(GAP_MS / 1000)).observed.primaryHealthySince).toBe(START);
    expect(after(look(0), look(GAP_MS / 1000 + 1)).observed.primaryHealthySince).toBe(START + GAP_MS + 1000);
  });
});

describe("people hear of a change once", () => {
  test.each<[string, readonly Look[], readonly string[]]>([
    ["nothing at the first look, whatever it sees", [look(0, { ...LOST, dns: "secondary", latchState: "evacuated" })], []],
    ["nothing of one lost packet", [look(0), look(10), look(20, LOST), look(30), look(40)], []],
    ["a lost primary at the second failed look, and its return", [look(0), look(10), look(20, LOST), look(30, LOST), look(40, LOST), look(50), look(60)], ["primary: healthy -> unhealthy", "primary: unhealthy -> healthy"]],
    ["DNS and the latch at once", [look(0), look(10, { dns: "secondary", latchState: "evacuated" }), look(20, { dns: "secondary", latchState: "evacuated" })], ["dns: primary -> secondary", "latch: primary -> evacuated"]],
    ["nothing of what could not be read", [look(0), look(10, { dns: "unknown", latchState: undefined }), look(20)], []],
    ["what happened while it could not be read", [look(0), look(10, { latchState: undefined }), look(20, { latchState: "evacuated" })], ["latch: primary -> evacuated"]],
  ])("%s", (_, looks, expected) => {
    expect(after(...looks).told).toEqual(expected);
  });

  test("in a message whose subject SNS takes and whose shape programs can read", () => {
    const { observed } = after(look(0, { dns: "secondary" }));
    const { subject, message } = messageOf("dev.payments.example.com", { subject: "dns", from: "primary", to: "secondary" }, observed);
    expect(subject).toBe("dev.payments.example.com: DNS answers the secondary, was primary");
    expect(JSON.parse(message)).toEqual({
      source: "payments-observer",
      hostname: "dev.payments.example.com",
      subject: "dns",
      from: "primary",
      to: "secondary",
      at: "2026-11-21T06:50:00.000Z",
      text: "DNS answers the secondary, was primary",
      latchState: "primary",
      dns: "secondary",
    });
    expect(messageOf("a".repeat(120), { subject: "dns", from: "primary", to: "secondary" }, observed).subject).toHaveLength(100);
  });

  test("and the trail names the look, so that a repeat appends nothing", () => {
    const { observed } = after(look(0), look(10));
    expect(entryOf({ subject: "latch", from: "primary", to: "evacuated" }, observed)).toMatchObject({ id: "observer-2-latch", actor: "observer", step: "latch", outcome: "observed" });
  });
});

test("operators' commands read back what the observer stored", () => {
  for (const { observed } of [after(look(0)), after(look(0), look(10, { ...LOST, latchState: undefined, dns: "unknown" }))]) {
    expect(fromObserverItem(toObserverItem(observed))).toEqual(observed);
  }
  expect(() => fromObserverItem({ ...toObserverItem(after(look(0)).observed), dns: { S: "elsewhere" } })).toThrow("no valid dns");
});
