import { assumptionSet, ASSUMPTION_SETS, listed } from "../assumptions";
import { missingParameters, PUBLISHED } from "../back-test";
import { replayCommand, type Simulation } from "../run/simulation-report";
import { figure, quantity, seconds, shownValue } from "../table";
import { markup, verbatim, type Markup } from "./markup";
import { lines } from "./plots";
import { tableOf } from "./sections";
import { STYLE } from "./style";

const KINDS = ["first", "second"] as const;

/** The share of clients that had recovered, by seconds, a line for each set of assumptions. */
function recoveries({ curves }: Simulation): Markup | undefined {
  const sets = Object.entries(curves);
  if (sets.length === 0) return undefined;
  const given = sets.map(([, curve], index) => ({ kind: KINDS[index] ?? "second", points: curve.map(([ms, share]) => ({ x: ms / 1000, y: share * 100 })) }));
  const until = Math.max(5, ...given.flatMap(({ points }) => points.map(({ x }) => x))) * 1.05;
  const keys = sets.map(([set], index) => markup`<span class="key ${KINDS[index] ?? "second"}"></span>${set}`);
  return markup`<figure><figcaption>Share of the clients that had recovered, by seconds since their first failed attempt; drills in which the primary was left${keys}</figcaption>${lines(
    { title: "Share of the clients that had recovered", height: 240, until, unit: "s" },
    "%",
    given,
  )}</figure>`;
}

function failures({ failed }: Simulation): Markup | undefined {
  if (failed.length === 0) return undefined;
  return markup`<h2>Failed drills</h2>${tableOf(
    ["seed", "scenario", "what was missed", "again"],
    failed.map((drill) => [String(drill.seed), `${drill.scenario}, ${drill.consistency}, ${drill.assumptions}`, drill.failed.join("; "), replayCommand(drill)]),
  )}`;
}

const backTest = (): Markup =>
  markup`<h2>Held against published measurements</h2>${PUBLISHED.map((published) => {
    const missing = missingParameters(published);
    const verdict = missing.length === 0 ? "It states what a comparison needs" : `Left out, since it does not state, or does not have: ${missing.join(", ")}`;
    return markup`<p>${published.source}: ${published.totalSeconds} s in all, ${published.dnsSeconds} s of it ${published.dnsPart}. ${verdict}; ${published.because}.</p>`;
  })}`;

/** Many drills for people: one HTML document that needs nothing else. Pure. */
export function simulationPage(simulation: Simulation, perSecond: number): string {
  const { drills, failed, pass, rtoMs, byScenario, budgets } = simulation;
  const title = `${drills} simulated drills: ${pass ? "pass" : "fail"}`;
  const claim = `In a model of AWS with the listed assumptions, ${drills - failed.length} of ${drills} drills met what was asked of them. ${simulation.acknowledged} payments were acknowledged; in strong mode ${simulation.lost} were lost and ${simulation.doubled} doubled; in eventual mode, where losses are possible by design and counted, ${simulation.eventual.lost} and ${simulation.eventual.doubled}.`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${verbatim(STYLE)}</style></head><body>
<header><p class="soft">Disaster-recovery drills in virtual time, ${figure(perSecond, 1)} a second</p><h1>${String(drills)} simulated drills <span class="badge ${pass ? "pass" : "fail"}">${pass ? "PASS" : "FAIL"}</span></h1><p>${claim}</p></header>
${recoveries(simulation)}
${tableOf(
    ["time to recover, region lost", "p50", "p95", "p99", "max", "clients"],
    Object.entries(rtoMs).map(([set, { p50, p95, p99, max, count }]) => [`${set} assumptions`, seconds(p50), seconds(p95), seconds(p99), seconds(max), figure(count)]),
    [1, 2, 3, 4, 5],
  )}
<h2>Budgets over all drills</h2>${tableOf(["asked", "measured", "limit", "result"], budgets.map((line) => [line.what, quantity(line.measured, line.unit), quantity(line.limit, line.unit), markup`<td class="${line.pass ? "pass" : "fail"}">${line.pass ? "pass" : "FAIL"}</td>`]), [1, 2])}
${failures(simulation)}
<h2>Scenarios</h2>${tableOf(["scenario", "drills", "failed"], Object.entries(byScenario).map(([name, of]) => [name, figure(of.drills), figure(of.failed)]), [1, 2])}
${backTest()}
<h2>Assumptions</h2>${ASSUMPTION_SETS.map((set) => markup`<h3>${set}</h3>${tableOf(["kind", "assumption", "value", "source"], listed(assumptionSet(set)).map((each) => [each.kind, each.what, shownValue(each), each.source]))}`)}
</body></html>
`.html;
}
