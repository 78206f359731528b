import { IDLE_LIMIT_MS } from "../../../twin/services/lambda/environments";
import { COLD_START_MS } from "../../../twin/services/lambda/in-process";
import { lambda } from "../../../twin/services/lambda/index";
import { sdkClient } from "../../../twin/runtime";
import { config, handlerOf, REGION, settle, virtualCloud } from "./support";

const echo = handlerOf("return { got: event, id: context.awsRequestId };");
const slow = (ms: number): string => handlerOf(`await runtime.clock.sleep(${ms}); return "done";`);
const counting = `
  exports.createHandler = (runtime) => { let calls = 0; return async () => { calls += 1; await runtime.clock.sleep(10); return calls; }; };
  exports.handler = async () => undefined;`;

function deployed(code: string, more: Parameters<typeof config>[1] = {}) {
  const { kernel, cloud } = virtualCloud();
  const service = lambda(cloud, REGION);
  service.deploy(config(code, more));
  const invoke = (event: unknown = {}) => service.invoke("fn", event, {});
  return { kernel, cloud, service, invoke };
}

describe("a function in virtual time", () => {
  test("gives its result to the caller and pays a cold start once", async () => {
    const { kernel, invoke } = deployed(echo);
    const start = kernel.now();
    expect(await settle(kernel, invoke({ a: 1 }))).toMatchObject({ payload: { got: { a: 1 } } });
    const cold = kernel.now() - start;
    expect(cold).toBeGreaterThanOrEqual(COLD_START_MS.low);
    expect(cold).toBeLessThanOrEqual(COLD_START_MS.high);

    const warm = kernel.now();
    await settle(kernel, invoke());
    expect(kernel.now()).toBe(warm);
  });

  test("runs one invocation at a time per environment: concurrent callers get environments of their own", async () => {
    const { kernel, service, invoke } = deployed(counting);
    const first = await settle(kernel, Promise.all([invoke(), invoke()]));
    expect(first.map(({ payload }) => payload)).toEqual([1, 1]);
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 2 });
    expect((await settle(kernel, invoke())).payload).toBe(2);
  });

  test("is stopped at its time limit, tells the caller as Lambda does, and does nothing afterwards", async () => {
    const { kernel, cloud, service, invoke } = deployed(
      handlerOf(`await runtime.clock.sleep(5000); runtime.log({ reached: true }); return 1;`),
      { timeoutSeconds: 2 },
    );
    const { functionError, requestId, payload } = await settle(kernel, invoke());
    expect(functionError).toEqual({ errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: Task timed out after 2.00 seconds` });
    expect(payload).toBeUndefined();
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
    await kernel.run({ untilMs: kernel.now() + 60_000 });
    expect(service.logs("fn").map(({ line }) => line).join()).not.toContain("reached");
    expect(cloud.kernel.now()).toBeGreaterThan(0);
  });

  test("that throws keeps its environment; the error's type and message reach the caller", async () => {
    const { kernel, service, invoke } = deployed(handlerOf(`class Broke extends Error { name = "Broke"; } throw new Broke("no luck");`));
    expect((await settle(kernel, invoke())).functionError).toEqual({ errorType: "Broke", errorMessage: "no luck" });
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 1 });
  });

  test("that ends its process loses its environment", async () => {
    const { kernel, service, invoke } = deployed(handlerOf("process.exit(3);"));
    const { functionError, requestId } = await settle(kernel, invoke());
    expect(functionError).toEqual({ errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 3` });
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
  });

  test.each<[string, string, Parameters<typeof config>[1], string]>([
    ["its file is missing", echo, { handler: "other.handler" }, "Runtime.ImportModuleError"],
    ["it exports no such handler", echo, { handler: "index.main" }, "Runtime.HandlerNotFound"],
    ["its handler setting has no export", echo, { handler: "index" }, "Runtime.MalformedHandlerName"],
    ["its code does not parse", "exports.handler = (", {}, "Runtime.UserCodeSyntaxError"],
    ["it requires what was not bundled", "require('left-pad')", {}, "Runtime.ImportModuleError"],
    ["it throws while loading", "null.x", {}, "TypeError"],
    ["it takes a callback", "exports.handler = (event, context, callback) => callback(null, 1)", {}, "Runtime.CallbackHandlerDeprecated"],
    ["it has no createHandler", "exports.handler = async () => 1", {}, "Twin.NoCreateHandler"],
    ["it sets a timer of the machine", handlerOf("await new Promise((done) => setTimeout(done, 5));"), {}, "Twin.HiddenTimer"],
  ])("fails for its caller when %s", async (_case, code, more, errorType) => {
    const { kernel, invoke } = deployed(code, more);
    expect((await settle(kernel, invoke())).functionError?.errorType).toBe(errorType);
  });

  test("an idle environment is reclaimed, so that a quiet function starts cold again", async () => {
    const { kernel, service, invoke } = deployed(echo);
    await settle(kernel, invoke());
    await kernel.run({ untilMs: kernel.now() + IDLE_LIMIT_MS - 1 });
    expect(service.environments("fn").idle).toBe(1);
    await kernel.run({ untilMs: kernel.now() + 2 });
    expect(service.environments("fn").idle).toBe(0);
  });

  test("sees the environment as deployed and as Lambda adds it, and nothing of the machine", async () => {
    process.env["SECRET_OF_THE_MACHINE"] = "x";
    const { kernel, invoke } = deployed(handlerOf("return { given: runtime.env, module: modules };", "const modules = { ...process.env };"));
    const { payload } = await settle(kernel, invoke());
    const { given, module } = payload as { given: Record<string, string>; module: Record<string, string> };
    expect(Object.keys(given).sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "GREETING",
      "LAMBDA_RUNTIME_DIR",
      "LAMBDA_TASK_ROOT",
      "LANG",
      "PATH",
      "TZ",
      "_HANDLER",
    ]);
    expect(given).toMatchObject({ GREETING: "hello", AWS_REGION: REGION, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x", TZ: ":UTC" });
    expect(Object.keys(module).sort()).toEqual(Object.keys(given).sort());
  });

  test("keeps what it logs and prints for its operators", async () => {
    const { kernel, service, invoke } = deployed(handlerOf(`runtime.log({ a: 1 }); console.log("two", 2); return 1;`));
    await settle(kernel, invoke());
    expect(service.logs("fn").map(({ line }) => line)).toEqual(['{"a":1}', "two 2"]);
  });
});

