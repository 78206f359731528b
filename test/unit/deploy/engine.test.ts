import { readFileSync } from "node:fs";
import * as grpc from "@grpc/grpc-js";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Account } from "../../../twin/deploy/engine/account";
import { serveProvider } from "../../../twin/deploy/engine/serve";
import { fromStruct, toStruct, UNKNOWN, type Props } from "../../../twin/deploy/engine/wire";
import { ACCOUNT, check, create, diff, invoke, PEER, read, remove, ROLE, startEngine, TOPIC, update, type Engine } from "./engine-support";

const ARN = `arn:aws:sns:us-east-2:${ACCOUNT}:orders`;
const PRECONDITION = grpc.status.FAILED_PRECONDITION;

let engine: Engine;
beforeEach(() => {
  engine = startEngine();
});
afterEach(() => engine.remove());

const checked = (news: Props, type = TOPIC, peer = PEER) => {
  const response = engine.call<pb.CheckResponse>("check", check(type, news), peer);
  return { inputs: fromStruct(response.getInputs()), failures: response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]) };
};
const created = (properties: Props, preview = false, peer = PEER, type = TOPIC) => {
  const response = engine.call<pb.CreateResponse>("create", create(type, properties, preview), peer);
  return { id: response.getId(), properties: fromStruct(response.getProperties()) };
};
const found = (id: string, peer = PEER) => {
  const response = engine.call<pb.ReadResponse>("read", read(TOPIC, id, { name: "orders" }), peer);
  return { id: response.getId(), properties: fromStruct(response.getProperties()), inputs: fromStruct(response.getInputs()) };
};
const differing = (...args: Parameters<typeof diff>) => {
  const response = engine.call<pb.DiffResponse>("diff", diff(...args));
  return { changed: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME, diffs: response.getDiffsList().sort(), replaces: response.getReplacesList() };
};

describe("check", () => {
  test("stamps region and all tags, as the AWS provider does, and finds nothing wrong", () => {
    engine.configure("b", "us-west-2", { Project: "shop", Tier: "low" });
    expect(checked({ name: "orders", tags: { Tier: "high" } }, TOPIC, "b")).toEqual({
      inputs: { name: "orders", tags: { Tier: "high" }, region: "us-west-2", tagsAll: { Project: "shop", Tier: "high" } },
      failures: [],
    });
  });

  test("a global service's resource has no region", () => {
    expect(checked({ name: "r", assumeRolePolicy: UNKNOWN }, ROLE).inputs).toEqual({ name: "r", assumeRolePolicy: UNKNOWN, tagsAll: {} });
  });

  test("what AWS would refuse is a failure of its property, with the rule's code", () => {
    expect(checked({ name: "a.b" }).failures).toEqual([["name", expect.stringMatching(/\[sns\.name\]$/)]]);
  });

  test("what is not known yet is not judged yet; tags that are not known make all tags unknown", () => {
    expect(checked({ name: "a.b", displayName: UNKNOWN, tags: { a: UNKNOWN } })).toMatchObject({ failures: [], inputs: { tagsAll: UNKNOWN } });
  });

  test("a secret is judged by what it hides", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "a.b" };
    expect(checked({ name: secret }).failures).toEqual([["name", expect.stringContaining("sns.name")]]);
  });
});

