import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followChronicle } from "../../../drill/chronicle";
import { judge } from "../../../drill/checker";
import { Recorder } from "../../../drill/history";
import { measure } from "../../../drill/measure";
import { markup } from "../../../drill/page/markup";
import { reportPage } from "../../../drill/page/page";
import { ticks } from "../../../drill/page/plots";
import { evidence, textReport, type DrillResult } from "../../../drill/report";
import { scenarioNamed } from "../../../drill/scenarios/index";
import { secondsOf } from "../../../drill/series";
import { verdict } from "../../../drill/verdict";
import type { LoggedEvent } from "../../../twin/kernel/kernel";

/** A drill of which nothing but the replicas was gathered. */
const UNSEEN = { consistency: "strong", at: 0, snapshots: [], derived: {}, routing: { answers: [], latch: [], secondary: [], held: [], secondaryAiledUntil: -Infinity }, invocations: 0 } as const;

const START = Date.UTC(2026, 0, 1);
const EAST = "127.0.0.1";
const OHIO = "127.0.0.2";

/** Two clients: one pays before and after, one never again; their words are hostile to HTML. */
function history() {
  let now = START;
  const recorder = new Recorder({ now: () => now });
  const pay = (at: number, process: string, key: string, address: string | undefined, ms = 20) => {
    now = START + at;
    const request = { customerId: process, key, amount: 100, currency: "EUR", attempt: 1 };
    const op = recorder.invoke(process, { f: "pay", value: request });
    now += ms;
    const payment = { paymentId: `pay_${process}_${key}`, customerId: process, amount: 100, currency: "EUR", status: "ACCEPTED", region: "us-east-1", createdAt: "2026-01-01T00:00:00.000Z" };
    if (address) recorder.complete(op, { type: "ok", value: { status: 201, payment, address } });
    else recorder.complete(op, { type: "fail", value: { code: "CONNECTION_REFUSED", message: "<script>alert(1)</script>", address: EAST } });
  };
  pay(1_000, "a", "k1", EAST);
  pay(1_500, "b", "k1", EAST);
  pay(10_500, "a", "k2", undefined);
  pay(10_600, "b", "k2", undefined);
  pay(29_000, "a", "k2", OHIO, 400);
  return recorder.history;
}

const event = (at: number, kind: string, data: Record<string, unknown>): LoggedEvent => ({ at: START + at, kind, data });

/** What a system in trouble tells, with a latch that follows DNS. */
function chronicle() {
  let tell: (given: LoggedEvent) => void = () => undefined;
  let latch = "primary";
  const end = followChronicle(
    { now: () => START + 40_000, observe: (observer) => ((tell = observer), () => undefined) },
    { latch: () => latch, describe: (fault) => `${fault.region ?? ""} is gone <&>` },
  );
  tell(event(10_000, "fault.added", { id: "fault-1", kind: "outage", region: "us-east-1" }));
  tell(event(26_000, "route53.health", { name: "health-us-east-1", healthy: false }));
  latch = "evacuated";
  tell(event(27_000, "route53.answer", { role: "SECONDARY" }));
  tell(event(29_000, "cloudwatch.alarm", { name: "table-errors", region: "us-east-2", state: "ALARM" }));
  tell(event(30_000, "cloudwatch.alarm", { name: "quiet-one", region: "us-east-2", state: "OK" }));
  tell(event(35_000, "fault.removed", { id: "fault-1" }));
  return end();
}

function result(): DrillResult {
  const lines = history();
  const scenario = scenarioNamed("region-lost");
  const timeline = { startedAt: START, faultAt: START + 10_000, dnsFlippedAt: START + 27_000, arrivalsEndedAt: START + 40_000, endedAt: START + 40_000 };
  const judgement = judge(lines, { ...UNSEEN, replicas: { "us-east-1": [], "us-east-2": [] }, reachable: ["us-east-1", "us-east-2"] });
  const measurement = measure(lines, ["a", "b"], judgement, timeline);
  const context = { client: "dns-only", consistency: "strong", assumptions: "documented" } as const;
  return {
    scenario,
    provenance: { seed: 7, time: "virtual", consistency: "strong", assumptions: "documented", config: { stack: "local" }, versions: { node: "v24" } },
    timeline,
    measurement,
    judgement,
    alarms: [
      { ref: "payments-table-errors@secondary", region: "us-east-2", at: START + 29_000, sinceFaultMs: 19_000, notified: true, because: "" },
      { ref: "payments-api-5xx@primary", region: "us-east-1", at: START + 31_000, sinceFaultMs: 21_000, notified: false, untold: "no key & no policy", because: "" },
      { ref: "payments-control-unreadable@secondary", region: "us-east-2", at: START + 12_000, sinceFaultMs: 2_000, notified: true, because: "", ofDeployment: true },
    ],
    verdict: verdict(scenario, context, measurement, judgement),
    story: { chronicle: chronicle(), seconds: secondsOf(lines, START, START + 40_000), regions: { [EAST]: "us-east-1", [OHIO]: "us-east-2" } },
  };
}

