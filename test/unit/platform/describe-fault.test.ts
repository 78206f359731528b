import { describeFault } from "../../../platform/describe-fault";
import type { Fault } from "../../../twin/kernel/faults";

test.each<[Fault, string]>([
  [{ kind: "outage", region: "r1" }, "r1 is gone: connections are refused"],
  [{ kind: "outage", region: "r1", mode: "vanish", forSeconds: 30 }, "r1 is gone: packets vanish, for 30 s"],
  [{ kind: "partition", region: "r1" }, "r1 is cut off from the other regions"],
  [{ kind: "service", service: "dynamodb" }, "dynamodb in all regions: calls answer 500"],
  [{ kind: "service", service: "lambda", operation: "Invoke", resource: "pay", region: "r1", rate: 0.5 }, "lambda Invoke pay in r1: calls answer 500 (50 % of them)"],
  [
    { kind: "service", service: "dynamodb", operation: "PutItem", region: "r2", mode: "delay", ms: 400, rate: 0.5 },
    "dynamodb PutItem in r2: calls are 400 ms late (50 % of them)",
  ],
])("a reader of the fault %j is told what is broken, where and how often", (fault, text) => {
  expect(describeFault(fault)).toBe(text);
});
