import { claim, type DrillResult } from "../report";
import { markup, verbatim, type Markup } from "./markup";
import { alarms, assumptions, budgets, latencyPlot, recovery, recoveryPlot, throughputPlot, violations } from "./sections";
import { STYLE } from "./style";
import { marksOf, timelinePlot } from "./timeline";
import { repeatCommand, whatFailed, whatItCost, whenNoticed } from "./words";

const card = (title: string, texts: readonly string[]): Markup => markup`<section class="card"><h3>${title}</h3>${texts.map((text) => markup`<p>${text}</p>`)}</section>`;

const figureOf = (content: Markup | undefined): Markup | undefined => content && markup`<figure>${content}</figure>`;

const TERMS = [
  ["RTO", "recovery time objective: how long a client could not pay, from its first failed attempt to its next success"],
  ["RPO", "recovery point objective: which acknowledged payments were lost, and how recent they were"],
  ["latch", "what remembers that the primary was left: traffic goes back only by an operator's failback, or where the secondary cannot serve"],
  ["p50, p99", "half of the clients, or 99 of 100, were at or below this; with few clients p99 is the worst"],
  ["kind", "measured here, modelled from AWS's documentation, or assumed"],
] as const;

/** A finished drill for people: one HTML document that needs nothing else. Pure. */
export function reportPage(result: DrillResult): string {
  const { scenario, provenance, verdict, timeline, story } = result;
  const passed = verdict.pass;
  const title = `Drill ${scenario.name}: ${passed ? "pass" : "fail"}`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${verbatim(STYLE)}</style></head><body>
<header><p class="soft">Disaster-recovery drill, ${provenance.time} time${provenance.seed === undefined ? "" : `, seed ${provenance.seed}`}, consistency ${provenance.consistency}, assumptions ${provenance.assumptions}</p>
<h1>${scenario.name} <span class="badge ${passed ? "pass" : "fail"}">${passed ? "PASS" : "FAIL"}</span></h1><p>${claim(result)}</p></header>
<div class="cards">${card("What failed", whatFailed(result))}${card("When the system noticed", whenNoticed(result))}${card("What it cost", whatItCost(result))}</div>
${figureOf(story && markup`<figcaption>What failed, and what the system did about it. Red: failed, unhealthy, in alarm, away from the primary, held out. Seconds since the clients' start.</figcaption>${timelinePlot(story.chronicle, timeline, marksOf(timeline))}`)}
${figureOf(throughputPlot(result))}${figureOf(latencyPlot(result))}
<h2>Recovery</h2>${figureOf(wrapCaption("Share of the clients that had recovered, by seconds since their first failed attempt", recoveryPlot(result)))}${recovery(result)}
${wrapTitle("Alarms", alarms(result))}
<h2>What was asked, and whether it held</h2>${budgets(result)}${violations(result)}
<h2>Assumptions</h2><p class="soft">Figures hold in a model of AWS under these assumptions; a model is no measurement of AWS.</p>${assumptions(result)}
<h2>Repeat it</h2><p><code>${repeatCommand(result)}</code></p><p class="soft">${Object.entries(provenance.versions).map(([name, version]) => `${name} ${version}`).join(" · ")}</p>
<details open><summary>Words used here</summary><ul>${TERMS.map(([term, means]) => markup`<li><strong>${term}</strong>: ${means}</li>`)}</ul></details>
</body></html>
`.html;
}

const wrapCaption = (caption: string, content: Markup | undefined): Markup | undefined => content && markup`<figcaption>${caption}</figcaption>${content}`;

const wrapTitle = (title: string, content: Markup | undefined): Markup | undefined => content && markup`<h2>${title}</h2>${content}`;
