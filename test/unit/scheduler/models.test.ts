import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { lambda } from "../../../twin/models/lambda";
import { lambdaEvents } from "../../../twin/models/lambda-events";
import type { ServiceModels } from "../../../twin/models/model";
import { scheduler } from "../../../twin/models/scheduler";

const PLACE = { accountId: "123456789012", region: "us-east-1", name: "it" };
const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";
const ROLE = "arn:aws:iam::123456789012:role/r";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:given-up";
const TARGET = { arn: FUNCTION, roleArn: ROLE };
const SCHEDULE = { scheduleExpression: "rate(1 minute)", flexibleTimeWindow: { mode: "OFF" }, target: TARGET };
const target = (more: object) => ({ target: { ...TARGET, ...more } });
const CODE = { files: { "index.js": { sha256: "0".repeat(64), bytes: 1 } } };

const CASES: readonly [ServiceModels, string, object, readonly [string, object, string][]][] = [
  [scheduler, "aws:scheduler/schedule:Schedule", SCHEDULE, [
    ["a name with a space", { name: "a b" }, "scheduler.name"],
    ["a rate of seconds", { scheduleExpression: "rate(10 seconds)" }, "scheduler.rate"],
    ["a rate of nothing", { scheduleExpression: "rate(0 minutes)" }, "scheduler.rate"],
    ["no expression of AWS's", { scheduleExpression: "every minute" }, "scheduler.expression"],
    ["an endless window", { flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 1441 } }, "scheduler.window"],
    ["minutes of no window", { flexibleTimeWindow: { mode: "OFF", maximumWindowInMinutes: 5 } }, "scheduler.window"],
    ["a function by its name", target({ arn: "f" }), "scheduler.target"],
    ["a role by its name", target({ roleArn: "r" }), "scheduler.role"],
    ["more retries than 185", target({ retryPolicy: { maximumRetryAttempts: 186 } }), "scheduler.retry-attempts"],
    ["an age below a minute", target({ retryPolicy: { maximumEventAgeInSeconds: 59 } }), "scheduler.retry-age"],
    ["times of a calendar, which the twin has not", { scheduleExpression: "cron(0 5 * * ? *)" }, "scheduler.not-modelled"],
    ["another region's function, which the twin has not", target({ arn: FUNCTION.replace("us-east-1", "us-east-2") }), "scheduler.not-modelled"],
    ["a dead-letter queue, which the twin would leave empty", target({ deadLetterConfig: { arn: QUEUE } }), "twin.not-modelled"],
  ]],
  [scheduler, "aws:scheduler/scheduleGroup:ScheduleGroup", { name: "g" }, [["a long name", { name: "g".repeat(65) }, "scheduler.name"]]],
  [lambdaEvents, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", { functionName: "f" }, [
    ["three retries", { maximumRetryAttempts: 3 }, "lambda.asynchronous.maximumRetryAttempts"],
    ["an age below a minute", { maximumEventAgeInSeconds: 59 }, "lambda.asynchronous.maximumEventAgeInSeconds"],
    ["a destination, which the twin would leave empty", { destinationConfig: { onFailure: { destination: QUEUE } } }, "twin.not-modelled"],
  ]],
  [lambda, "aws:lambda/function:Function", { name: "f", role: ROLE, runtime: "nodejs24.x", handler: "index.handler", code: CODE }, [
    ["a dead-letter queue, which the twin would leave empty", { deadLetterConfig: { targetArn: QUEUE } }, "twin.not-modelled"],
  ]],
];

describe.each(CASES)("%#: the model of %s", (service, type, good, refused) => {
  const model = service.resources.find((candidate) => candidate.type === type);
  const codes = (inputs: object): readonly string[] => (model?.check(inputs as never, PLACE) ?? []).map(({ code }) => code); // a model's own inputs

  test("takes what AWS takes", () => {
    expect(model).toBeDefined();
    expect(codes(good)).toEqual([]);
  });
  test.each(refused)("refuses %s", (_, change, code) => {
    expect(codes({ ...good, ...change })).toEqual([code]);
  });
});

describe("a schedule that would call nothing is refused before it is deployed", () => {
  const make = (type: string, inputs: object, outputs: object): GraphResource => ({
    urn: `urn:${type}`, type, name: "x", id: "x", region: "us-east-1", inputs: { ...inputs }, outputs: { ...inputs, ...outputs }, dependsOn: [], propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const schedule = (group: string) => make("aws:scheduler/schedule:Schedule", SCHEDULE, { groupName: group });
  const group = make("aws:scheduler/scheduleGroup:ScheduleGroup", {}, { name: "g" });
  const fn = make("aws:lambda/function:Function", {}, { arn: FUNCTION });

  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["all there", [group, fn, schedule("g")], []],
    ["the account's own group", [fn, schedule("default")], []],
    ["no such group", [fn, schedule("g")], ["scheduler.group"]],
    ["no such function", [group, schedule("g")], ["scheduler.function"]],
  ])("%s", (_, resources, expected) => {
    expect((scheduler.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code }) => code)).toEqual(expected);
  });
});
