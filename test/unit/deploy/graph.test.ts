import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../../../twin/deploy/graph";
import { ACCOUNT, named, provider, run, Shop, trust, twoRegions } from "./programs";

describe("the graph of a program", () => {
  let deployment: Deployment;
  const urn = (name: string): string => named(deployment, name).urn;
  beforeAll(async () => {
    deployment = await run(twoRegions);
  });

  test("has nothing to refuse", () => expect(deployment.graph.refusals).toEqual([]));

  test.each([
    ["orders", "aws:sns/topic:Topic", "us-east-1", `arn:aws:sns:us-east-1:${ACCOUNT}:orders`],
    ["far", "aws:sns/topic:Topic", "us-west-2", `arn:aws:sns:us-west-2:${ACCOUNT}:far`],
    ["clerk", "aws:iam/role:Role", undefined, "clerk"],
    ["us-west-2", "pulumi:providers:aws", "us-west-2", "provider-us-west-2"],
  ])("%s is where its provider works, global services nowhere", (name, type, region, id) => {
    expect(named(deployment, name)).toMatchObject({ type, id });
    expect(named(deployment, name).region).toBe(region);
  });

  test.each([
    ["orders", "shop"],
    ["mail", "orders"],
  ])("%s has %s for a parent", (child, parent) => expect(named(deployment, child).parent).toBe(urn(parent)));

  test("an edge says which property it comes from, or that it was asked for", () => {
    expect(named(deployment, "mail").propertyDependencies).toEqual({ topic: [urn("orders")], endpoint: [urn("far")] });
    expect([...named(deployment, "mail").dependsOn].sort()).toEqual([urn("far"), urn("orders")].sort());
    expect(named(deployment, "far").dependsOn).toEqual([urn("clerk")]);
    expect(named(deployment, "far").propertyDependencies).toEqual({});
  });

  test("a resource comes after all that it depends on", () => {
    const order = deployment.graph.resources.map((resource) => resource.urn);
    const late = deployment.graph.resources.flatMap(({ urn: own, dependsOn }) => dependsOn.filter((other) => order.indexOf(other) > order.indexOf(own)));
    expect(late).toEqual([]);
  });

  test.each([
    ["orders", { protect: true, retainOnDelete: false, ignoreChanges: ["displayName", "tags"], explicitProvider: true }],
    ["far", { protect: false, retainOnDelete: true, ignoreChanges: [], explicitProvider: true }],
    // The parent's component carries the provider.
    ["mail", { protect: true, retainOnDelete: false, ignoreChanges: [], explicitProvider: true }],
  ])("%s keeps its options", (name, options) => expect(named(deployment, name).options).toEqual(options));

  test("a resource's inputs are outputs too, with what AWS adds", () => {
    const { inputs, outputs } = named(deployment, "orders");
    expect(inputs).toEqual({ name: "orders" });
    expect(outputs).toMatchObject({ name: "orders", owner: ACCOUNT, arn: `arn:aws:sns:us-east-1:${ACCOUNT}:orders` });
    expect(named(deployment, "mail").inputs["endpoint"]).toBe("orders@far.example");
  });

  test("a component is in it with its arguments, and without an id", () => {
    expect(named(deployment, "shop")).toMatchObject({ type: "shop:index:Shop", id: "", inputs: { motto: "open" } });
  });

  test("the stack's outputs are plain values", () => {
    expect(deployment.graph.outputs).toEqual({ topic: `arn:aws:sns:us-east-1:${ACCOUNT}:orders`, far: `arn:aws:sns:us-west-2:${ACCOUNT}:far` });
  });

  test("the whole of it is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(deployment.graph))).toEqual(deployment.graph);
  });
});

