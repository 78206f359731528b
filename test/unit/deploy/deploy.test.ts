import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../../lib/config";
import { program } from "../../../lib/program";
import { Registry } from "../../../twin/deploy/registry";
import { stubBundler } from "../program/helper";
import { ACCOUNT, named, provider, run, twoRegions } from "./programs";

describe("what a program asks", () => {
  const asking = (ask: (options: pulumi.InvokeOptions) => unknown) => run(async () => ({ answer: await ask({ provider: provider("us-west-2") }) }));

  test.each<[string, (options: pulumi.InvokeOptions) => unknown, object]>([
    ["whose account it is", (options) => aws.getCallerIdentity({}, options), { accountId: ACCOUNT }],
    ["where it is: where its provider works", (options) => aws.getRegion({}, options), { region: "us-west-2" }],
  ])("%s is answered", async (_, ask, answer) => {
    expect((await asking(ask)).graph.outputs["answer"]).toMatchObject(answer);
  });

  test("a function that the twin does not know is an error", async () => {
    await expect(asking((options) => aws.getBillingServiceAccount({}, options))).rejects.toThrow();
  });

  test("a function that the twin does not know is named", async () => {
    await expect(asking((options) => aws.getBillingServiceAccount({}, options))).rejects.toThrow("getBillingServiceAccount");
  });
});

describe("a program that fails", () => {
  test.each([
    ["at once", () => { throw new RangeError("no shop today"); }],
    ["later", async () => { await Promise.resolve(); throw new RangeError("no shop today"); }],
    ["after it has registered something", () => { provider("us-east-1"); throw new RangeError("no shop today"); }],
  ])("%s rejects with its own error, and the next one deploys", async (_, failing) => {
    await expect(run(failing)).rejects.toThrow(new RangeError("no shop today"));
    expect((await run(twoRegions)).graph.refusals).toEqual([]);
  });

  test("this program with a wrong configuration tells every mistake and registers nothing", async () => {
    const registered = jest.spyOn(Registry.prototype, "newResource");
    const config = { "tap:domain": "payments.example.com", "tap:createHostedZone": "true", "tap:ttl": "300", "tap:consistency": "loose" };
    const refused: unknown = await run(() => program({ bundle: stubBundler }), { config, stack: "dev" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect((refused as ConfigError).problems.map(({ key }) => key).sort()).toEqual(["consistency", "ttl"]); // as just seen
    expect(registered.mock.calls.map(([{ type }]) => type)).toEqual(["pulumi:pulumi:Stack"]);
    registered.mockRestore();
  });
});

describe("deployments of one process", () => {
  const withConfig = () => {
    const config = new pulumi.Config("shop");
    new aws.sns.Topic("t", { name: config.require("name") }, { provider: provider("us-east-1") });
    return { stack: pulumi.getStack(), project: pulumi.getProject() };
  };

  test("take turns: programs started together keep their own config and stack", async () => {
    const names = ["a", "b", "c"];
    const deployments = await Promise.all(names.map((name) => run(withConfig, { stack: name, config: { "shop:name": `topic-${name}` } })));
    expect(deployments.map((deployment) => [deployment.graph.outputs, named(deployment, "t").inputs["name"]])).toEqual(
      names.map((name) => [{ stack: name, project: "shop" }, `topic-${name}`]),
    );
  });

  test("a failed one does not hold up the one behind it", async () => {
    const failing = run(() => { throw new Error("first"); });
    const next = run(withConfig, { config: { "shop:name": "second" } });
    await expect(failing).rejects.toThrow("first");
    expect(named(await next, "t").inputs["name"]).toBe("second");
  });

  test("repeat to the same graph, ids and all", async () => {
    const [first, second] = [await run(twoRegions), await run(twoRegions)];
    expect(first.graph.resources.length).toBeGreaterThan(6);
    expect(second).toEqual(first);
  });

  test("leave stack traces on, which they switch off while they run", async () => {
    const limit = Error.stackTraceLimit;
    await run(() => undefined);
    await run(() => { throw new Error("no"); }).catch(() => undefined);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(limit).toBeGreaterThan(0);
  });
});
