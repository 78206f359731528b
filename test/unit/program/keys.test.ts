import { compilePolicy, decide } from "../../../rules/iam-evaluate";
import { ACCOUNT, deploy, MINIMAL, type Deployed } from "./helper";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy(MINIMAL);
});

test.each(["us-east-1", "us-east-2"])("%s has one key of its own, which rotates and is not lost by accident", (region) => {
  const key = stack.one("aws:kms/key:Key", region);
  expect(key.inputs).toMatchObject({ enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30 });
  expect([key.protect, key.retainOnDelete, stack.regionOf(key)]).toEqual([true, true, region]);
  expect(stack.one("aws:kms/alias:Alias", region).inputs).toMatchObject({ name: `alias/payments-${region}-dev` });
});

test("a stack without protection gives its keys up after KMS's least time", async () => {
  const dev = await deploy({ ...MINIMAL, "tap:protect": "false" });
  expect(dev.all("aws:kms/key:Key").map(({ protect, retainOnDelete, inputs }) => [protect, retainOnDelete, inputs["deletionWindowInDays"]])).toEqual([[false, false, 7], [false, false, 7]]);
});

test("all that stores data does so under its own region's key", () => {
  const keyOf = (region: string): string => `arn-of-payments-${region}-dev`;
  const table = stack.one("aws:dynamodb/table:Table", "payments-table").inputs as { serverSideEncryption: object; replicas: readonly object[] }; // the program's own
  expect(table.serverSideEncryption).toEqual({ enabled: true, kmsKeyArn: keyOf("us-east-1") });
  expect(table.replicas).toEqual([expect.objectContaining({ regionName: "us-east-2", kmsKeyArn: keyOf("us-east-2") })]);
  expect(stack.one("aws:dynamodb/table:Table", "control").inputs["serverSideEncryption"]).toEqual({ enabled: true, kmsKeyArn: keyOf("us-east-2") });
  const groups = stack.all("aws:cloudwatch/logGroup:LogGroup");
  expect(groups.length).toBeGreaterThan(8);
  expect(groups.map(({ inputs }) => inputs["kmsKeyId"])).toEqual(groups.map((group) => keyOf(stack.regionOf(group))));
  const topics = stack.all("aws:sns/topic:Topic");
  expect(topics.map(({ inputs }) => inputs["kmsMasterKeyId"])).toEqual(topics.map((topic) => keyOf(stack.regionOf(topic))));
});

/** May somebody do something with the key of us-east-1, by its policy and with every permission of his own? */
function allowed(requester: Parameters<typeof decide>[0]["requester"], action: string, context: Readonly<Record<string, string>>): boolean {
  const everything = compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*" }] }));
  const policy = compilePolicy(String(stack.one("aws:kms/key:Key", "us-east-1").inputs["policy"]));
  const own = typeof requester === "object" && "service" in requester ? [] : [everything];
  return decide({ requester, action, resource: KEY_ARN, context: () => context }, own, { kind: "key", policies: [policy] }) === undefined;
}

const worker = { arn: ROLE, accountId: ACCOUNT };
const stranger = { arn: "arn:aws:iam::999999999999:role/worker", accountId: "999999999999" };
const service = (name: string) => ({ service: name });
const logs = (of: string): Readonly<Record<string, string>> => ({ "kms:EncryptionContext:aws:logs:arn": of });

test.each<[string, boolean, Parameters<typeof allowed>]>([
  ["the account's administrators change its policy", true, [worker, "kms:PutKeyPolicy", {}]],
  ["a role decrypts a table through DynamoDB", true, [worker, "kms:Decrypt", { "kms:ViaService": "dynamodb.us-east-1.amazonaws.com" }]],
  ["a role stores an object through S3", true, [worker, "kms:GenerateDataKey", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }]],
  ["nobody decrypts with the key itself", false, [worker, "kms:Decrypt", {}]],
  ["nobody uses it through another region's service", false, [worker, "kms:Decrypt", { "kms:ViaService": "s3.us-east-2.amazonaws.com" }]],
  ["nobody uses it through a service that stores nothing here", false, [worker, "kms:Decrypt", { "kms:ViaService": "rds.us-east-1.amazonaws.com" }]],
  ["DynamoDB holds a grant", true, [worker, "kms:CreateGrant", { "kms:ViaService": "dynamodb.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "true" }]],
  ["DynamoDB of the table's home region holds a grant for its replica", true, [worker, "kms:CreateGrant", { "kms:ViaService": "dynamodb.us-east-2.amazonaws.com", "kms:GrantIsForAWSResource": "true" }]],
  ["AWS Backup of the other region holds a grant for its copies", true, [worker, "kms:CreateGrant", { "kms:ViaService": "backup.us-east-2.amazonaws.com", "kms:GrantIsForAWSResource": "true" }]],
  ["nobody gives a grant away himself", false, [worker, "kms:CreateGrant", { "kms:ViaService": "dynamodb.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "false" }]],
  ["another account uses nothing", false, [stranger, "kms:Decrypt", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }]],
  ["CloudWatch's alarms reach an encrypted topic", true, [service("cloudwatch.amazonaws.com"), "kms:GenerateDataKey", { "aws:SourceAccount": ACCOUNT }]],
  ["another account's alarms do not", false, [service("cloudwatch.amazonaws.com"), "kms:GenerateDataKey", { "aws:SourceAccount": "999999999999" }]],
  ["Logs encrypts a group of this account", true, [service("logs.us-east-1.amazonaws.com"), "kms:Encrypt", logs(`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/f`)]],
  ["Logs encrypts nothing for another account", false, [service("logs.us-east-1.amazonaws.com"), "kms:Encrypt", logs("arn:aws:logs:us-east-1:999999999999:log-group:/aws/lambda/f")]],
])("%s: %p", (_case, expected, question) => expect(allowed(...question)).toBe(expected));