describe("create, read, update, delete", () => {
  test("a resource is there from its creation to its deletion, in its own region", () => {
    engine.configure("b", "us-west-2");
    expect(created({ name: "orders", region: "us-east-2" })).toEqual({ id: ARN, properties: expect.objectContaining({ name: "orders", arn: ARN, owner: ACCOUNT }) });
    expect(found(ARN)).toEqual({ id: ARN, properties: expect.objectContaining({ arn: ARN }), inputs: { name: "orders" } });
    expect(found(ARN, "b").id).toBe("");

    const response = engine.call<pb.UpdateResponse>("update", update(TOPIC, ARN, { name: "orders", displayName: "Orders" }));
    expect(fromStruct(response.getProperties())).toMatchObject({ displayName: "Orders", arn: ARN });
    expect(found(ARN).properties).toMatchObject({ displayName: "Orders" });

    engine.call("delete", remove(TOPIC, ARN));
    expect([found(ARN).id, engine.account.size]).toEqual(["", 0]);
    engine.call("delete", remove(TOPIC, ARN));
  });

  test("a name that is taken is refused and leaves what is there", () => {
    created({ name: "orders", displayName: "first" });
    expect(() => created({ name: "orders", displayName: "second" })).toThrow(expect.objectContaining({ code: PRECONDITION, message: `${TOPIC} ${ARN} exists already in us-east-2` }));
    expect(found(ARN).properties["displayName"]).toBe("first");
  });

  test("the same name is free in another region; a global one is not", () => {
    engine.configure("b", "us-west-2");
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] });
    created({ name: "orders" });
    expect(created({ name: "orders" }, false, "b").id).toBe(`arn:aws:sns:us-west-2:${ACCOUNT}:orders`);
    created({ name: "clerk", assumeRolePolicy: trust }, false, PEER, ROLE);
    expect(() => created({ name: "clerk", assumeRolePolicy: trust }, false, "b", ROLE)).toThrow("exists already in global");
  });

  test("a preview creates nothing, and what AWS would add is unknown in it", () => {
    expect(created({ name: "orders" }, true)).toEqual({ id: "", properties: expect.objectContaining({ name: "orders", arn: UNKNOWN, owner: UNKNOWN }) });
    expect(engine.account.size).toBe(0);
  });

  test("a preview with unknown inputs gives them back; a deployment with them fails", () => {
    expect(created({ name: UNKNOWN }, true).properties).toEqual({ name: UNKNOWN });
    expect(() => created({ name: UNKNOWN })).toThrow(expect.objectContaining({ code: PRECONDITION, message: expect.stringContaining("still unknown") }));
    expect(engine.account.size).toBe(0);
  });

  test("the preview of an update changes nothing", () => {
    created({ name: "orders", displayName: "first" });
    engine.call("update", update(TOPIC, ARN, { name: "orders", displayName: "second" }, true));
    expect(found(ARN).properties["displayName"]).toBe("first");
  });
});

describe("diff", () => {
  test.each<[string, Parameters<typeof diff>, ReturnType<typeof differing>]>([
    ["equal inputs in another order", [TOPIC, { name: "a", tags: { x: 1, y: 2 } }, { tags: { y: 2, x: 1 }, name: "a" }], { changed: false, diffs: [], replaces: [] }],
    ["a change in place", [TOPIC, { name: "a" }, { name: "a", displayName: "A" }], { changed: true, diffs: ["displayName"], replaces: [] }],
    ["a change that replaces", [TOPIC, { name: "a", displayName: "A" }, { name: "b", displayName: "B" }], { changed: true, diffs: ["displayName", "name"], replaces: ["name"] }],
    ["a move to another region", [TOPIC, { name: "a", region: "us-east-1" }, { name: "a", region: "us-west-2" }], { changed: true, diffs: ["region"], replaces: ["region"] }],
    ["a property that is dropped", [TOPIC, { name: "a", fifoTopic: true }, { name: "a" }], { changed: true, diffs: ["fifoTopic"], replaces: ["fifoTopic"] }],
    ["an ignored change", [TOPIC, { name: "a", tags: { x: 1 } }, { name: "b", tags: { x: 2 } }, ["name", "tags"]], { changed: false, diffs: [], replaces: [] }],
  ])("%s", (_, args, expected) => expect(differing(...args)).toEqual(expected));

  const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
  const PERMISSION = "aws:lambda/permission:Permission";
  test.each<[string, boolean, Parameters<typeof diff>]>([
    ["a name that stays", true, [PERMISSION, { statementId: "api", function: "pay" }, { statementId: "api", function: "pay", qualifier: "live" }]],
    ["a name that changes", false, [TOPIC, { name: "a", fifoTopic: true }, { name: "b" }]],
    ["no name", false, [LOCK, { backupVaultName: "v", minRetentionDays: 7 }, { backupVaultName: "v", minRetentionDays: 14 }]],
    ["a change in place", false, [TOPIC, { name: "a" }, { name: "a", displayName: "A" }]],
  ])("the old one goes before the new one comes, or not: %s", (_, first, args) => {
    expect(engine.call<pb.DiffResponse>("diff", diff(...args)).getDeletebeforereplace()).toBe(first);
  });

  test("what has no name is made while the old one stands, and a vault takes no second lock", () => {
    const inputs = { backupVaultName: "vault", minRetentionDays: 7, region: "us-east-2" };
    created(inputs, false, PEER, LOCK);
    expect(() => created({ ...inputs, minRetentionDays: 14 }, false, PEER, LOCK)).toThrow("exists already");
  });

  test("another region for a provider replaces it, another version does not", () => {
    const config = (before: Props, after: Props) => engine.call<pb.DiffResponse>("diffConfig", diff("", before, after));
    expect(config({ region: "us-east-1" }, { region: "us-east-2" }).getReplacesList()).toEqual(["region"]);
    expect(config({ region: "us-east-1", version: "1" }, { region: "us-east-1", version: "2" }).getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_NONE);
  });
});

