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
  [{ kind: "partition", region: "r1", peer: "r2" }, "r1 is cut off from r2"],
  [{ kind: "partition", region: "r1", direction: "out" }, "the other regions hear nothing from r1"],
  [{ kind: "partition", region: "r1", peer: "r2", direction: "in" }, "r1 hears nothing from r2"],
  [
    { kind: "service", service: "sns", caller: "notify", mode: "crash", skip: 1, times: 1 },
    "sns by notify in all regions: the calling function dies (after the first 1, at most 1)",
  ],
  [{ kind: "service", service: "s3", mode: "refuse", when: "after" }, "s3 in all regions: calls take effect, then their connections are cut"],
  [{ kind: "service", service: "s3", mode: "delay", when: "after", ms: 70 }, "s3 in all regions: calls take effect and are answered 70 ms late"],
  [{ kind: "replication", service: "dynamodb", region: "r1" }, "dynamodb replication from r1 to the other regions is paused"],
  [{ kind: "checkers", region: "r1", forSeconds: 20 }, "Route 53's checkers of r1 reach no endpoint, for 20 s"],
  [{ kind: "key", region: "r1" }, "all KMS keys in r1: disabled"],
  [{ kind: "key", region: "r1", resource: "alias/k" }, "KMS key alias/k in r1: disabled"],
  [{ kind: "certificate", region: "r2", host: "pay.test" }, "r2 has no certificate for pay.test"],
  [{ kind: "clock", region: "r1", ms: -500 }, "clocks of functions in r1 are 500 ms behind"],
  [{ kind: "clock", region: "r1", resource: "pay", ms: 500 }, "clocks of pay in r1 are 500 ms ahead"],
  [{ kind: "concurrency", region: "r1", resource: "pay", limit: 3 }, "pay in r1: at most 3 at a time"],
])("a reader of the fault %j is told what is broken, where and how often", (fault, text) => {
  expect(describeFault(fault)).toBe(text);
});
