import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ALARM, BUCKET, GROUP, openAccount, REGION, ROLE, TOPIC, type Account } from "./account";

const run = promisify(execFile);

const answers = (command: string, ...options: readonly string[]): boolean => {
  try {
    execFileSync(command, options, { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
};

const testWithBoto = answers("python3", "-c", "import boto3") ? test : test.skip;
const testWithCli = answers("aws", "--version") ? test : test.skip;

let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

const environment = () => ({
  PATH: process.env["PATH"],
  HOME: tmpdir(),
  AWS_ACCESS_KEY_ID: account.user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: account.user.secretAccessKey,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: "true",
});

/** CloudWatch's protocols, as clients of different years choose them. */
testWithBoto.each(["smithy-rpc-v2-cbor", "json", "query"])("boto3 (python3 with boto3 on the machine) reads back what it writes, with CloudWatch in %s", async (protocol) => {
  const { stdout } = await run("python3", [join(__dirname, "tools.py"), account.url, REGION, "orders", BUCKET, TOPIC, GROUP, ROLE, protocol], { env: environment() });
  expect(JSON.parse(stdout)).toEqual({
    item: ["00ff", "2"], query: 1, scan: 1, table: "ACTIVE", tables: ["orders"], condition: "ConditionalCheckFailedException",
    stream: expect.arrayContaining(["INSERT", "MODIFY", "REMOVE"]),
    object: ["hello", "7"], objects: ["a b/c+d"], versions: [expect.any(Number), expect.any(Number)], buckets: [BUCKET], "missing object": "NoSuchKey",
    topics: [TOPIC], "message id": true, subscriptions: ["ops@example.com"], "missing topic": "NotFound",
    groups: [GROUP], lines: ['{"level":"error","n":1}'],
    protocol, alarm: [ALARM, 2.5, "f", true], metric: [[1.5], 0], "bad metric query": "InvalidParameterValue",
    identity: "arn:aws:iam::123456789012:user/anna", session: "arn:aws:sts::123456789012:assumed-role/operator/session",
    unknown: { dynamodb: "UnknownOperationException", s3: "NotImplemented", sns: "InvalidAction", logs: "UnknownOperationException", cloudwatch: "InvalidAction", sts: "InvalidAction", kms: "UnknownOperationException" },
  });
});

describe("the AWS CLI (aws on the machine)", () => {
  const aws = async (...options: readonly string[]): Promise<string> => (await run("aws", [...options, "--endpoint-url", account.url], { env: environment() })).stdout;

  testWithCli("copies a file to a bucket and back, and lists it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wire-"));
    writeFileSync(join(folder, "there"), "Zoë");
    await aws("s3", "cp", join(folder, "there"), `s3://${BUCKET}/folder/file`, "--only-show-errors");
    expect(await aws("s3", "ls", `s3://${BUCKET}/folder/`)).toMatch(/ 4 file\n$/);
    await aws("s3", "cp", `s3://${BUCKET}/folder/file`, join(folder, "back"), "--only-show-errors");
    expect(readFileSync(join(folder, "back"), "utf8")).toBe("Zoë");
  });

  testWithCli.each([
    ["dynamodb", "list-tables", "TableNames[0]", "orders"],
    ["s3api", "list-buckets", "Buckets[0].Name", BUCKET],
    ["sns", "list-topics", "Topics[0].TopicArn", TOPIC],
    ["logs", "describe-log-groups", "logGroups[0].logGroupName", GROUP],
    ["cloudwatch", "describe-alarms", "MetricAlarms[0].AlarmName", ALARM],
    ["sts", "get-caller-identity", "Arn", "arn:aws:iam::123456789012:user/anna"],
  ])("answers %s %s", async (service, command, query, expected) => {
    expect((await aws(service, command, "--query", query, "--output", "text")).trim()).toBe(expected);
  });
});