describe("what the provider does not know", () => {
  const UNKNOWN_TYPE = "aws:ecs/cluster:Cluster";
  test.each<[string, string, () => unknown]>([
    ["check", UNKNOWN_TYPE, () => check(UNKNOWN_TYPE, {})],
    ["create", UNKNOWN_TYPE, () => create(UNKNOWN_TYPE, {})],
    ["diff", UNKNOWN_TYPE, () => diff(UNKNOWN_TYPE, {}, {})],
    ["read", UNKNOWN_TYPE, () => read(UNKNOWN_TYPE, "x")],
    ["invoke", "aws:index/getBillingServiceAccount", () => invoke("aws:index/getBillingServiceAccount")],
  ])("%s names it and changes nothing", (method, name, request) => {
    expect(() => engine.call(method, request())).toThrow(expect.objectContaining({ code: PRECONDITION, message: expect.stringContaining(name) }));
    expect(engine.account.size).toBe(0);
  });

  test("a provider without a region is refused", () => {
    expect(() => engine.call("configure", new pb.ConfigureRequest().setArgs(toStruct({})), "c")).toThrow(expect.objectContaining({ message: expect.stringContaining("region") }));
  });

  test("a connection that was never configured is refused", () => {
    expect(() => checked({ name: "orders" }, TOPIC, "stranger")).toThrow(expect.objectContaining({ message: expect.stringContaining("stranger") }));
  });
});

test("the end of one connection leaves the others", () => {
  engine.configure("b", "us-west-2");
  engine.call("cancel", new Empty(), "b");
  expect(checked({ name: "orders" }).inputs["region"]).toBe("us-east-2");
  expect(() => checked({ name: "orders" }, TOPIC, "b")).toThrow("never configured");
});

test("a program's questions are answered for the connection's region", () => {
  engine.configure("b", "us-west-2");
  const region = (peer: string) => fromStruct(engine.call<pb.InvokeResponse>("invoke", invoke("aws:index/getRegion:getRegion"), peer).getReturn())["region"];
  expect([region(PEER), region("b")]).toEqual(["us-east-2", "us-west-2"]);
});

test("an account is found again by the engine's next run, and deleted resources are not", () => {
  expect(new Account(engine.file).size).toBe(0);
  created({ name: "orders" });
  created({ name: "gone" });
  engine.call("delete", remove(TOPIC, `arn:aws:sns:us-east-2:${ACCOUNT}:gone`));
  const later = new Account(engine.file);
  expect(later.get({ type: TOPIC, region: "us-east-2", id: ARN })).toMatchObject({ name: "orders", arn: ARN });
  expect([later.size, later.get({ type: TOPIC, region: "us-east-1", id: ARN })]).toEqual([1, undefined]);
  expect(JSON.parse(readFileSync(engine.file, "utf8"))).toEqual({ [`us-east-2 ${TOPIC} ${ARN}`]: expect.objectContaining({ name: "orders" }) });
});

test("a real gRPC client is served: handshake, plug-in info, errors with their status", async () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no type declarations
  const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as { ResourceProviderClient: grpc.ServiceClientConstructor };
  const served = await serveProvider(engine.provider);
  const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
  const ask = <Response>(method: string, request: unknown): Promise<Response> =>
    new Promise((resolve, reject) => {
      const handle = client[method] as (request: unknown, done: (error: grpc.ServiceError | null, response: Response) => void) => void; // a unary method
      handle.call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  try {
    expect((await ask<pb.ProviderHandshakeResponse>("handshake", new pb.ProviderHandshakeRequest())).getAcceptSecrets()).toBe(false);
    expect((await ask<plugin.PluginInfo>("getPluginInfo", new Empty())).getVersion()).toBe("7.48.0");
    await expect(ask("check", check(TOPIC, { name: "orders" }))).rejects.toMatchObject({ code: PRECONDITION, details: expect.stringContaining("never configured") });
    await ask("configure", new pb.ConfigureRequest().setArgs(toStruct({ region: "us-east-1" })));
    const response = await ask<pb.CreateResponse>("create", create(TOPIC, { name: "orders" }));
    expect(response.getId()).toBe(`arn:aws:sns:us-east-1:${ACCOUNT}:orders`);
  } finally {
    client.close();
    served.close();
  }
});
