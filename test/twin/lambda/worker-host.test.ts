import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { decode, encode } from "dns-packet";
import { WorkerHost } from "../../../twin/doors/worker-host";
import type { Cloud } from "../../../twin/cloud";
import { RealKernel } from "../../../twin/kernel/real";
import { lambda, type InvokeResult } from "../../../twin/services/lambda/index";
import { askWeb } from "../../../twin/web";
import { bundle, config, makeCloud, REGION } from "./support";

let dns: Socket;
let kernel: RealKernel;
let host: WorkerHost;
let world: Cloud;
const failures: unknown[] = [];

beforeAll(async () => {
  dns = createSocket("udp4");
  dns.on("message", (query, { port, address }) => {
    const { id, questions = [] } = decode(query);
    const [question] = questions;
    const answers = question ? [{ type: "CNAME" as const, name: question.name, ttl: 5, data: "target.of.the.twin" }] : [];
    dns.send(encode({ type: "response", ...(id === undefined ? {} : { id }), questions, answers }), port, address);
  });
  await new Promise<void>((resolve) => dns.bind(0, "127.0.0.1", resolve));
});
afterAll(() => dns.close());

beforeEach(() => {
  kernel = new RealKernel(1, (error) => failures.push(error));
  host = new WorkerHost({
    endpointUrl: (region) => `http://${region}.example:9001`,
    dnsServer: () => `127.0.0.1:${(dns.address() as AddressInfo).port}`,
    ask: (asker, url) => askWeb(world, asker, url),
  });
});
afterEach(async () => {
  await host.close();
  kernel.stop();
  expect(failures).toEqual([]);
});

function deployed(source: string, more: Parameters<typeof config>[1] = {}) {
  const cloud = makeCloud(kernel, host);
  world = cloud;
  const service = lambda(cloud, REGION);
  service.deploy(config(bundle(source), more));
  const invoke = (event: unknown = {}): Promise<InvokeResult> => service.invoke("fn", event, {});
  return { cloud, service, invoke };
}