describe("values", () => {
  test("secrets are unwrapped wherever they stand: models and services see what AWS would see", async () => {
    const deployment = await run(() => {
      const options = { provider: provider("us-east-1") };
      const whole = new aws.sns.Topic("whole", { displayName: pulumi.secret("psst") }, options);
      new aws.sns.Topic("nested", { tags: { plain: "a", hidden: pulumi.secret("b") } }, options);
      return { name: pulumi.secret(whole.displayName), list: [pulumi.secret("c"), "d"] };
    });
    expect(named(deployment, "whole").inputs).toEqual({ displayName: "psst" });
    expect(named(deployment, "nested").inputs).toEqual({ tags: { plain: "a", hidden: "b" } });
    expect(deployment.graph.outputs).toEqual({ name: "psst", list: ["c", "d"] });
  });

  const lambda = (name: string, code: pulumi.asset.Archive, region: aws.Provider) =>
    new aws.lambda.Function(name, { name, role: `arn:aws:iam::${ACCOUNT}:role/clerk`, runtime: "nodejs24.x", handler: "index.handler", code }, { provider: region });
  const archive = (text: string) => new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(text) });

  test("an archive is a reference by its contents' hash; equal contents are kept once", async () => {
    const region = () => provider("us-east-1");
    const deployment = await run(() => {
      const east = region();
      for (const [name, text] of [["a", "exports.handler = 1;"], ["b", "exports.handler = 1;"], ["c", "exports.handler = 'ü';"]] as const) lambda(name, archive(text), east);
    });
    // printf 'exports.handler = 1;' | sha256sum
    const sha256 = "b44ee8d43accd441bb0793e1a2d41f32801b142ee64ebd8a980dfc77670eafb5";
    const code = (name: string) => named(deployment, name).inputs["code"];
    expect(code("a")).toEqual({ files: { "index.js": { sha256, bytes: 20 } } });
    expect(code("b")).toEqual(code("a"));
    expect(code("c")).toMatchObject({ files: { "index.js": { bytes: 23 } } });
    expect([...deployment.blobs.values()].sort()).toEqual(["exports.handler = 'ü';", "exports.handler = 1;"]);
    expect(deployment.blobs.get(sha256)).toBe("exports.handler = 1;");
  });

  test.each<[string, () => pulumi.asset.Archive, RegExp]>([
    ["a file in an archive", () => new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset("package.json") }), /index\.js: the twin reads StringAssets only/],
    ["an archive in an archive", () => new pulumi.asset.AssetArchive({ more: archive("x") }), /more: the twin reads StringAssets only/],
    ["an archive in a file", () => new pulumi.asset.FileArchive("dist"), /aws:lambda/],
    ["a single asset", () => new pulumi.asset.StringAsset("x") as unknown as pulumi.asset.Archive, /code: the twin reads archives of StringAssets/], // what TypeScript would stop
  ])("%s is refused by name, since its contents would not be known", async (_, code, message) => {
    const { graph } = await run(() => void lambda("f", code(), provider("us-east-1")));
    expect(graph.refusals).toEqual([{ code: "twin.model-failed", resource: "f", message: expect.stringMatching(message) }]);
  });
});

describe("refusals are collected, never thrown", () => {
  test("a type without a model is named, and what depends on it is deployed all the same", async () => {
    const { graph } = await run(() => {
      const options = { provider: provider("us-east-1") };
      const cluster = new aws.ecs.Cluster("ships", {}, options);
      new aws.sns.Topic("after", { displayName: cluster.name }, options);
    });
    expect(graph.refusals).toEqual([{ code: "twin.no-model", resource: "ships", message: expect.stringContaining("aws:ecs/cluster:Cluster") }]);
    expect(graph.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(["ships", "after"]));
  });

  test("a model that fails on a shape that it does not know is a refusal with its words", async () => {
    const { graph } = await run(() => void new aws.sns.Topic("odd", { name: 7 as unknown as string }, { provider: provider("us-east-1") })); // what TypeScript would stop
    expect(graph.refusals).toEqual([{ code: expect.stringMatching(/^(twin\.model-failed|sns\.name)$/), resource: "odd", message: expect.any(String) }].map(expect.objectContaining));
  });

  test("every mistake of a program is told at once, in the order of registration", async () => {
    const { graph } = await run(() => {
      const options = { provider: provider("us-east-1") };
      new aws.sns.Topic("dotted", { name: "a.b" }, options);
      new aws.sns.TopicSubscription("fax", { topic: `arn:aws:sns:us-east-1:${ACCOUNT}:t`, protocol: "fax", endpoint: "1" }, options);
      new aws.iam.Role("one", { name: "same", assumeRolePolicy: trust }, options);
      new aws.iam.Role("two", { name: "same", assumeRolePolicy: trust }, options);
    });
    expect(graph.refusals.map(({ code, resource }) => `${code} ${resource.split("::").pop()}`)).toEqual(["sns.name dotted", "sns.subscription fax", "iam.name-taken two"]);
  });

  test("the default provider is refused: its region would be the machine's", async () => {
    const { graph } = await run(() => {
      new aws.sns.Topic("lost", {});
      new Shop("shop", {}, { providers: { aws: provider("us-east-1") } });
    });
    const lost = graph.resources.find(({ name }) => name === "lost");
    expect(lost?.options.explicitProvider).toBe(false);
    expect(graph.refusals).toEqual([expect.objectContaining({ code: "provider.default", resource: lost?.urn })]);
  });

  test("a provider without a region is refused", async () => {
    const { graph } = await run(() => void new aws.Provider("nowhere", {}));
    expect(graph.refusals).toEqual([expect.objectContaining({ code: "provider.region", resource: "nowhere" })]);
  });
});
