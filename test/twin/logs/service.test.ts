import { CloudWatchLogsClient, DescribeLogGroupsCommand, DescribeLogStreamsCommand, FilterLogEventsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Cloud } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { RealKernel } from "../../../twin/kernel/real";
import { firehose } from "../../../twin/services/firehose/index";
import { prefixAt } from "../../../twin/services/firehose/stream";
import { iam } from "../../../twin/services/iam/index";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { kms } from "../../../twin/services/kms/index";
import { logs } from "../../../twin/services/logs/index";
import { s3 } from "../../../twin/services/s3/index";
import { ACCOUNT, makeCloud, virtualCloud } from "../lambda/support";

const REGION = "us-east-1";
const GROUP = "/aws/lambda/f";
const arnOf = (name: string): string => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;

describe("the SDK over a socket", () => {
  let kernel: RealKernel;
  let cloud: Cloud;
  let wire: AwsWire;
  let client: CloudWatchLogsClient;
  beforeEach(async () => {
    kernel = new RealKernel(1, (error) => {
      throw error;
    });
    cloud = makeCloud(kernel, new InProcessHost(() => cloud));
    const service = logs(cloud, REGION);
    service.createGroup({ name: GROUP, arn: arnOf(GROUP), retentionDays: 30 });
    service.createGroup({ name: "/aws/vpc/v", arn: arnOf("/aws/vpc/v") });
    for (const [stream, line] of [["a", '{"level":"info","n":1}'], ["b", '{"level":"error","n":2}'], ["a", '{"level":"error","n":3}']] as const) service.append(GROUP, line, stream);
    wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
    client = new CloudWatchLogsClient({ region: REGION, endpoint: wire.url, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s" } });
  });
  afterEach(async () => {
    client.destroy();
    await wire.stop();
    kernel.stop();
  });

  test("lists groups by prefix with their retention, a page at a time", async () => {
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/" }));
    expect(logGroups).toEqual([expect.objectContaining({ logGroupName: GROUP, arn: `${arnOf(GROUP)}:*`, logGroupArn: arnOf(GROUP), retentionInDays: 30 })]);
    const first = await client.send(new DescribeLogGroupsCommand({ limit: 1 }));
    const second = await client.send(new DescribeLogGroupsCommand({ limit: 1, nextToken: first.nextToken }));
    expect([first, second].map((page) => page.logGroups?.map(({ logGroupName }) => logGroupName))).toEqual([[GROUP], ["/aws/vpc/v"]]);
    expect(second.nextToken).toBeUndefined();
  });

  test("finds lines by a pattern and reads one stream", async () => {
    const found = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: '{ $.level = "error" }' }));
    expect(found.events?.map(({ message, logStreamName }) => [message, logStreamName])).toEqual([['{"level":"error","n":2}', "b"], ['{"level":"error","n":3}', "a"]]);
    const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }));
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(["a", "b"]);
    const read = await client.send(new GetLogEventsCommand({ logGroupIdentifier: arnOf(GROUP), logStreamName: "a", startFromHead: true, limit: 1 }));
    expect(read.events?.map(({ message }) => message)).toEqual(['{"level":"info","n":1}']);
    const rest = await client.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: "a", nextToken: read.nextForwardToken }));
    expect(rest.events?.map(({ message }) => message)).toEqual(['{"level":"error","n":3}']);
  });

  test.each([
    ["a group that is not there", () => new FilterLogEventsCommand({ logGroupName: "/none" }), "ResourceNotFoundException"],
    ["a stream that is not there", () => new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: "none" }), "ResourceNotFoundException"],
    ["a pattern that is none", () => new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: "{ $.level > }" }), "InvalidParameterException"],
  ])("%s fails as at AWS", async (_, command, name) => {
    await expect(client.send(command() as FilterLogEventsCommand)).rejects.toMatchObject({ name }); // one of the two; send takes either
  });
});