describe("a function in a worker thread", () => {
  test("sees its own environment and the twin's endpoint, and nothing of the machine", async () => {
    process.env["SECRET_OF_THE_MACHINE"] = "x";
    const { invoke } = deployed(`
      import { homedir } from "node:os";
      export const handler = async () => ({ env: process.env, home: homedir(), cwd: process.cwd(), argv: process.argv });`);
    const { env, home, cwd, argv } = (await invoke()).payload as { env: Record<string, string>; home: string; cwd: string; argv: string[] };
    const set = Object.keys(env).filter((name) => !name.startsWith("AWS_LAMBDA_"));
    expect(set.sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_EXECUTION_ENV",
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
    expect(env).toMatchObject({ AWS_ENDPOINT_URL: `http://${REGION}.example:9001`, GREETING: "hello", _HANDLER: "index.handler" });
    expect([home, cwd, argv[0]]).toEqual(["/home/sbx_user1051", "/var/task", "/var/lang/bin/node"]);
  });

  test("gets Lambda's context", async () => {
    const { invoke } = deployed(`
      export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(), event });`);
    const { payload, requestId } = await invoke({ a: [1] });
    const { left, ...facts } = payload as { left: number };
    expect(facts).toMatchObject({ awsRequestId: requestId, functionName: "fn", memoryLimitInMB: "256", logGroupName: "/aws/lambda/fn", event: { a: [1] } });
    expect(left).toBeGreaterThan(2000);
    expect(left).toBeLessThanOrEqual(3000);
  });

  test("has the clock that a fault gives it, and still as much time left", async () => {
    const { cloud, invoke } = deployed(`
      export const handler = async (event, context) => ({ now: [Date.now(), new Date().getTime(), new Date(5).getTime()], left: context.getRemainingTimeInMillis() });`);
    const { id } = cloud.faults.add({ kind: "clock", region: REGION, ms: 600_000 });
    const wrong = (await invoke()).payload as { now: number[]; left: number }; // the function's own answer
    expect(wrong.now.map((at) => Math.round((at - kernel.now()) / 60_000)).slice(0, 2)).toEqual([10, 10]);
    expect(wrong.now[2]).toBe(5);
    expect(wrong.left).toBeGreaterThan(1000);
    cloud.faults.remove(id);
    const right = (await invoke()).payload as { now: number[] };
    expect(Math.abs((right.now[0] ?? 0) - kernel.now())).toBeLessThan(5_000);
  });

  test("keeps its memory between invocations, and two at once never share it", async () => {
    const { invoke } = deployed(`
      import { setTimeout as pause } from "node:timers/promises";
      let calls = 0;
      export const handler = async () => { calls += 1; await pause(30); return calls; };`);
    expect((await Promise.all([invoke(), invoke()])).map(({ payload }) => payload)).toEqual([1, 1]);
    expect((await invoke()).payload).toBe(2);
  });

  test("that loops for ever is ended at its time limit; the next call gets a new environment", async () => {
    const { service, invoke } = deployed(`export const handler = async ({ loop }) => { while (loop); return "fine"; };`, { timeoutSeconds: 1 });
    const { functionError, requestId } = await invoke({ loop: true });
    expect(functionError).toEqual({ errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds` });
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
    expect((await invoke({ loop: false })).payload).toBe("fine");
  });

  test("resolves names by the twin's DNS", async () => {
    const { invoke } = deployed(`
      import { resolveCname } from "node:dns/promises";
      export const handler = async () => resolveCname("pay.example.test");`);
    expect((await invoke()).payload).toEqual(["target.of.the.twin"]);
  });

  describe("asks a region by its public name", () => {
    const ASK = `exports.handler = (limitMs) => fetch("https://pay.example.test/health?deep=1", { signal: AbortSignal.timeout(limitMs) }).then(
      async (answer) => ({ status: answer.status, body: await answer.text() }), (error) => ({ failed: error.name, cause: error.cause && error.cause.code }));`;
    const PEER = "us-east-2";
    const asked = (region: string) => {
      const { cloud, invoke } = deployed(ASK);
      cloud.network.publishName("pay.example.test", region);
      cloud.network.open(region, "127.0.0.9", async ({ method, host: name, target }) => ({ status: 503, headers: {}, body: `${method} ${name}${target}` }));
      return { cloud, ask: async (limitMs = 2_000) => (await invoke(limitMs)).payload };
    };

    test("and gets its answer", async () => {
      expect(await asked(PEER).ask()).toEqual({ status: 503, body: "GET pay.example.test/health?deep=1" });
    });

    test.each([
      ["a cut of its own region's way to it", { kind: "partition", region: REGION, peer: PEER, direction: "out" }, { failed: "TimeoutError" }],
      ["a region whose packets vanish", { kind: "outage", region: PEER, mode: "vanish" }, { failed: "TimeoutError" }],
      ["a region that refuses connections", { kind: "outage", region: PEER }, { failed: "TypeError", cause: "ECONNREFUSED" }],
    ] as const)("and meets %s", async (_, fault, expected) => {
      const { cloud, ask } = asked(PEER);
      cloud.faults.add(fault);
      expect(await ask(300)).toEqual(expected);
    });

    test("in its own region, whatever is cut between regions", async () => {
      const { cloud, ask } = asked(REGION);
      cloud.faults.add({ kind: "partition", region: REGION, peer: PEER });
      expect(await ask()).toMatchObject({ status: 503 });
    });

    test("that nobody has, and hears so at once", async () => {
      expect(await deployed(ASK).invoke(2_000)).toMatchObject({ payload: { failed: "TypeError", cause: "ENOTFOUND" } });
    });
  });

  test("writes its output to its log group, in order and before the result", async () => {
    const { service, invoke } = deployed(`export const handler = async () => { console.log("one"); process.stdout.write('{"two":2}\\n'); console.error("three"); };`);
    expect((await invoke()).payload).toBeNull();
    expect(service.logs("fn").map(({ line }) => line)).toEqual(["one", '{"two":2}', "three"]);
  });

  test.each([
    ["throws", `export const handler = async () => { throw new RangeError("no"); };`, "RangeError", "no", 1],
    ["ends its process", `export const handler = async () => process.exit(4);`, "Runtime.ExitError", "exit status 4", 0],
    ["leaves a rejection unhandled", `export const handler = () => new Promise(() => { Promise.reject(new Error("lost")); });`, "Runtime.UnhandledPromiseRejection", "lost", 0],
    ["answers what is not JSON", `export const handler = async () => ({ big: 1n });`, "Runtime.MarshalError", "BigInt", 1],
    ["throws while loading", `null.x; export const handler = async () => 1;`, "TypeError", "null", 0],
    ["has no handler", `export const main = async () => 1;`, "Runtime.HandlerNotFound", "index.handler is undefined or not exported", 0],
    ["takes a callback", `exports.handler = (event, context, callback) => callback(null, 1);`, "Runtime.CallbackHandlerDeprecated", "callback", 0],
  ])("that %s tells its caller how", async (_case, source, errorType, message, idle) => {
    const { service, invoke } = deployed(source);
    const { functionError } = await invoke();
    expect(functionError?.errorType).toBe(errorType);
    expect(functionError?.errorMessage).toContain(message);
    expect(service.environments("fn").idle).toBe(idle);
  });

  test("that takes more memory than it has dies alone", async () => {
    const { service, invoke } = deployed(`export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); };`, {
      memoryMb: 128,
      timeoutSeconds: 30,
    });
    expect((await invoke()).functionError?.errorType).toBe("Runtime.OutOfMemory");
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
  });

  test("is ended with its region", async () => {
    const { cloud, service, invoke } = deployed(`export const handler = async ({ hang }) => (hang ? new Promise(() => setInterval(() => 0, 1000)) : 1);`);
    await invoke({});
    const lost = invoke({ hang: true }).catch((error: Error) => error);
    await kernel.sleep(50);
    cloud.faults.add({ kind: "outage", region: REGION });
    expect(await lost).toMatchObject({ code: "ECONNRESET" });
    expect(service.environments("fn")).toEqual({ busy: 0, idle: 0 });
  });
});
