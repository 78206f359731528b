import { PURPOSES } from "./dependency";
import type { FindingKind, Line, Proof } from "./prove";

const MEANS: Readonly<Record<FindingKind, string>> = {
  drill: "the drill did not end as it should",
  forbidden: "a recovery must not wait for this: no control plane, nothing in us-east-1, nothing in the lost region",
  added: "nobody expects this: take it off the recovery path, or say in drill/static-stability/expected.ts why it may be there",
  stale: "expected and not found: take it out of drill/static-stability/expected.ts",
};

/** The proof for people: every dependency with its region and plane, the drills, and why it fails. Pure. */
export function proofText({ stack, lines, drills, findings, pass }: Proof): string {
  return [
    `What the recovery path of stack ${stack} depends on`,
    dependencyTable(lines),
    ["with every control plane and every endpoint of the primary silent:", ...drills.map(({ name, pass: well, outcome }) => `  ${well ? "pass" : "FAIL"}  ${name}: ${outcome}`)].join("\n"),
    ...(Object.keys(MEANS) as FindingKind[]).flatMap((kind) => {
      const found = findings.filter((finding) => finding.kind === kind);
      return found.length === 0 ? [] : [[`${kind}: ${MEANS[kind]}`, ...found.map(({ what }) => `  ${what}`)].join("\n")];
    }),
    pass
      ? "Statically stable, in a model of AWS: no control plane and nothing in the lost region is needed."
      : `NOT proven: ${findings.length} finding(s).`,
  ].join("\n\n");
}

/** One row a dependency: its purposes together. */
function dependencyTable(lines: readonly Line[]): string {
  const rows = new Map<string, Line & { readonly purposes: readonly Line["purpose"][] }>();
  for (const line of lines) {
    const key = [line.what, line.region, line.need, line.because].join("|");
    const known = rows.get(key);
    rows.set(key, { ...line, sources: [...new Set([...(known?.sources ?? []), ...line.sources])].sort(), purposes: [...(known?.purposes ?? []), line.purpose] });
  }
  const order = (purpose: Line["purpose"]): number => PURPOSES.findIndex((each) => each === purpose);
  const sorted = [...rows.values()].map((row) => ({ ...row, purposes: [...row.purposes].sort((a, b) => order(a) - order(b)) })).sort((a, b) => order(a.purposes[0] ?? "unknown") - order(b.purposes[0] ?? "unknown"));
  return leftAligned([
    ["dependency", "region", "plane", "for", "is", "found by", "because"],
    ...sorted.map(({ what, region, where, plane, purposes, need, sources, because }) => [
      what,
      where === region ? region : `${region} (${where})`,
      plane,
      purposes.join(", "),
      need === "asked" ? "asked, not needed" : need,
      sources.join(", "),
      because ?? "NOT EXPECTED",
    ]),
  ]);
}

const leftAligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
};
