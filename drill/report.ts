import { isoTime } from "../lambda/shared/clock";
import { nameOf, type FiredAlarm } from "./alarms";
import { assumptionSet, listed, type AssumptionSetName, type ConsistencyMode } from "./assumptions";
import type { NeverRecovered } from "./cause";
import type { Judgement } from "./checker";
import type { Entry } from "./chronicle";
import type { Ending } from "./ending";
import type { Measurement, Timeline } from "./measure";
import type { Scenario } from "./scenario";
import type { Second } from "./series";
import type { Distribution } from "./statistics";
import { figure, quantity, seconds, shownValue, table } from "./table";
import type { Verdict, VerdictLine } from "./verdict";

/** What a reader needs to repeat the drill. */
export interface Provenance {
  /** Reproduces a drill in virtual time; absent in real time. */
  readonly seed?: number;
  readonly time: "virtual" | "real";
  readonly consistency: ConsistencyMode;
  readonly assumptions: AssumptionSetName;
  /** How clients find the system and sign; absent for DNS alone. */
  readonly client?: string;
  /** The stack's config as used. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What ran: the project's version, Node's, the bundles' hashes. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What happened, moment by moment: for the report page. */
export interface Story {
  /** What the system did, oldest first. */
  readonly chronicle: readonly Entry[];
  /** What clients saw, second by second. */
  readonly seconds: readonly Second[];
  /** The region of each address, the primary first. */
  readonly regions: Readonly<Record<string, string>>;
}

/** A finished and judged drill. */
export interface DrillResult {
  readonly scenario: Scenario;
  readonly provenance: Provenance;
  readonly timeline: Timeline;
  readonly measurement: Measurement;
  readonly judgement: Judgement;
  /** Absent where nobody could look. */
  readonly ending?: Ending;
  /** That sounded, in their order; absent where nobody could listen. */
  readonly alarms?: readonly FiredAlarm[];
  readonly verdict: Verdict;
  /** Clients that could not pay again, and why; absent when all could. */
  readonly never?: NeverRecovered;
  /** Absent where nobody gathered it. */
  readonly story?: Story;
}

/** Violations shown in the text; the evidence has all. */
const SHOWN = 10;

/** The report as plain text for a terminal. Pure. */
export function textReport(result: DrillResult): string {
  const { scenario, provenance, measurement, verdict } = result;
  const passed = verdict.pass ? "PASS" : "FAIL";
  return [
    `Drill ${scenario.name}: ${passed}`,
    claim(result),
    ...neverLine(result),
    ...refusedLine(result),
    `${provenance.time} time${provenance.seed === undefined ? "" : `, seed ${provenance.seed}`}, ${scenario.clients} clients${provenance.client === undefined ? "" : ` (${provenance.client})`}, consistency ${provenance.consistency}`,
    recoveryTable(measurement),
    loadTable(measurement),
    ...alarmTable(result),
    budgetTable(verdict),
    ...violationLines(result.judgement),
    assumptionTable(provenance.assumptions),
  ].join("\n\n") + "\n";
}

/** What the drill showed, worded as a result in a model. */
export function claim({ scenario, provenance, measurement, judgement }: DrillResult): string {
  const hit = measurement.clients.filter(({ rtoMs }) => rtoMs !== undefined);
  const back = hit.filter(({ rtoMs }) => rtoMs !== Infinity).length;
  return (
    `In a model of AWS with the listed assumptions (${provenance.assumptions}), ${scenario.what}: ` +
    `${hit.length} of ${measurement.clients.length} clients were hit, ${back} of ${hit.length} could pay again; of ${judgement.acknowledged} acknowledged payments ` +
    `${judgement.lost.length} were lost; ${judgement.doubled} were doubled.`
  );
}

const neverLine = ({ never }: DrillResult): readonly string[] =>
  never ? [`recovered: never; cause: ${never.cause} (${never.clients} clients)`] : [];

const refusedLine = ({ measurement: { refused } }: DrillResult): readonly string[] =>
  refused.names.length === 0 ? [] : [`refused before and after the fault: ${refused.names.length} clients; cause: ${refused.causes.join(", ")}. What follows is of the other clients`];

const row = (name: string, sample: Distribution | undefined): readonly string[] => [
  name,
  seconds(sample?.p50),
  seconds(sample?.p95),
  seconds(sample?.p99),
  seconds(sample?.max),
  figure(sample?.count),
];

function recoveryTable({ rtoMs, split }: Measurement): string {
  const parts = split
    ? [row("  detection, until DNS answers the other region", split.detectionMs), row("  DNS, until the client goes there", split.dnsMs), row("  client, until its next success", split.clientMs)]
    : [];
  return table([["time to recover", "p50", "p95", "p99", "max", "clients"], row("first failure to next success (RTO)", rtoMs), ...parts]);
}

const percent = (share: number | undefined): string => (share === undefined ? "-" : `${figure(share * 100, 1)} %`);

function loadTable({ payments, availability, acknowledgedPerSecond, attemptsPerPayment, rpo, drainMs, duplicates, returns, effects }: Measurement): string {
  const { before, during, after } = acknowledgedPerSecond;
  return [
    table([
      ["load", "before the fault", "until all had recovered", "afterwards"],
      ["payments acknowledged per second (goodput)", figure(before, 1), figure(during, 1), figure(after, 1)],
    ]),
    `attempts that succeeded: ${percent(availability.before)} before the fault, ${percent(availability.after)} since`,
    `${payments.made} payments made, ${payments.acknowledged} acknowledged, ${figure(attemptsPerPayment, 2)} attempts each; RPO ${rpo.payments} payments, ${quantity(rpo.ms, "ms")}`,
    `backlog: ${drainMs === undefined ? "no way out was seen" : `no payment waited any more ${seconds(drainMs)} after DNS moved or the fault was removed`}`,
    `returns of traffic to the primary: ${returns.all}, of them unverified: ${returns.unverified}; told twice in a region: ${duplicates.events} events, ${duplicates.receipts} receipts`,
    `external calls per payment would have been ${figure(effects.perPayment, 2)} (${effects.calls} runs of the function that takes payments, ${payments.acknowledged} payments): whatever it called outside the table must be idempotent`,
  ].join("\n");
}

/** Which alarms sounded, where, when after the fault, and whether people were told. */
export const alarmRows = (alarms: readonly FiredAlarm[]): readonly (readonly [string, string, string, string])[] =>
  alarms.map(({ ref, region, sinceFaultMs, notified, untold, ofDeployment }) => {
    const told = notified ? "told" : `told nobody${untold === undefined ? "" : `: ${untold}`}`;
    return [nameOf(ref), region, seconds(sinceFaultMs), `${told}${ofDeployment ? "; of a minute of the deployment, not judged" : ""}`];
  });

/** Silence is no finding where a drill ends before alarms have seen the minutes that they look at. */
export function noAlarm({ timeline: { startedAt, faultAt = startedAt, endedAt } }: Pick<DrillResult, "timeline">): string {
  return `no alarm sounded in the ${seconds(endedAt - faultAt)} until the end; alarms look at whole minutes, and drills that last long enough for each are those of npm run alarms`;
}

function alarmTable(result: DrillResult): readonly string[] {
  const { alarms } = result;
  if (!alarms) return [];
  if (alarms.length === 0) return [noAlarm(result)];
  return [table([["alarm that sounded", "where", "since the fault", "topic"], ...alarmRows(alarms)])];
}

function budgetTable({ lines }: Verdict): string {
  const result = ({ pass, asserted }: VerdictLine): string => (pass ? "pass" : asserted ? "FAIL" : "counted");
  const stretch = (line: VerdictLine): string =>
    line.stretch ? `${quantity(line.stretch.limit, line.unit)} ${line.stretch.pass ? "met" : "missed"}` : "";
  return table([
    ["asked", "measured", "limit", "stretch", "result"],
    ...lines.map((line) => [
      `${line.id}: ${line.what}`,
      quantity(line.measured, line.unit),
      `${line.direction} ${quantity(line.limit, line.unit)}`,
      stretch(line),
      result(line),
    ]),
  ]);
}

function violationLines({ violations }: Judgement): readonly string[] {
  if (violations.length === 0) return [];
  const shown = violations.slice(0, SHOWN).map(({ invariant, message }) => `  ${invariant}  ${message}`);
  const rest = violations.length > SHOWN ? [`  and ${violations.length - SHOWN} more in the evidence`] : [];
  return [["violations", ...shown, ...rest].join("\n")];
}

function assumptionTable(name: AssumptionSetName): string {
  const lines = listed(assumptionSet(name)).map((each) => `  ${each.kind.padEnd(8)}  ${each.what}: ${shownValue(each)} (${each.source})`);
  return [`assumptions (${name})`, ...lines].join("\n");
}

/** The evidence as an object that JSON can carry: Infinity becomes "never". Instants are epoch milliseconds, `at` is the start in ISO 8601. */
export function evidence(result: DrillResult): unknown {
  const { scenario, provenance, measurement, judgement, verdict, never, ending, alarms } = result;
  const { startedAt, faultAt, dnsFlippedAt, arrivalsEndedAt, endedAt } = result.timeline;
  return finite({
    format: 1,
    claim: claim(result),
    pass: verdict.pass,
    scenario,
    provenance,
    at: isoTime(startedAt),
    timeline: { startedAt, faultAt, dnsFlippedAt, arrivalsEndedAt, endedAt },
    verdict: verdict.lines,
    measurement,
    never,
    ending,
    alarms,
    judgement,
    assumptions: assumptionSet(provenance.assumptions),
  });
}

function finite(given: unknown): unknown {
  if (given === Infinity) return "never";
  if (Array.isArray(given)) return given.map(finite);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, finite(each)]));
}
