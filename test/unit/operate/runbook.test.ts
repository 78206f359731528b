import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OPERATIONS } from "../../../lambda/switch/operate";
import { FAILURES, REFUSALS } from "../../../ops/operator";

const CODES = [...REFUSALS, ...FAILURES, ...OPERATIONS.flatMap(({ answer }) => ("refused" in answer ? [answer.refused] : []))];

test("the runbook says what to do about every code that stops an operator, and about none that is gone", () => {
  const [, chapter = ""] = readFileSync(join(__dirname, "../../../docs/runbook.md"), "utf8").split("### What the commands answer\n");
  const [table = ""] = chapter.split("\n### ");
  const named = table.split("\n").flatMap((line) => (line.startsWith("| `") ? [...(line.split("|")[1] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code) : []));
  expect([...named].sort()).toEqual([...new Set(CODES)].sort());
});
