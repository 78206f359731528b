import { judged, nameOf, type FiredAlarm } from "../alarms";
import type { Entry } from "../chronicle";
import type { Measurement } from "../measure";
import type { DrillResult } from "../report";
import { seconds } from "../table";

/** Names keep their small letters. */
const sentence = (text: string): string => (/^[a-z]+-/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);

const share = (value: number | undefined): string => (value === undefined ? "-" : `${(value * 100).toFixed(1)} %`);

/** What failed, for readers who know nothing of this project. */
export function whatFailed({ scenario, timeline, story }: DrillResult): readonly string[] {
  const { startedAt, faultAt } = timeline;
  if (faultAt === undefined) return ["Nothing was broken in this drill."];
  const faults = [...new Set((story?.chronicle ?? []).filter(({ lane, state }) => lane === "fault" && state === "bad").map(({ text }) => text))];
  return [sentence(`${seconds(faultAt - startedAt)} after the clients' start ${scenario.what}`), ...faults.slice(0, 6).map(sentence)];
}

function alarmCount(alarms: readonly FiredAlarm[]): string {
  const { size } = new Set(alarms.map(({ ref }) => ref));
  return `${size} alarm${size === 1 ? "" : "s"}`;
}

/** When the system noticed, from its own signals. */
export function whenNoticed({ timeline, story, alarms: fired = [] }: DrillResult): readonly string[] {
  const { faultAt, dnsFlippedAt } = timeline;
  if (faultAt === undefined || !story) return ["There was nothing to notice."];
  const after = (test: (entry: Entry) => boolean): Entry | undefined => story.chronicle.find((entry) => entry.at >= faultAt && test(entry));
  const health = after(({ lane, state }) => lane === "health" && state === "bad");
  const latch = after(({ lane, text }) => lane === "latch" && text.includes("evacuated"));
  const alarms = judged(fired).filter(({ at }) => at >= faultAt);
  const since = (at: number): string => `${seconds(at - faultAt)} after the fault`;
  return [
    health ? `Route 53 found ${health.subject} unhealthy ${since(health.at)}.` : "Route 53's health checks saw nothing.",
    dnsFlippedAt === undefined ? "DNS kept its answer." : `DNS answered the other region ${since(dnsFlippedAt)}.`,
    latch ? `The latch held the primary out ${since(latch.at)}, so that traffic returns only when people say so.` : "The latch did not move.",
    alarms[0] ? `${alarmCount(alarms)} sounded, the first (${nameOf(alarms[0].ref)} in ${alarms[0].region}) ${since(alarms[0].at)}.` : "No alarm sounded before the drill ended.",
  ];
}

/** What it cost those who pay. */
export function whatItCost({ measurement, judgement, provenance }: DrillResult): readonly string[] {
  const { rtoMs, availability, payments, attemptsPerPayment } = measurement;
  const hit = measurement.clients.filter((client) => client.rtoMs !== undefined).length;
  const { names, causes } = measurement.refused;
  return [
    ...(names.length === 0 ? [] : [`${names.length} further clients were refused before the fault as after it (${causes.join(", ")}).`]),
    `${hit} of ${measurement.clients.length} clients could not pay for a while${rtoMs ? `: half of them for at most ${seconds(rtoMs.p50)}, the worst for ${seconds(rtoMs.max)}` : ""}.`,
    `${judgement.lost.length} of ${judgement.acknowledged} acknowledged payments were lost and ${judgement.doubled} were doubled${provenance.consistency === "eventual" ? " (eventual consistency: losses are possible by design)" : ""}.`,
    `${share(availability.after)} of the attempts from the fault on succeeded (${share(availability.before)} before); ${payments.unanswered} of ${payments.made} payments had no answer in the end, at ${attemptsPerPayment?.toFixed(2) ?? "-"} attempts each.`,
  ];
}

/** The clients' recovery times in order, each with the share of clients that had recovered by then: 0..1. */
export function recoveryCurve({ clients }: Measurement): readonly { readonly x: number; readonly y: number }[] {
  const hit = clients.flatMap(({ rtoMs }) => (rtoMs === undefined ? [] : [rtoMs]));
  const finite = hit.filter((ms) => ms < Infinity).sort((a, b) => a - b);
  return [{ x: 0, y: 0 }, ...finite.flatMap((ms, index) => [{ x: ms / 1000, y: (index / hit.length) * 100 }, { x: ms / 1000, y: ((index + 1) / hit.length) * 100 }])];
}

/** How to get the same again. */
export function repeatCommand({ scenario, provenance }: DrillResult): string {
  const { seed, time, assumptions, consistency, client } = provenance;
  const stack = String(provenance.config["stack"] ?? "local");
  return `npm run drill -- --scenario ${scenario.name}${time === "virtual" ? ` --virtual --seed ${seed ?? 1}` : ""} --stack ${stack} --consistency ${consistency} --assumptions ${assumptions}${client === undefined ? "" : ` --client ${client}`}`;
}