const VOID = new Set(["meta"]);

/** Tags that are left open, or closed without having been opened. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  for (const [, closing, name = "", own] of html.replace(/<!doctype html>|<style>[^<]*<\/style>/g, "").matchAll(/<(\/?)([a-z0-9]+)\b[^>]*?(\/?)>/g)) {
    if (own || (VOID.has(name) && !closing)) continue;
    if (!closing) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [`</${name}> closes <${open.at(-1) ?? "nothing"}>`];
  }
  return open;
}

describe("a reader of the report", () => {
  const page = reportPage(result());

  test("gets a whole document that needs nothing from elsewhere", () => {
    expect(unbalanced(page)).toEqual([]);
    expect(page).not.toMatch(/https?:|url\(|<script|<link|<img|NaN|undefined|\[object/);
  });

  test("is told what failed, when it was noticed and what it cost", () => {
    expect(page).toContain("Route 53 found health-us-east-1 unhealthy 16.0 s after the fault.");
    expect(page).toContain("DNS answered the other region 17.0 s after the fault.");
    expect(page).toContain("The latch held the primary out 17.0 s after the fault");
    expect(page).toContain("2 alarms sounded, the first (payments-table-errors in us-east-2) 19.0 s after the fault.");
    expect(page).toContain("2 of 2 clients could not pay for a while");
    expect(page).toContain("the worst for never");
  });

  test("sees FAIL and the violations where payments were lost", () => {
    expect(page).toContain('<span class="badge fail">FAIL</span>');
    expect(page).toContain("<h2>Violations</h2>");
  });

  test("sees each thing that was in alarm, and none that was not", () => {
    expect(page).toContain("table-errors in us-east-2: ALARM, from 29.0 s");
    expect(page).not.toContain("quiet-one in");
  });

  test("is told which alarms sounded, where, when and whether people were told", () => {
    expect(page).toContain("<h2>Alarms</h2>");
    const cells = page.replace(/<[^>]+>/g, "|").replace(/[|\n]+/g, "|");
    expect(cells).toContain("|payments-table-errors|us-east-2|19.0 s|told|");
    expect(cells).toContain("|payments-api-5xx|us-east-1|21.0 s|told nobody: no key &amp; no policy|");
    expect(cells).toContain("|payments-control-unreadable|us-east-2|2.0 s|told; of a minute of the deployment, not judged|");
    const text = textReport(result());
    expect(text).toMatch(/payments-api-5xx +us-east-1 +21\.0 s +told nobody: no key & no policy/);
    expect(JSON.parse(JSON.stringify(evidence(result())))).toMatchObject({ alarms: [{ ref: "payments-table-errors@secondary", sinceFaultMs: 19_000, notified: true }, { notified: false }, { ofDeployment: true }] });
  });

  test("learns that silence is no finding where the drill was short", () => {
    const silent = { ...result(), alarms: [] };
    for (const shown of [textReport(silent), reportPage(silent)]) expect(shown).toMatch(/no alarm sounded in the \d+\.\d s until the end; alarms look at whole minutes/);
  });

  test("finds the command that gives the same again", () => {
    expect(page).toContain("npm run drill -- --scenario region-lost --virtual --seed 7 --stack local");
  });

  const chromium = spawnSync("chromium", ["--version"]).status === 0;
  (chromium ? test : test.skip)("can open it in a browser", () => {
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    const file = join(folder, "report.html");
    writeFileSync(file, page);
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-logging=stderr", `--user-data-dir=${folder}`, "--dump-dom", `file://${file}`];
    const { stdout, stderr } = spawnSync("chromium", flags, { encoding: "utf8", timeout: 60_000 });
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    expect(stdout).toContain("Route 53 found health-us-east-1 unhealthy");
    expect(stderr).not.toMatch(/CONSOLE/);
  });
});

test("texts of clients and of AWS stay texts", () => {
  expect(markup`<p title="${'"'}">${"<b>&'"}${[markup`<i>${1}</i>`, undefined, false]}</p>`.html).toBe('<p title="&quot;">&lt;b&gt;&amp;&#39;<i>1</i></p>');
});

test.each([
  [100, 4, [0, 50, 100]],
  [23, 5, [0, 5, 10, 15, 20]],
  [0.9, 4, [0, 0.5]],
  [0, 4, [0]],
])("an axis up to %p has round figures", (high, most, expected) => {
  expect(ticks(high, most)).toEqual(expected);
});

test("a second's successes are told by the region that answered, and failures apart", () => {
  const seconds = secondsOf(history(), START, START + 30_000);
  expect(seconds[1]).toMatchObject({ at: 1, ok: { [EAST]: 2 }, failed: 0, p50Ms: 20 });
  expect(seconds[10]).toMatchObject({ ok: {}, failed: 2, p50Ms: undefined });
  expect(seconds[29]).toMatchObject({ ok: { [OHIO]: 1 }, p99Ms: 400 });
});
