import { assumptionSet, listed } from "../assumptions";
import { alarmRows, noAlarm, type DrillResult } from "../report";
import type { Distribution } from "../statistics";
import { figure, quantity, seconds, shownValue } from "../table";
import type { VerdictLine } from "../verdict";
import { markup, type Markup } from "./markup";
import { bars, lines } from "./plots";
import { marksOf } from "./timeline";
import { recoveryCurve } from "./words";

type Cell = string | Markup;

/** A table; columns of figures are named in `numbers`. */
export function tableOf(head: readonly string[], body: readonly (readonly Cell[])[], numbers: readonly number[] = []): Markup {
  const kind = (column: number): string => (numbers.includes(column) ? "number" : "");
  return markup`<div class="wide"><table><thead><tr>${head.map((cell, column) => markup`<th class="${kind(column)}">${cell}</th>`)}</tr></thead><tbody>${body.map(
    (cells) => markup`<tr>${cells.map((cell, column) => (typeof cell === "string" ? markup`<td class="${kind(column)}">${cell}</td>` : cell))}</tr>`,
  )}</tbody></table></div>`;
}

const outcome = ({ pass, asserted }: VerdictLine): Markup =>
  pass ? markup`<td class="pass">pass</td>` : asserted ? markup`<td class="fail">FAIL</td>` : markup`<td>counted</td>`;

/** Everything that was asked of the drill, with what was measured. */
export const budgets = ({ verdict }: DrillResult): Markup =>
  tableOf(
    ["asked", "measured", "limit", "stretch goal", "result"],
    verdict.lines.map((line) => [
      `${line.what} (${line.id})`,
      quantity(line.measured, line.unit),
      `${line.direction} ${quantity(line.limit, line.unit)}`,
      line.stretch ? `${quantity(line.stretch.limit, line.unit)} ${line.stretch.pass ? "met" : "missed"}` : "",
      outcome(line),
    ]),
    [1, 2, 3],
  );

/** Which alarms sounded, where and when, and whether people were told. */
export const alarms = (result: DrillResult): Markup | undefined =>
  result.alarms && (result.alarms.length === 0 ? markup`<p>${noAlarm(result)}.</p>` : tableOf(["alarm that sounded", "where", "since the fault", "topic"], alarmRows(result.alarms), [2]));

const SHOWN = 20;

/** What the checker found wrong, worst first as it came. */
export function violations({ judgement }: DrillResult): Markup | undefined {
  const { violations: found } = judgement;
  if (found.length === 0) return undefined;
  const rest = found.length > SHOWN ? markup`<p class="soft">and ${found.length - SHOWN} more in the JSON evidence</p>` : undefined;
  return markup`<h2>Violations</h2>${tableOf(["invariant", "what happened"], found.slice(0, SHOWN).map(({ invariant, message }) => [invariant, message]))}${rest}`;
}

/** Where the time of a recovery went. */
export function recovery({ measurement }: DrillResult): Markup {
  const row = (name: string, sample: Distribution | undefined): readonly string[] => [name, seconds(sample?.p50), seconds(sample?.p95), seconds(sample?.p99), seconds(sample?.max), figure(sample?.count)];
  const { split } = measurement;
  return tableOf(
    ["time to recover", "p50", "p95", "p99", "max", "clients"],
    [
      row("from a client's first failed attempt to its next success (RTO)", measurement.rtoMs),
      ...(split ? [row("of it: until DNS gave another answer", split.detectionMs), row("of it: until the client went there (DNS caches)", split.dnsMs), row("of it: until its next success (pauses between attempts)", split.clientMs)] : []),
    ],
    [1, 2, 3, 4, 5],
  );
}

/** The share of the clients that had recovered so many seconds after their first failure. */
export function recoveryPlot({ measurement }: DrillResult): Markup | undefined {
  if (!measurement.rtoMs) return undefined;
  const points = recoveryCurve(measurement);
  const until = Math.max(5, ...points.map(({ x }) => x)) * 1.1;
  return lines({ title: "Share of the clients that had recovered, by time since their first failure", height: 220, until, unit: "s" }, "%", [{ kind: "first", points }]);
}

/** Answers per second, by region, and failures. */
export function throughputPlot({ timeline, story }: DrillResult): Markup | undefined {
  if (!story) return undefined;
  const addresses = Object.keys(story.regions);
  const kinds = ["first", "second"];
  const given = story.seconds.map(({ at, ok, failed }) => ({
    at,
    parts: [...addresses.map((address, index) => ({ value: ok[address] ?? 0, kind: kinds[index] ?? "second" })), { value: failed, kind: "failed" }],
  }));
  const keys = addresses.map((address, index) => markup`<span class="key ${kinds[index] ?? "second"}"></span>answered by ${story.regions[address]}`);
  return markup`<figcaption>Payment attempts per second${keys}<span class="key failed"></span>failed</figcaption>${bars(
    { title: "Payment attempts per second", height: 200, until: story.seconds.length, unit: "s", marks: marksOf(timeline) },
    "/s",
    given,
  )}`;
}

/** How long successful attempts took. */
export function latencyPlot({ timeline, story }: DrillResult): Markup | undefined {
  if (!story) return undefined;
  const points = (of: "p50Ms" | "p99Ms") => story.seconds.flatMap(({ at, [of]: y }) => (y === undefined ? [] : [{ x: at, y }]));
  return markup`<figcaption>Time of successful attempts<span class="key first"></span>p50<span class="key second"></span>p99</figcaption>${lines(
    { title: "Time of successful attempts", height: 180, until: story.seconds.length, unit: "s", marks: marksOf(timeline) },
    "ms",
    [{ kind: "second", points: points("p99Ms") }, { kind: "first", points: points("p50Ms") }],
    5,
  )}`;
}

/** Every assumption with its kind: results hold in a model of AWS under these. */
export const assumptions = ({ provenance }: DrillResult): Markup =>
  tableOf(
    ["kind", "assumption", "value", "source"],
    listed(assumptionSet(provenance.assumptions)).map((each) => [each.kind, each.what, shownValue(each), each.source]),
  );