describe("a subscription", () => {
  const STREAM = `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/s`;
  const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

  function subscribed(shipperMay: string) {
    const { cloud, kernel } = virtualCloud();
    for (const [name, action, resource] of [["shipper", shipperMay, STREAM], ["deliverer", "s3:PutObject", "arn:aws:s3:::b/*"]] as const) {
      iam(cloud).putRole({ name, arn: role(name), trust: '{"Version":"2012-10-17","Statement":[]}', maxSessionSeconds: 3600 });
      iam(cloud).putRolePolicy(name, "p", JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [action], Resource: [resource] }] }));
    }
    s3(cloud, REGION).createBucket("b");
    firehose(cloud, REGION).create({ name: "s", arn: STREAM, roleArn: role("deliverer"), bucket: "b", prefix: "", extension: "", intervalSeconds: 5, bufferBytes: 1024 * 1024 });
    const service = logs(cloud, REGION);
    service.createGroup({ name: GROUP, arn: arnOf(GROUP) });
    service.putDestination({ name: "d", arn: "d", targetArn: STREAM, roleArn: role("shipper") });
    service.subscribe({ group: GROUP, name: "all", pattern: "", destinationArn: "d" });
    return { cloud, kernel, service };
  }

  test("delivers as its role, many lines as one object", async () => {
    const { cloud, kernel, service } = subscribed("firehose:PutRecordBatch");
    for (const line of ["one", "two", "three"]) service.append(GROUP, line, "x");
    await kernel.run({ untilMs: kernel.now() + 10_000 });
    expect(s3(cloud, REGION).objects("b")).toHaveLength(1);
    expect(service.figures(GROUP)).toEqual({ all: { delivered: 3, waiting: 0, dropped: 0 } });
  });

  test("of a lazy line puts the text together when it sends it, once for all readers", async () => {
    const { kernel, service } = subscribed("firehose:PutRecordBatch");
    let asked = 0;
    service.append(GROUP, { text: () => `line ${++asked}` }, "x");
    expect(asked).toBe(0);
    await kernel.run({ untilMs: kernel.now() + 10_000 });
    expect(service.group(GROUP).events().map(({ message }) => message)).toEqual(["line 1"]);
    expect(asked).toBe(1);
  });

  test("skips lines for ten minutes where its role may not deliver, as AWS does, and then tries again", async () => {
    const { kernel, service } = subscribed("firehose:PutRecord");
    service.append(GROUP, "one", "x");
    await kernel.run({ untilMs: kernel.now() + 5_000 });
    service.append(GROUP, "two", "x");
    expect(service.figures(GROUP)).toEqual({ all: { delivered: 0, waiting: 0, dropped: 2 } });
    await kernel.run({ untilMs: kernel.now() + 600_000 });
    service.append(GROUP, "three", "x");
    expect(service.figures(GROUP)).toEqual({ all: { delivered: 0, waiting: 1, dropped: 2 } });
  });
});

describe("a group under a key", () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
  const admits = (group: string): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: `logs.${REGION}.amazonaws.com` }, Action: ["kms:*"], Resource: ["*"], Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf(group) } } }],
    });

  function sealed(admitted: string) {
    const { cloud, kernel } = virtualCloud();
    kms(cloud, REGION).createKey({ keyId: "k", arn: KEY, description: "", enabled: true, policy: admits(admitted) });
    iam(cloud).putResourcePolicy(KEY, admits(admitted), "key");
    const service = logs(cloud, REGION);
    service.createGroup({ name: GROUP, arn: arnOf(GROUP), keyArn: KEY });
    service.createStream(GROUP, "x");
    const call = async (operation: string, input: object): Promise<string> => {
      const answer = cloud.call({ region: REGION, service: "logs", operation }, { logGroupName: GROUP, logStreamName: "x", ...input }, {});
      return answer.then(() => "ok", (error: Error) => error.name);
    };
    const messages = (): readonly string[] => service.group(GROUP).events().map(({ message }) => message);
    return { cloud, kernel, service, call, messages };
  }

  test("loses lines while the key is disabled, tells of it once each time, and keeps them again afterwards", () => {
    const { cloud, kernel, service, messages } = sealed(GROUP);
    const told: string[] = [];
    kernel.observe(({ kind }) => void (kind === "logs.lost" && told.push(kind)));
    for (const state of ["Enabled", "Disabled", "Enabled", "Disabled"] as const) {
      kms(cloud, REGION).setState("k", state);
      for (const n of [1, 2]) service.append(GROUP, `${state} ${n}`, "x");
    }
    expect(messages()).toEqual(["Enabled 1", "Enabled 2", "Enabled 1", "Enabled 2"]);
    expect(service.group(GROUP).lost).toBe(4);
    expect(told).toHaveLength(2);
  });

  test("can neither be written nor read by callers while the key is disabled; what it is can be asked", async () => {
    const { cloud, call } = sealed(GROUP);
    const write = { logEvents: [{ message: "m", timestamp: 1 }] };
    expect([await call("PutLogEvents", write), await call("GetLogEvents", {}), await call("FilterLogEvents", {})]).toEqual(["ok", "ok", "ok"]);
    kms(cloud, REGION).setState("k", "Disabled");
    const denied = "AccessDeniedException";
    expect([await call("PutLogEvents", write), await call("GetLogEvents", {}), await call("FilterLogEvents", {})]).toEqual([denied, denied, denied]);
    expect(await call("DescribeLogGroups", {})).toBe("ok");
  });

  test("whose key admits Logs for another group only loses every line", () => {
    const { service, messages } = sealed("/another");
    service.append(GROUP, "one", "x");
    expect([messages(), service.group(GROUP).lost]).toEqual([[], 1]);
  });
});

test.each([
  ["logs/!{timestamp:yyyy/MM/dd}/", "logs/2026/11/21/"],
  ["logs/", "logs/2026/11/21/06/"],
])("the prefix %s names the time in UTC", (prefix, expected) => {
  expect(prefixAt(prefix, Date.UTC(2026, 10, 21, 6, 50))).toBe(expected);
});
