import { LATCH, type Row } from "../../lambda/switch/logic";
import { OPERATIONS } from "../../lambda/switch/operate";
import type { Scenario } from "../scenario";
import { TRUTH_TABLE } from "./truth-table";

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const tableOf = (head: readonly string[], body: readonly (readonly string[])[]): string => [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");

const strongly = (text: string, usual: string): string => (text === usual ? text : `**${text}**`);

const truthTable = (): string =>
  tableOf(
    ["primary", "secondary", "switch", "grey sensor", "DNS, strong", "DNS, eventual", "situation"],
    TRUTH_TABLE.map(({ primary, secondary, switch: latch, grey, answers, situation }) => [
      strongly(primary, "well"),
      strongly(secondary, "well"),
      strongly(latch, "silent"),
      strongly(grey, "quiet"),
      answers.strong,
      answers.eventual,
      situation,
    ]),
  );

function conditions({ dns, secondaryVerdict, elapsed }: Row["when"]): string {
  const parts = [...(dns ? [`DNS answers the ${dns.join(" or ")}`] : []), ...(secondaryVerdict ? [`the secondary's own verdict is ${secondaryVerdict.join(" or ")}`] : []), ...(elapsed ? [elapsed] : [])];
  return parts.length === 0 ? "otherwise" : parts.join(", ");
}

const latchTable = (): string =>
  tableOf(
    ["from", "when", "to", "writes", "tells", "because"],
    LATCH.map((row) => [row.from, conditions(row.when), row.to, row.write ?? "", row.alert ?? "", row.because]),
  );

const operatorsTable = (): string =>
  tableOf(
    ["command", "in state", "comes to", "because"],
    OPERATIONS.map(({ operation, from, answer, because }) => [operation, from, "to" in answer ? answer.to : `refused: ${answer.refused}`, because]),
  );

function scenarioTable(scenarios: readonly Scenario[]): string {
  const modes = ({ needs }: Scenario): string => needs?.consistency ?? "both";
  return tableOf(["scenario", "the drill in which …", "modes"], scenarios.map((scenario) => [`\`${scenario.name}\``, scenario.what, modes(scenario)]));
}

/** docs/failover.md, from the tables that the program, the operators' commands and the drills use themselves. Pure. */
export const failoverDocument = (scenarios: readonly Scenario[]): string => `# Failover and failback

Written by \`npm run docs:failover\` from the tables in the code; a test fails when they differ.

Route 53 decides, the latch remembers, operators return. No step of a failover calls a control plane or needs an answer
of the lost region.

## What DNS answers

The PRIMARY record of the failover name obeys a calculated check, healthy while all three of its children are: the
primary's \`/health\`, the switch (inverted: it is unhealthy while \`/switch\` says \`evacuated\`), and the grey sensor, an
alarm on the rate of failing payments. The SECONDARY record carries the secondary's own check in strong mode, and none
in eventual mode. Each row is brought about in both modes by \`npm test -- --selectProjects twin -- drill/truth-table\`.

${truthTable()}

## The latch

One item in a small table of the secondary, moved by \`GET /switch\`, which Route 53's checkers poll every 10 seconds
from many places. For each state the first row that holds decides (lambda/switch/logic.ts).

${latchTable()}

## What operators may ask

\`npm run status | failover | failback -- --stack <name>\`; see [the runbook](runbook.md). \`--force\` skips the waiting,
never this table (lambda/switch/operate.ts).

${operatorsTable()}

## Rehearsed

Each with its expectation, in virtual time at every commit: \`npm run drill -- --virtual --scenario <name>\`.

${scenarioTable(scenarios)}
`;
