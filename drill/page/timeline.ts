import type { Entry, Lane } from "../chronicle";
import type { Timeline } from "../measure";
import { rows, type Mark, type Row } from "./plots";
import type { Markup } from "./markup";

const NAMES: Readonly<Record<Lane, string>> = { fault: "fault", health: "check", dns: "DNS", latch: "latch", alarm: "alarm" };

/** A subject is in the state of its last entry until the next one; before the first it is as it was: nothing is drawn. */
function spansOf(entries: readonly Entry[], startedAt: number, until: number): Row["spans"] {
  const second = (at: number): number => Math.min(until, Math.max(0, (at - startedAt) / 1000));
  return entries.flatMap((entry, index) => {
    const to = entries[index + 1]?.at;
    const from = second(entry.at);
    // A fault that is over leaves no trace; everything else goes on in its new state.
    if (entry.lane === "fault" && entry.state === "good") return [];
    const end = to === undefined ? until : second(to);
    return end <= 0 && to !== undefined ? [] : [{ from, to: end, kind: entry.state, title: `${entry.text}, from ${from.toFixed(1)} s${to === undefined ? "" : ` to ${end.toFixed(1)} s`}` }];
  });
}

/** Alarms that were never in ALARM say nothing here, and there are dozens. */
const isQuiet = (entries: readonly Entry[]): boolean => entries.every(({ lane, state }) => lane === "alarm" && state !== "bad");

/** Rows have little room: without what all names begin with, and with an alarm's region once. */
const shortName = (subject: string): string => subject.replace(/^payments-/, "").replace(/-([a-z]+-[a-z]+-\d)-\S+ \(\1\)$/, " $1");

/** What the system did, one row for each subject, in the order of lanes and then of first appearance. */
export function timelinePlot(chronicle: readonly Entry[], { startedAt, endedAt }: Timeline, marks: readonly Mark[]): Markup {
  const until = (endedAt - startedAt) / 1000;
  const subjects = new Map<string, Entry[]>();
  for (const lane of ["fault", "health", "dns", "latch", "alarm"] as const) {
    for (const entry of chronicle.filter((each) => each.lane === lane)) {
      const key = `${lane} ${entry.subject}`;
      subjects.set(key, [...(subjects.get(key) ?? []), entry]);
    }
  }
  const given = [...subjects.values()].flatMap((entries): Row[] => {
    const [first] = entries;
    const spans = spansOf(entries, startedAt, until);
    if (!first || spans.length === 0 || isQuiet(entries)) return [];
    const name = first.lane === "dns" || first.lane === "latch" ? NAMES[first.lane] : shortName(first.subject);
    return [{ name: first.lane === "fault" ? "fault" : name, spans }];
  });
  return rows({ title: "What failed, what the system noticed, and when", until, unit: "s", marks }, given);
}

/** The moments that divide a drill, as marks on its plots. */
export function marksOf({ startedAt, faultAt, dnsFlippedAt, healedAt }: Timeline & { readonly healedAt?: number }): readonly Mark[] {
  const mark = (at: number | undefined, label: string, kind: Mark["kind"]): readonly Mark[] => (at === undefined ? [] : [{ at: (at - startedAt) / 1000, label, kind }]);
  return [...mark(faultAt, "fault", "bad"), ...mark(dnsFlippedAt, "DNS moves", "neutral"), ...mark(healedAt, "healed", "good")];
}
