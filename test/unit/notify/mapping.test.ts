import { invocationObjections, mappingObjections, type InvocationSettings, type MappingSettings } from "../../../rules/lambda-events";
import { compileFilter, type FilterError } from "../../../rules/lambda-filter";
import { failedFrom } from "../../../twin/services/lambda/event-source-answer";
import type { Pending } from "../../../twin/services/lambda/event-source-record";

const record = (id: string, eventName = "INSERT") => ({ eventName, dynamodb: { Keys: { paymentId: { S: id } }, NewImage: { amount: { N: "5" }, tags: { L: [1, "x"] }, none: null } } });
const S = (...rules: readonly unknown[]) => ({ dynamodb: { Keys: { paymentId: { S: rules } } } });

test.each<[string, object, object, boolean]>([
  ["an exact text", { eventName: ["INSERT"] }, record("a"), true],
  ["another text", { eventName: ["INSERT"] }, record("a", "MODIFY"), false],
  ["one of several", { eventName: ["REMOVE", "INSERT"] }, record("a"), true],
  ["all members together", { eventName: ["INSERT"], ...S({ prefix: "pay_" }) }, record("health#1"), false],
  ["a prefix", S({ prefix: "pay_" }), record("pay_1"), true],
  ["a suffix", S({ suffix: "_1" }), record("pay_1"), true],
  ["ignoring case", S({ "equals-ignore-case": "PAY" }), record("pay"), true],
  ["anything but texts", S({ "anything-but": ["a", "b"] }), record("b"), false],
  ["anything but a prefix", S({ "anything-but": { prefix: "health#" } }), record("health#1"), false],
  ["anything but a prefix, of others", S({ "anything-but": { prefix: "health#" } }), record("pay_1"), true],
  ["two anything-buts are alternatives, so they exclude nothing", S({ "anything-but": { prefix: "health#" } }, { "anything-but": { prefix: "canary#" } }), record("health#1"), true],
  ["a member that is missing is not anything else", { dynamodb: { OldImage: { id: { S: [{ "anything-but": ["a"] }] } } } }, record("a"), false],
  ["exists", { dynamodb: { NewImage: { amount: { N: [{ exists: true }] } } } }, record("a"), true],
  ["exists not", { dynamodb: { OldImage: { id: [{ exists: false }] } } }, record("a"), true],
  ["null", { dynamodb: { NewImage: { none: [null] } } }, record("a"), true],
  ["any of a list in the record", { dynamodb: { NewImage: { tags: { L: ["x"] } } } }, record("a"), true],
  ["a member that every object inherits", { toString: [{ exists: true }] }, record("a"), false],
])("a filter with %s", (_what, pattern, given, passes) => {
  expect(compileFilter(JSON.stringify(pattern))(given)).toBe(passes);
});

test.each<[string, string, FilterError["kind"]]>([
  ["no JSON", "{", "invalid"],
  ["a list", "[]", "invalid"],
  ["no member", "{}", "invalid"],
  ["a value without a list", '{"eventName":"INSERT"}', "invalid"],
  ["an empty list", '{"eventName":[]}', "invalid"],
  ["a prefix that is no text", '{"a":[{"prefix":1}]}', "invalid"],
  ["exists of a text", '{"a":[{"exists":"yes"}]}', "invalid"],
  ["numeric, which this twin has not", '{"a":[{"numeric":["=",1]}]}', "unsupported"],
  ["$or, which this twin has not", '{"$or":[{"a":["b"]}]}', "unsupported"],
  ["anything but a suffix", '{"a":[{"anything-but":{"suffix":"x"}}]}', "unsupported"],
])("a filter is refused with %s", (_what, pattern, kind) => {
  expect(() => compileFilter(pattern)).toThrow(expect.objectContaining({ name: "FilterError", kind }));
});

const MAPPING: MappingSettings = {
  eventSourceArn: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
  functionName: "f",
  startingPosition: "TRIM_HORIZON",
  destinationConfig: { onFailure: { destinationArn: "arn:aws:s3:::bucket" } },
  filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT"]}' }] },
};

test("a mapping as the stack makes it is accepted", () => {
  expect(mappingObjections(MAPPING, "us-east-1")).toEqual([]);
});

