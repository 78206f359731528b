import { DynamoDBClient, GetItemCommand, PutItemCommand, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { crc32 } from "node:zlib";
import type { Caller, Cloud, Operations } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { WorkerHost } from "../../../twin/doors/worker-host";
import { AwsError } from "../../../twin/errors";
import { RealKernel } from "../../../twin/kernel/real";
import { lambda } from "../../../twin/services/lambda/index";
import { sessions } from "../../../twin/services/lambda/sessions";
import { askWeb } from "../../../twin/web";
import { bundle, config, makeCloud, REGION, ROLE } from "./support";

let kernel: RealKernel;
let cloud: Cloud;
let wire: AwsWire;
let host: WorkerHost;

beforeEach(async () => {
  kernel = new RealKernel(1, (error) => {
    throw error;
  });
  host = new WorkerHost({ endpointUrl: () => wire.url, dnsServer: () => "127.0.0.1:9", ask: (asker, url) => askWeb(cloud, asker, url) });
  cloud = makeCloud(kernel, host);
  wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await host.close();
  await wire.stop();
  kernel.stop();
});

const serve = (operations: Operations): void => cloud.publish("dynamodb", REGION, operations);

const client = (more: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({ region: REGION, endpoint: wire.url, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s" }, ...more });

const post = (headers: Record<string, string>, body = "{}"): Promise<Response> => fetch(wire.url, { method: "POST", headers, body });
const target = (name: string): Record<string, string> => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.0" });

describe("the AWS endpoint of a region", () => {
  test("carries an SDK call to the service and its answer back, bytes included", async () => {
    const seen: unknown[] = [];
    serve({ PutItem: (input) => seen.push(input) && { Attributes: { b: { B: new Uint8Array([255, 0, 1]) }, set: { BS: [new Uint8Array([7])] } } } });
    const Item = { id: { S: "a" }, blob: { B: new Uint8Array([1, 2, 250]) }, B: { M: { B: { S: "no bytes" } } } };
    const { Attributes } = await client().send(new PutItemCommand({ TableName: "t", Item }));
    expect(seen).toEqual([{ TableName: "t", Item }]);
    expect(Attributes).toEqual({ b: { B: new Uint8Array([255, 0, 1]) }, set: { BS: [new Uint8Array([7])] } });
  });

  test("gives a failed condition its name, status and item, so that a handler can compare", async () => {
    serve({
      PutItem: () => {
        throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, { Item: { id: { S: "a" } } });
      },
    });
    await expect(client().send(new PutItemCommand({ TableName: "t", Item: {} }))).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: { id: { S: "a" } },
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ["an unknown operation", target("DynamoDB_20120810.Fly"), "{}", 400, "UnknownOperationException", "Fly"],
    ["an unknown service", target("Nimbus_1.Fly"), "{}", 400, "UnknownOperationException", "Nimbus_1.Fly"],
    ["another protocol", {}, "{}", 400, "UnknownOperationException", "POST /"],
    ["a body that is not JSON", target("DynamoDB_20120810.GetItem"), "{", 400, "SerializationException", "not JSON"],
    ["a body that is a list", target("DynamoDB_20120810.GetItem"), "[]", 400, "SerializationException", "object"],
    ["bytes that are not base64", target("DynamoDB_20120810.GetItem"), '{"Key":{"id":{"B":"?"}}}', 400, "SerializationException", "base64"],
  ])("refuses %s in the protocol's shape", async (_case, headers, body, status, name, text) => {
    serve({ GetItem: () => ({}) });
    const response = await post(headers, body);
    const answer = (await response.json()) as { __type: string; message: string };
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, name]);
    expect(answer.__type.split("#")[1]).toBe(name);
    expect(answer.message).toContain(text);
  });

  test("signs its answers with DynamoDB's checksum and a request id", async () => {
    serve({ GetItem: () => ({ Item: { name: { S: "Zoë" } } }) });
    const response = await post(target("DynamoDB_20120810.GetItem"));
    const text = await response.text();
    expect(response.headers.get("x-amz-crc32")).toBe(String(crc32(text)));
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9A-Z]{52}$/);
    expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.0");
  });

  test("dates are seconds since the epoch", async () => {
    cloud.publish("dynamodbstreams", REGION, { GetRecords: () => ({ Records: [{ dynamodb: { ApproximateCreationDateTime: new Date(1_500) } }] }) });
    const response = await post(target("DynamoDBStreams_20120810.GetRecords"));
    expect(await response.json()).toEqual({ Records: [{ dynamodb: { ApproximateCreationDateTime: 1.5 } }] });
  });

  test.each([
    ["an issued access key", true, { region: REGION, principal: ROLE }],
    ["any other key", false, {}],
  ])("%s tells the caller", async (_case, issued, expected) => {
    const callers: Caller[] = [];
    serve({ GetItem: (_input, caller) => callers.push(caller) && {} });
    const credentials = sessions(cloud).issue({ region: REGION, principal: ROLE }, "fn");
    await client(issued ? { credentials } : {}).send(new GetItemCommand({ TableName: "t", Key: {} }));
    expect(callers).toEqual([expected]);
  });
});

describe("faults at the AWS endpoint", () => {
  beforeEach(() => serve({ GetItem: () => ({}) }));
  const get = (sdk: DynamoDBClient) => sdk.send(new GetItemCommand({ TableName: "t", Key: {} }));

  test("a region that is out cuts the connection", async () => {
    cloud.faults.add({ kind: "outage", region: REGION });
    await expect(get(client())).rejects.toThrow("socket hang up");
  });

  test("a failing service is an internal error", async () => {
    cloud.faults.add({ kind: "service", service: "dynamodb" });
    await expect(get(client())).rejects.toMatchObject({ name: "InternalServerError", $metadata: { httpStatusCode: 500 } });
  });

  test("packets that vanish leave the caller to its own time limit", async () => {
    cloud.faults.add({ kind: "service", service: "dynamodb", mode: "vanish" });
    const impatient = client({ requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true } });
    await expect(get(impatient)).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("a deployed function and the endpoint together", () => {
  test("a bundled SDK client finds the twin by its environment and is known by its role", async () => {
    const callers: Caller[] = [];
    serve({ GetItem: (_input, caller) => callers.push(caller) && { Item: { id: { S: "found" } } } });
    const code = bundle(`
      import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
      const client = new DynamoDBClient({});
      export const handler = async () => (await client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "x" } } }))).Item;`);
    const service = lambda(cloud, REGION);
    service.deploy(config(code));
    expect(await service.invoke("fn", {}, {})).toMatchObject({ payload: { id: { S: "found" } } });
    expect(callers).toEqual([{ region: REGION, principal: ROLE, process: expect.objectContaining({ function: "fn" }) }]);
  });

  const CALLING = bundle(`
    import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
    const client = new DynamoDBClient({ maxAttempts: 1 });
    export const handler = async () => (await client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "x" } } }))) && Date.now();`);

  test("the process that makes a call can die of it, alone: the other one under way and the next one live", async () => {
    serve({ GetItem: () => ({}) });
    const service = lambda(cloud, REGION);
    service.deploy(config(CALLING));
    cloud.faults.add({ kind: "service", service: "dynamodb", caller: "fn", mode: "crash", times: 1 });
    const two = await Promise.all([service.invoke("fn", {}, {}), service.invoke("fn", {}, {})]);
    expect(two.map(({ functionError }) => functionError?.errorType).sort()).toEqual(["Runtime.ExitError", undefined]);
    expect((await service.invoke("fn", {}, {})).functionError).toBeUndefined();
  });
});