describe("concurrency", () => {
  const reason = async (work: Promise<unknown>) => work.then(() => "ok", ({ name, Reason, $metadata }) => `${name} ${$metadata.httpStatusCode} ${Reason}`);

  test.each([
    ["reserved concurrency bounds a function", { reserved: 1 }, 1000, 2, "ReservedFunctionConcurrentInvocationLimitExceeded"],
    ["reserved 0 switches a function off", { reserved: 0 }, 1000, 1, "ReservedFunctionConcurrentInvocationLimitExceeded"],
    ["the account's quota bounds the rest", {}, 2, 3, "ConcurrentInvocationLimitExceeded"],
  ])("%s", async (_case, more, quota, callers, expected) => {
    const { kernel, service, invoke } = deployed(slow(1000), more);
    service.setConcurrencyQuota(quota);
    const outcomes = await settle(kernel, Promise.all(Array.from({ length: callers }, () => reason(invoke()))));
    expect(outcomes.filter((outcome) => outcome !== "ok")).toEqual([`TooManyRequestsException 429 ${expected}`]);
  });

  test("a function with a reservation still runs when others have used up the account", async () => {
    const { kernel, service, invoke } = deployed(slow(1000));
    service.deploy(config(slow(10), { name: "health", reserved: 5 }));
    service.setConcurrencyQuota(6);
    const work = Promise.all([reason(invoke()), reason(invoke()), reason(service.invoke("health", {}, {}))]);
    expect(await settle(kernel, work)).toEqual(["ok", "TooManyRequestsException 429 ConcurrentInvocationLimitExceeded", "ok"]);
  });
});

