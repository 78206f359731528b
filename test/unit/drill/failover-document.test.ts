import { readFileSync } from "node:fs";
import { failoverDocument } from "../../../drill/failover/document";
import { TRUTH_TABLE } from "../../../drill/failover/truth-table";
import { SCENARIOS } from "../../../drill/scenarios/index";

test("docs/failover.md says what the code's tables say; npm run docs:failover writes it", () => {
  expect(readFileSync("docs/failover.md", "utf8")).toBe(failoverDocument(SCENARIOS));
});

test("the table has each combination of the four signals once", () => {
  const combinations = TRUTH_TABLE.map(({ primary, secondary, switch: latch, grey }) => [primary, secondary, latch, grey].join(" "));
  expect(new Set(combinations).size).toBe(16);
});
