import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { within } from "../../../twin/kernel/kernel";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { WorkerHost } from "../../../twin/doors/worker-host";
import { RealKernel } from "../../../twin/kernel/real";
import { lambda } from "../../../twin/services/lambda/index";
import { sessions } from "../../../twin/services/lambda/sessions";
import type { Cloud } from "../../../twin/cloud";
import { askWeb } from "../../../twin/web";
import { bundle, config, handlerOf, makeCloud, REGION, ROLE, settle, virtualCloud } from "../lambda/support";
import { attachment, egress, gateway, network, through } from "./support";

const ROUTE = { region: REGION, service: "dynamodb", operation: "GetItem" };
const WAY = [through(gateway("dynamodb", ["private-table"])), egress({ prefixListId: "pl-dynamodb" })];
const publish = (cloud: Cloud): void => cloud.publish("dynamodb", REGION, { GetItem: () => ({ Item: { id: { S: "a" } } }) });

/** Calls the table with the runtime's own budget of time, and says what came of it. */
const CODE = `
  const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");
  exports.createHandler = (runtime) => {
    const client = runtime.client(DynamoDBClient, { connectMs: 100, requestMs: 300, attempts: 1, baseMs: 10, capMs: 10 });
    return () => client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "a" } } })).then(({ Item }) => Item.id.S, (error) => error.name);
  };
  exports.handler = async () => "only in virtual time";`;

describe("Cloud.call", () => {
  test.each([
    ["outside a VPC reaches everything", [], undefined, false],
    ["in a VPC with a way is answered", WAY, attachment(), false],
    ["in a VPC without one is never answered", [], attachment(), true],
  ])("a caller %s", async (_, changes, from, timedOut) => {
    const { cloud, kernel } = virtualCloud();
    publish(cloud);
    network(cloud, ...changes);
    const caller = { region: REGION, principal: ROLE, ...(from ? { network: from } : {}) };
    expect(await settle(kernel, within(kernel, 60_000, cloud.call(ROUTE, {}, caller)))).toMatchObject({ timedOut });
  });
});

describe("a function in process", () => {
  test.each([
    ["with a way gets its answer", WAY, "a"],
    ["without one runs into its client's time limit", [], "TimeoutError"],
  ])("%s", async (_, changes, payload) => {
    const { cloud, kernel } = virtualCloud();
    publish(cloud);
    network(cloud, ...changes);
    lambda(cloud, REGION).deploy(config(bundle(CODE), { network: attachment() }));
    expect(await settle(kernel, lambda(cloud, REGION).invoke("fn", {}, {}))).toMatchObject({ payload });
  });

  test("resolves names without any way out: the VPC's resolver is Amazon's", async () => {
    const { cloud, kernel } = virtualCloud();
    network(cloud);
    const body = handlerOf('return runtime.resolveCname("gone.example.com").catch((error) => error.code);');
    lambda(cloud, REGION).deploy(config(body, { network: attachment() }));
    expect(await settle(kernel, lambda(cloud, REGION).invoke("fn", {}, {}))).toMatchObject({ payload: expect.stringMatching(/^E(NOTFOUND|SERVFAIL|NODATA)$/) });
  });
});

describe("a function in a thread, behind the wire", () => {
  const THREAD = `
    const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");
    const { NodeHttpHandler } = require("@smithy/node-http-handler");
    const client = new DynamoDBClient({ maxAttempts: 1, requestHandler: new NodeHttpHandler({ requestTimeout: 300, throwOnRequestTimeout: true }) });
    exports.handler = () => client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "a" } } })).then(({ Item }) => Item.id.S, (error) => error.name);`;
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
    publish(cloud);
  });
  afterEach(async () => {
    await host.close();
    await wire.stop();
    kernel.stop();
  });

  test.each([
    ["with a way gets its answer", WAY, "a"],
    ["without one runs into its client's time limit", [], "TimeoutError"],
  ])("%s", async (_, changes, payload) => {
    network(cloud, ...changes);
    lambda(cloud, REGION).deploy(config(bundle(THREAD), { network: attachment() }));
    expect(await lambda(cloud, REGION).invoke("fn", {}, {})).toMatchObject({ payload });
  });

  test("its credentials tell where it stands; the account's owner stands outside", async () => {
    network(cloud);
    const { accessKeyId, secretAccessKey, sessionToken } = sessions(cloud).issue({ principal: ROLE, region: REGION, network: attachment() }, "fn");
    const ask = (credentials: object): Promise<unknown> => {
      const client = new DynamoDBClient({ region: REGION, endpoint: wire.url, maxAttempts: 1, credentials: { accessKeyId: "AKIAOUTSIDE", secretAccessKey: "s", ...credentials } });
      return client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "a" } } }), { abortSignal: AbortSignal.timeout(300) });
    };
    await expect(ask({})).resolves.toMatchObject({ Item: { id: { S: "a" } } });
    await expect(ask({ accessKeyId, secretAccessKey, sessionToken })).rejects.toMatchObject({ name: "AbortError" });
  });
});