describe("faults", () => {
  test("a region that goes out takes its running invocations and its warm environments with it", async () => {
    const { kernel, cloud, service, invoke } = deployed(slow(1000));
    await settle(kernel, invoke());
    const caught = invoke().catch((error: Error) => error);
    kernel.after(100, () => cloud.faults.add({ kind: "outage", region: REGION, forSeconds: 5 }));
    expect(await settle(kernel, caught)).toMatchObject({ code: "ECONNRESET" });
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
    await kernel.run({ untilMs: kernel.now() + 6000 });
    const start = kernel.now();
    await settle(kernel, invoke());
    expect(kernel.now() - start).toBeGreaterThan(1000);
  });

  test("packets that vanish leave the caller without an answer", async () => {
    const { kernel, cloud, invoke } = deployed(slow(1000));
    let settled = false;
    void invoke().finally(() => (settled = true));
    kernel.after(500, () => cloud.faults.add({ kind: "outage", region: REGION, mode: "vanish" }));
    await kernel.run();
    expect(settled).toBe(false);
  });

  test("a fault of the service lambda hits invocations", async () => {
    const { kernel, cloud, invoke } = deployed(echo);
    cloud.faults.add({ kind: "service", service: "lambda", operation: "Invoke" });
    await expect(settle(kernel, invoke())).rejects.toMatchObject({ name: "InternalServerError" });
  });

  test("an unknown function is not found", async () => {
    const { kernel, service } = deployed(echo);
    await expect(settle(kernel, service.invoke("other", {}, {}))).rejects.toMatchObject({ name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } });
  });
});

describe("the SDK's Invoke", () => {
  class LambdaClient {
    readonly config = { defaultSigningName: "lambda" };
    readonly middlewareStack = { add: () => undefined };
  }

  test("a client that does not tell its service is refused rather than guessed", () => {
    const { cloud } = virtualCloud();
    expect(sdkClient(cloud, REGION, LambdaClient)).toBeInstanceOf(LambdaClient);
    class Nameless {
      readonly config = {};
    }
    expect(() => sdkClient(cloud, REGION, Nameless)).toThrow("Nameless");
  });

  test.each([
    ["a result", echo, undefined, '"got":{"n":1}'],
    ["a failure", handlerOf(`throw new Error("boom")`), "Unhandled", '{"errorType":"Error","errorMessage":"boom"}'],
  ])("answers %s as bytes", async (_case, code, functionError, text) => {
    const { kernel, cloud } = deployed(code);
    const input = { FunctionName: "fn", Payload: new TextEncoder().encode('{"n":1}') };
    const output = await settle(kernel, cloud.call({ region: REGION, service: "lambda", operation: "Invoke" }, input, {}));
    const { StatusCode, FunctionError, Payload } = output as { StatusCode: number; FunctionError?: string; Payload: Uint8Array };
    expect([StatusCode, FunctionError]).toEqual([200, functionError]);
    expect(new TextDecoder().decode(Payload)).toContain(text);
  });

  test.each([
    [{}, "InvalidParameterValueException"],
    [{ FunctionName: "fn", InvocationType: "Event" }, "InvalidParameterValueException"],
    [{ FunctionName: "fn", Payload: "{" }, "InvalidRequestContentException"],
    [{ FunctionName: "fn", Qualifier: "7" }, "ResourceNotFoundException"],
  ])("refuses %j", async (input, name) => {
    const { kernel, cloud } = deployed(echo);
    await expect(settle(kernel, cloud.call({ region: REGION, service: "lambda", operation: "Invoke" }, input, {}))).rejects.toMatchObject({ name });
  });
});
