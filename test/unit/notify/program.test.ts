import type { PolicyDocument } from "../../../lib/policies/document";
import { compileFilter } from "../../../rules/lambda-filter";
import { deploy, MINIMAL, type Deployed } from "../program/helper";

const EVENTUAL = { ...MINIMAL, "tap:consistency": "eventual" };
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const TABLE = "payments-table-global-dev";

let strong: Deployed;
let eventual: Deployed;
beforeAll(async () => {
  strong = await deploy(MINIMAL);
  eventual = await deploy(EVENTUAL);
});

const statements = (stack: Deployed, name: string): readonly PolicyDocument["Statement"][number][] =>
  (JSON.parse(String(stack.one("aws:iam/rolePolicy:RolePolicy", name).inputs["policy"])) as PolicyDocument).Statement; // written by the program under test

const sources = (stack: Deployed): readonly unknown[] => stack.all(MAPPING).map((one) => [stack.regionOf(one), one.inputs["eventSourceArn"], one.inputs["functionName"]]);

test("in strong mode the peer reads the stream that the deployment has switched on", () => {
  expect(sources(strong)).toEqual([
    ["us-east-1", `stream-of-${TABLE}-strong`, "payments-notify-us-east-1-dev"],
    ["us-east-2", "stream-answered-by-payments-stream-switch-us-east-2-dev", "payments-notify-us-east-2-dev"],
  ]);
});

test("in eventual mode each region reads its own replica's stream and nothing is switched", () => {
  expect(sources(eventual)).toEqual([
    ["us-east-1", `stream-of-${TABLE}-eventual`, "payments-notify-us-east-1-dev"],
    ["us-east-2", `stream-of-${TABLE}-eventual-in-us-east-2`, "payments-notify-us-east-2-dev"],
  ]);
  expect(eventual.all("aws:lambda/invocation:Invocation")).toEqual([]);
  expect(eventual.resources.filter(({ name }) => name.includes("stream-switch"))).toEqual([]);
});

test("no record blocks its shard for ever, none is lost unseen, none made before the mapping is missed", () => {
  for (const stack of [strong, eventual]) {
    for (const mapping of stack.all(MAPPING)) {
      const region = stack.regionOf(mapping);
      expect(mapping.inputs).toMatchObject({
        startingPosition: "TRIM_HORIZON",
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 10,
        maximumRecordAgeInSeconds: 82_800,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: `arn-of-payments-receipts-${region}-dev` } },
      });
    }
  }
});

test.each<[string, string, string, boolean]>([
  ["a new payment", "INSERT", `pay_${"a".repeat(52)}`, true],
  ["a change of a payment", "MODIFY", `pay_${"a".repeat(52)}`, false],
  ["a health write", "INSERT", "health#us-east-1", false],
  ["a canary", "INSERT", "canary#1", false],
])("the filter: %s (%s)", (_what, eventName, id, passes) => {
  const { filters } = strong.one(MAPPING, "us-east-1").inputs["filterCriteria"] as { filters: { pattern: string }[] }; // the program's own
  expect(filters.map(({ pattern }) => compileFilter(pattern)({ eventName, dynamodb: { Keys: { paymentId: { S: id } } } }))).toEqual([passes]);
});

test("notify may write receipts, tell events, read its stream and keep what is given up: in its own region, nothing else", () => {
  const actions = (name: string) =>
    Object.fromEntries(
      statements(strong, name)
        .filter(({ Effect, Sid }) => Effect === "Allow" && Sid !== "FindSubnets" && Sid !== "UseNetworkInterfaces")
        .map(({ Sid, Action, Resource }) => [Sid, [...Action, ...(Resource ?? [])]]),
    );
  expect(actions("payments-notify-us-east-2-dev")).toEqual({
    WriteLogs: expect.anything(),
    WriteReceipts: ["s3:PutObject", "arn-of-payments-receipts-us-east-2-dev/receipts/*"],
    EncryptReceipts: ["kms:GenerateDataKey", "arn-of-payments-us-east-2-dev"],
    PublishEvents: ["sns:Publish", "arn-of-payments-events-us-east-2-dev"],
    EncryptEvents: ["kms:GenerateDataKey", "kms:Decrypt", "arn-of-payments-us-east-2-dev"],
    ReadStream: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "stream-answered-by-payments-stream-switch-us-east-2-dev"],
    FindStream: ["dynamodb:ListStreams", "*"],
    UseTableKey: ["kms:Decrypt", "arn-of-payments-us-east-2-dev"],
    KeepDiscarded: ["s3:PutObject", "arn-of-payments-receipts-us-east-2-dev/aws/lambda/*"],
    FindBucket: ["s3:ListBucket", "arn-of-payments-receipts-us-east-2-dev"],
    EncryptDiscarded: ["kms:GenerateDataKey", "arn-of-payments-us-east-2-dev"],
  });
});

test("the stream's switch stands outside the network, in the peer alone, and may change that replica alone", () => {
  const [only, ...more] = strong.all("aws:lambda/function:Function").filter(({ name }) => name.includes("stream-switch"));
  expect([only && strong.regionOf(only), more]).toEqual(["us-east-2", []]);
  expect(only?.inputs["vpcConfig"]).toBeUndefined();
  expect(statements(strong, "payments-stream-switch").filter(({ Sid }) => Sid !== "WriteLogs")).toEqual([
    { Sid: "SwitchStream", Effect: "Allow", Action: ["dynamodb:DescribeTable", "dynamodb:UpdateTable"], Resource: [`arn-of-${TABLE}-strong-in-us-east-2`] },
  ]);
  expect(strong.one("aws:lambda/invocation:Invocation").inputs).toMatchObject({ functionName: "payments-stream-switch-us-east-2-dev", lifecycleScope: "CRUD" });
});

test("both regions run the same code", () => {
  const code = strong.all("aws:lambda/function:Function").filter(({ name }) => name.includes("notify")).map(({ inputs }) => inputs["environment"]);
  const versions = code.map((environment) => (environment as { variables: Record<string, string> }).variables["BUNDLE_VERSION"]); // the program's own
  expect(new Set(versions).size).toBe(1);
  expect(versions).toHaveLength(2);
});
