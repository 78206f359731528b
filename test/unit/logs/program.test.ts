import { deploy, MINIMAL, type Deployed, type Registered } from "../program/helper";

const FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter";
const REGIONS = ["us-east-1", "us-east-2"] as const;

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy({ ...MINIMAL, "tap:manageAccountSettings": "true" });
});
const parsed = (resource: Registered, property: string): unknown => JSON.parse(String(resource.inputs[property]));

test.each(REGIONS)("every log group of %s is sent to that region's own destination, but for the delivery's", (region) => {
  const here = (type: string) => stack.all(type).filter((one) => stack.regionOf(one) === region);
  const groups = here("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => String(inputs["name"]));
  const sent = here(FILTER).map(({ inputs }) => String(inputs["logGroup"]));
  expect(groups.length).toBeGreaterThan(6);
  expect(groups.filter((group) => !sent.includes(group))).toEqual(region === "us-east-2" ? ["/aws/kinesisfirehose/payments-logs-us-east-2-dev"] : []);
  expect(new Set(here(FILTER).map(({ inputs }) => inputs["destinationArn"]))).toEqual(new Set([`arn-of-payments-logs-${region}-dev`]));
  expect(here(FILTER).filter(({ inputs }) => inputs["roleArn"] !== undefined)).toEqual([]);
});

test.each(REGIONS)("the destination of %s leads to the stream in the secondary, by a role for its own region's logs", (region) => {
  const destination = stack.one("aws:cloudwatch/logDestination:LogDestination", region);
  expect(destination.inputs["targetArn"]).toBe("arn-of-payments-logs-us-east-2-dev");
  expect(parsed(stack.one("aws:iam/role:Role", `payments-log-shipping-${region}`), "assumeRolePolicy")).toMatchObject({
    Statement: [{ Principal: { Service: `logs.${region}.amazonaws.com` }, Condition: { ArnLike: { "aws:SourceArn": `arn:aws:logs:${region}:123456789012:*` } } }],
  });
  expect(parsed(stack.one("aws:iam/rolePolicy:RolePolicy", `payments-log-shipping-${region}`), "policy")).toMatchObject({
    Statement: [{ Action: ["firehose:PutRecord", "firehose:PutRecordBatch"], Resource: ["arn-of-payments-logs-us-east-2-dev"] }],
  });
});

test("the delivery unpacks, encrypts with its region's key, and tells its failures", () => {
  const stream = stack.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream");
  expect(stack.regionOf(stream)).toBe("us-east-2");
  expect(stream.inputs).toMatchObject({
    serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: "arn-of-payments-us-east-2-dev" },
    extendedS3Configuration: {
      bucketArn: "arn-of-payments-logs-us-east-2-dev",
      kmsKeyArn: "arn-of-payments-us-east-2-dev",
      cloudwatchLoggingOptions: { enabled: true, logGroupName: "/aws/kinesisfirehose/payments-logs-us-east-2-dev" },
      processingConfiguration: { processors: [{ type: "Decompression" }, { type: "AppendDelimiterToRecord" }] },
    },
  });
});

test("log buckets keep versions, end lines, and replicate one way", () => {
  const configs = stack.all("aws:s3/bucketReplicationConfig:BucketReplicationConfig").filter(({ name }) => name.startsWith("payments-logs"));
  expect(configs.map((one) => stack.regionOf(one))).toEqual(["us-east-2"]);
  expect(stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "payments-logs-us-east-1").inputs["rules"]).toMatchObject([{ expiration: { days: 365 } }, { expiration: { expiredObjectDeleteMarker: true } }]);
});

describe("access logs", () => {
  test("are one line of JSON with the route's template and no query, payload or address", () => {
    const { accessLogSettings } = stack.one("aws:apigateway/stage:Stage", "us-east-1").inputs as { accessLogSettings: { format: string } }; // the program's own
    expect(Object.keys(JSON.parse(accessLogSettings.format) as object)).toEqual(["requestId", "time", "status", "latencyMs", "method", "route", "principal", "error"]);
    expect(accessLogSettings.format).not.toMatch(/\$context\.(path|requestOverride|identity\.sourceIp|authorizer)\b/);
  });

  test("wait for the account's role, without which API Gateway refuses them", () => {
    const stage = stack.one("aws:apigateway/stage:Stage", "us-east-1");
    expect(stage.dependsOn.map((urn) => stack.resources.find((one) => one.urn === urn)?.type)).toContain("aws:apigateway/account:Account");
  });

  test.each<[string, Record<string, string>, number]>([
    ["nobody says that the role is there", {}, 0],
    ["another stack makes the role", { "tap:accessLogs": "true" }, 2],
    ["they are not wanted", { "tap:manageAccountSettings": "true", "tap:accessLogs": "false" }, 0],
  ])("where %s", async (_, change, count) => {
    const other = await deploy({ ...MINIMAL, ...change });
    expect(other.error).toBeUndefined();
    expect(other.all("aws:apigateway/stage:Stage").filter(({ inputs }) => inputs["accessLogSettings"] !== undefined)).toHaveLength(count);
  });
});
