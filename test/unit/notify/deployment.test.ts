import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, UNKNOWN, type Props } from "../../../twin/deploy/engine/wire";
import { create, PEER, startEngine, type Engine } from "../deploy/engine-support";
import { provider, run } from "../deploy/programs";

const INVOCATION = "aws:lambda/invocation:Invocation";
const FUNCTION = "aws:lambda/function:Function";
const ROLE = "arn:aws:iam::123456789012:role/r";

/** A function that answers what it was asked, and the account's own word. */
const CODE = `exports.createHandler = (runtime) => async (event) => {
  if (event.fail) throw new TypeError("no such thing");
  return { asked: event.n, action: event.tf && event.tf.action, greeting: runtime.env.GREETING };
};
exports.handler = () => undefined;`;

const deployed = (input: object, lifecycleScope = "CRUD") =>
  run(() => {
    const options = { provider: provider("us-east-1") };
    const fn = new aws.lambda.Function(
      "fn",
      {
        name: "fn",
        role: ROLE,
        runtime: "nodejs24.x",
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(CODE) }),
        environment: { variables: { GREETING: "hello" } },
      },
      options,
    );
    return { result: new aws.lambda.Invocation("call", { functionName: fn.name, input: JSON.stringify(input), lifecycleScope }, options).result };
  });

test("an invocation's result is what the deployed code answers, told that it is being created", async () => {
  const { graph } = await deployed({ n: 7 });
  expect(graph.refusals).toEqual([]);
  expect(JSON.parse(String(graph.outputs["result"]))).toEqual({ asked: 7, action: "create", greeting: "hello" });
});

test("without the scope CRUD the function gets its input as it is", async () => {
  expect(JSON.parse(String((await deployed({ n: 1 }, "CREATE_ONLY")).graph.outputs["result"]))).toEqual({ asked: 1, greeting: "hello" });
});

test("a function that fails at the deployment is a refusal that tells its error", async () => {
  expect((await deployed({ fail: true })).graph.refusals).toEqual([
    expect.objectContaining({ resource: "call", message: expect.stringContaining("fn (us-east-1) failed: TypeError: no such thing") }),
  ]);
});

describe("under the real engine", () => {
  let engine: Engine;
  beforeEach(() => {
    engine = startEngine();
    engine.call("create", create(FUNCTION, { name: "fn", role: ROLE, runtime: "nodejs24.x", handler: "index.handler", code: archive(CODE), environment: { variables: { GREETING: "hello" } } }));
  });
  afterEach(() => engine.remove());

  /** As the engine writes an archive of texts. */
  const archive = (text: string): Props => ({
    "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
    assets: { "index.js": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text } },
  });
  const calling = (input: object, preview = false): Promise<pb.CreateResponse> =>
    new Promise((resolve, reject) => {
      const handle = engine.provider.service()["create"] as unknown as (call: object, done: (error: { details: string } | null, response?: pb.CreateResponse) => void) => void; // a unary handler
      const request = create(INVOCATION, { functionName: "fn", input: JSON.stringify(input), lifecycleScope: "CRUD" }, preview);
      handle({ request, getPeer: () => PEER }, (error, response) => (response ? resolve(response) : reject(new Error(error?.details))));
    });

  test("the account's own function is run", async () => {
    expect(JSON.parse(String(fromStruct((await calling({ n: 3 })).getProperties())["result"]))).toEqual({ asked: 3, action: "create", greeting: "hello" });
  });

  test("a preview runs nothing: the result is not known yet", async () => {
    expect(fromStruct((await calling({ fail: true }, true)).getProperties())["result"]).toBe(UNKNOWN);
  });

  test("where it fails nothing is created", async () => {
    const before = engine.account.size;
    await expect(calling({ fail: true })).rejects.toThrow("TypeError: no such thing");
    expect(engine.account.size).toBe(before);
  });
});
