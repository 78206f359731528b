import { gzipSync } from "node:zlib";
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand, ListDashboardsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteItemCommand, DescribeTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { ALARM, BUCKET, openAccount, REGION, type Account } from "./account";

let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

const settings = () => ({ region: REGION, endpoint: account.url, maxAttempts: 1, credentials: account.user });

describe("the JavaScript SDK", () => {
  test("puts, changes, finds and deletes items over the wire", async () => {
    const client = new DynamoDBClient(settings());
    const TableName = "orders";
    const Key = { id: { S: "a" } };
    await client.send(new PutItemCommand({ TableName, Item: { ...Key, blob: { B: new Uint8Array([0, 255]) }, n: { N: "1" } } }));
    const { Attributes } = await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } }, ReturnValues: "ALL_NEW" }));
    expect(Attributes?.["n"]).toEqual({ N: "2" });
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item?.["blob"]).toEqual({ B: new Uint8Array([0, 255]) });
    expect((await client.send(new QueryCommand({ TableName, KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": Key.id } }))).Count).toBe(1);
    await client.send(new DeleteItemCommand({ TableName, Key }));
    expect((await client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
    expect((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus).toBe("ACTIVE");
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
    client.destroy();
  });

  test("reads alarms and figures in CBOR, and hears of the operation that is not there", async () => {
    const client = new CloudWatchClient({ ...settings(), protocol: SmithyRpcV2CborProtocol });
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([expect.objectContaining({ AlarmName: ALARM, Threshold: 2.5, StateUpdatedTimestamp: expect.any(Date) })]);
    const Timestamp = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    await client.send(new PutMetricDataCommand({ Namespace: "App", MetricData: [{ MetricName: "m", Value: 0.25, Timestamp }] }));
    const MetricDataQueries = [{ Id: "q", MetricStat: { Metric: { Namespace: "App", MetricName: "m" }, Period: 60, Stat: "Sum" } }];
    const got = await client.send(new GetMetricDataCommand({ MetricDataQueries, StartTime: Timestamp, EndTime: new Date(Timestamp.getTime() + 60_000) }));
    expect(got.MetricDataResults).toEqual([expect.objectContaining({ Values: [0.25], Timestamps: [Timestamp] })]);
    await expect(client.send(new ListDashboardsCommand({}))).rejects.toMatchObject({ message: expect.stringContaining("ListDashboards") });
    client.destroy();
  });
});

const json = (target: string, more: Record<string, string> = {}) => ({ "x-amz-target": target, "content-type": "application/x-amz-json-1.0", ...more });
const DYNAMODB = "DynamoDB_20120810";
const CBOR = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const S3 = { authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0" };
const alarms = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";
const deep = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
const huge = "x".repeat(18 * 1024 * 1024);

type Case = readonly [string, string, string, Record<string, string>, string | Uint8Array<ArrayBuffer>, number, string];

const CASES: readonly Case[] = [
  ["no body", "POST", "/", json(`${DYNAMODB}.GetItem`), "", 400, "SerializationException"],
  ["a body nested deeper than the stack", "POST", "/", json(`${DYNAMODB}.PutItem`), deep(300_000), 400, "SerializationException"],
  ["a number for a name", "POST", "/", json(`${DYNAMODB}.GetItem`), '{"TableName":5}', 400, "NUMBER_VALUE can not be converted to String"],
  ["a list for an item", "POST", "/", json(`${DYNAMODB}.PutItem`), '{"TableName":"orders","Item":[]}', 400, "SerializationException"],
  ["a structure for an expression", "POST", "/", json(`${DYNAMODB}.Query`), '{"KeyConditionExpression":{}}', 400, "SerializationException"],
  ["a list for a log group", "POST", "/", json("Logs_20140328.FilterLogEvents"), '{"logGroupName":[]}', 400, "SerializationException"],
  ["a list for a key", "POST", "/", json("TrentService.DescribeKey"), '{"KeyId":[1]}', 400, "SerializationException"],
  ["a ciphertext that is none", "POST", "/", json("TrentService.Decrypt"), '{"CiphertextBlob":"a2V5"}', 400, "InvalidCiphertextException"],
  ["a target without an operation", "POST", "/", json(`${DYNAMODB}.`), "{}", 400, "UnknownOperationException"],
  ["a member of every object as operation", "POST", "/", json(`${DYNAMODB}.constructor`), "{}", 400, "constructor is not in this twin"],
  ["the prototype as operation", "POST", "/", json(`${DYNAMODB}.__proto__`), "{}", 400, "UnknownOperationException"],
  ["another content type", "POST", "/", json(`${DYNAMODB}.ListTables`, { "content-type": "text/plain" }), "{}", 404, "UnknownOperationException"],
  ["gzip that is none", "POST", "/", json(`${DYNAMODB}.ListTables`, { "content-encoding": "gzip" }), "{}", 400, "SerializationException"],
  ["gzip that swells", "POST", "/", json(`${DYNAMODB}.ListTables`, { "content-encoding": "gzip" }), new Uint8Array(gzipSync(huge)), 400, "SerializationException"],
  ["a body that is too large", "POST", "/", json(`${DYNAMODB}.PutItem`), huge, 413, "RequestEntityTooLarge"],
  ["broken CBOR", "POST", alarms, CBOR, new Uint8Array([0xa1]), 400, "SerializationException"],
  ["CBOR nested deeper than the stack", "POST", alarms, CBOR, new Uint8Array(100_000).fill(0x81), 400, "SerializationException"],
  ["CBOR that promises a list of four thousand million", "POST", alarms, CBOR, new Uint8Array([0x9a, 0xff, 0xff, 0xff, 0xff]), 400, "SerializationException"],
  ["CBOR that is no map", "POST", alarms, CBOR, new Uint8Array([1]), 400, "SerializationException"],
  ["a service that does not speak CBOR", "POST", "/service/Nimbus/operation/Fly", CBOR, new Uint8Array([0xa0]), 400, "Nimbus Fly"],
  ["a form without an action", "POST", "/", FORM, "", 400, "InvalidAction"],
  ["text for a number", "POST", "/", FORM, "Action=DescribeAlarms&Version=2010-08-01&MaxRecords=x", 400, "MaxRecords"],
  ["a form nested deeper than the stack", "POST", "/", FORM, `Action=Publish&Version=2010-03-31&${"a.".repeat(200_000)}=1`, 400, "MalformedQueryString"],
  ["XML that does not end", "POST", `/${BUCKET}?delete`, S3, "<a>".repeat(100_000), 400, "MalformedXML"],
  ["an object that is too large", "PUT", `/${BUCKET}/k`, S3, huge, 400, "EntityTooLarge"],
];

describe("what no client should send", () => {
  test.each(CASES)("%s is refused in the protocol's shape, and the next request is answered", async (_case, method, path, headers, body, status, text) => {
    const response = await fetch(`${account.url}${path}`, { method, headers, body });
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
    const next = await fetch(account.url, { method: "POST", headers: json(`${DYNAMODB}.ListTables`), body: "{}" });
    expect(await next.json()).toEqual({ TableNames: ["orders"] });
  });
});