test.each<[string, Partial<MappingSettings>, string]>([
  ["an empty ARN, as the provider leaves a strong replica's", { eventSourceArn: "" }, "eventSourceArn"],
  ["a table's ARN", { eventSourceArn: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }, "eventSourceArn"],
  ["the other region's stream", { eventSourceArn: "arn:aws:dynamodb:us-east-2:123456789012:table/t/stream/x" }, "eventSourceArn"],
  ["no function", { functionName: "" }, "functionName"],
  ["no starting position", { startingPosition: undefined }, "startingPosition"],
  ["a starting position of Kinesis", { startingPosition: "AT_TIMESTAMP" }, "startingPosition"],
  ["an empty batch", { batchSize: 0 }, "batchSize"],
  ["a batch too large", { batchSize: 10_001 }, "batchSize"],
  ["a long window", { maximumBatchingWindowInSeconds: 301 }, "maximumBatchingWindowInSeconds"],
  ["eleven batches at once", { parallelizationFactor: 11 }, "parallelizationFactor"],
  ["too many attempts", { maximumRetryAttempts: 10_001 }, "maximumRetryAttempts"],
  ["an age below a minute", { maximumRecordAgeInSeconds: 59 }, "maximumRecordAgeInSeconds"],
  ["an age above a week", { maximumRecordAgeInSeconds: 604_801 }, "maximumRecordAgeInSeconds"],
  ["an unknown response type", { functionResponseTypes: ["ReportFailures"] }, "functionResponseTypes"],
  ["six filters", { filterCriteria: { filters: Array<object>(6).fill({ pattern: '{"a":["b"]}' }) } }, "filterCriteria"],
  ["a filter that is none", { filterCriteria: { filters: [{ pattern: "{" }] } }, "filterCriteria"],
  ["a filter too long", { filterCriteria: { filters: [{ pattern: JSON.stringify({ a: ["x".repeat(4096)] }) }] } }, "filterCriteria"],
  ["a destination that is no ARN", { destinationConfig: { onFailure: { destinationArn: "bucket" } } }, "destinationConfig"],
  ["a queue of the other region", { destinationConfig: { onFailure: { destinationArn: "arn:aws:sqs:us-east-2:123456789012:q" } } }, "destinationConfig"],
])("a mapping is refused with %s", (_what, change, property) => {
  expect(mappingObjections({ ...MAPPING, ...change }, "us-east-1").map((objection) => objection.property)).toEqual([property]);
});

test.each<[string, InvocationSettings, readonly string[]]>([
  ["as the stack makes it", { functionName: "f", input: "{}", lifecycleScope: "CRUD" }, []],
  ["without a function", { input: "{}" }, ["functionName"]],
  ["with no JSON", { functionName: "f", input: "x" }, ["input"]],
  ["with a list that CRUD cannot add to", { functionName: "f", input: "[]", lifecycleScope: "CRUD" }, ["input"]],
  ["with an unknown scope", { functionName: "f", input: "{}", lifecycleScope: "ALWAYS" }, ["lifecycleScope"]],
  ["with more than Lambda takes", { functionName: "f", input: JSON.stringify("x".repeat(6 * 1024 * 1024)) }, ["input"]],
])("an invocation at deployment %s", (_what, given, properties) => {
  expect(invocationObjections(given).map(({ property }) => property)).toEqual(properties);
});

const batch = ["1", "2", "3"].map((sequenceNumber): Pending => ({ sequenceNumber, createdAt: 0, event: {} }));
const report = (...ids: readonly unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

test.each<[string, unknown, number | undefined]>([
  ["nothing", undefined, undefined],
  ["an empty report", report(), undefined],
  ["no report", { done: true }, undefined],
  ["the second and third, in any order", report("3", "2"), 1],
  ["a number that is not of the batch", report("9"), 0],
  ["an empty number", report(""), 0],
  ["no number", { batchItemFailures: [{}] }, 0],
  ["a report that is no list", { batchItemFailures: "2" }, 0],
])("an answer with %s", (_what, payload, index) => {
  expect(failedFrom({ payload }, batch, true)).toBe(index);
  expect(failedFrom({ payload }, batch, false)).toBeUndefined();
  expect(failedFrom({ payload, functionError: { errorType: "E", errorMessage: "e" } }, batch, false)).toBe(0);
});
