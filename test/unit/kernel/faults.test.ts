import { Door, InjectedError, noLatency } from "../../../twin/kernel/door";
import { FaultBoard, type Fault, type Route } from "../../../twin/kernel/faults";
import { within, type Timed } from "../../../twin/kernel/kernel";
import { parseFault } from "../../../twin/kernel/parse-fault";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const REGIONS = ["us-east-1", "us-east-2", "us-west-2"];
const put = (region: string, from?: string): Route => ({ region, service: "dynamodb", operation: "PutItem", ...(from ? { from } : {}) });

/** The fate of one call: its value, the name of its error, or `vanished` after a second. */
async function fate(faults: readonly Fault[], route: Route): Promise<string> {
  const kernel = new VirtualKernel(1);
  const board = new FaultBoard(kernel);
  for (const fault of faults) board.add(fault);
  const door = new Door(kernel, board, noLatency);
  const call = within(kernel, 1000, door.call(route, () => "answered")).then(
    (timed: Timed<string>) => (timed.timedOut ? "vanished" : timed.value),
    (error: Error) => error.name,
  );
  const [result] = await Promise.all([call, kernel.run()]);
  return result;
}

describe("the door", () => {
  test.each<[string, Fault[], Route, string]>([
    ["no fault", [], put("us-east-1"), "answered"],
    ["its region is lost", [{ kind: "outage", region: "us-east-1" }], put("us-east-1"), "ConnectionRefused"],
    ["its region's packets vanish", [{ kind: "outage", region: "us-east-1", mode: "vanish" }], put("us-east-1"), "vanished"],
    ["the other region is lost", [{ kind: "outage", region: "us-east-1" }], put("us-east-2"), "answered"],
    ["the caller's region is lost", [{ kind: "outage", region: "us-east-1" }], put("us-east-2", "us-east-1"), "ConnectionRefused"],
    ["its operation fails", [{ kind: "service", service: "dynamodb", operation: "PutItem" }], put("us-east-1"), "InternalServerError"],
    ["another operation fails", [{ kind: "service", service: "dynamodb", operation: "GetItem" }], put("us-east-1"), "answered"],
    ["the fault is for its table", [{ kind: "service", service: "dynamodb", resource: "t" }], { ...put("us-east-1"), resource: "t" }, "InternalServerError"],
    ["the fault is for another table", [{ kind: "service", service: "dynamodb", resource: "u" }], { ...put("us-east-1"), resource: "t" }, "answered"],
    ["the fault is for a table and it is for none", [{ kind: "service", service: "dynamodb", resource: "t" }], put("us-east-1"), "answered"],
    ["the service fails elsewhere", [{ kind: "service", service: "dynamodb", region: "us-east-2" }], put("us-east-1"), "answered"],
    ["it is late", [{ kind: "service", service: "dynamodb", mode: "delay", ms: 900 }], put("us-east-1"), "answered"],
    ["it is too late", [{ kind: "service", service: "dynamodb", mode: "delay", ms: 1100 }], put("us-east-1"), "vanished"],
    ["users reach a partitioned region", [{ kind: "partition", region: "us-east-1" }], put("us-east-1"), "answered"],
    ["its request is on the cut way", [{ kind: "partition", region: "us-east-1", direction: "in" }], put("us-east-1", "us-east-2"), "vanished"],
    ["its answer is on the cut way", [{ kind: "partition", region: "us-east-1", direction: "out" }], put("us-east-1", "us-east-2"), "vanished"],
    ["the service throttles", [{ kind: "service", service: "dynamodb", mode: "throttle" }], put("us-east-1"), "ThrottlingException"],
    ["the fault is for a function's calls and it is none's", [{ kind: "service", service: "dynamodb", caller: "fn" }], put("us-east-1"), "answered"],
    ["it passes as the first of its kind", [{ kind: "service", service: "dynamodb", skip: 1 }], put("us-east-1"), "answered"],
    ["its peer does not", [{ kind: "partition", region: "us-east-1" }], put("us-east-1", "us-east-2"), "ConnectionRefused"],
  ])("a call when %s", async (_name, faults, route, expected) => {
    expect(await fate(faults, route)).toBe(expected);
  });

  test.each<[string, Fault, string, number]>([
    ["cut", { kind: "service", service: "dynamodb", mode: "refuse", when: "after" }, "ECONNRESET", 1],
    ["refused", { kind: "service", service: "dynamodb", mode: "refuse" }, "ECONNREFUSED", 0],
    ["answered 500 afterwards", { kind: "service", service: "dynamodb", when: "after" }, "InternalServerError", 1],
  ])("a call that is %s leaves the effect that its moment says", async (_name, fault, expected, taken) => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    board.add(fault);
    let effects = 0;
    const call = new Door(kernel, board, noLatency).call(put("us-east-1"), () => (effects += 1));
    const [result] = await Promise.all([call.catch((error: Error & { code?: string }) => error.code ?? error.name), kernel.run()]);
    expect([result, effects]).toEqual([expected, taken]);
  });

  test("skip and times choose calls by their place: the second and the third alone", async () => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    board.add({ kind: "service", service: "dynamodb", skip: 1, times: 2 });
    const door = new Door(kernel, board, noLatency);
    const results: string[] = [];
    for (let call = 0; call < 5; call += 1) results.push(await door.call(put("us-east-1"), () => "ok").catch(({ name }: Error) => name));
    expect(results).toEqual(["ok", "InternalServerError", "InternalServerError", "ok", "ok"]);
  });

  test("an effect stays although its answer is lost: the region died in between", async () => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    const door = new Door(kernel, board, () => ({ low: 20, high: 20 }));
    let effects = 0;
    const call = door.call(put("us-east-1"), () => (effects += 1)).catch((error: Error) => error.name);
    kernel.after(15, () => board.add({ kind: "outage", region: "us-east-1" }));
    const [result] = await Promise.all([call, kernel.run()]);
    expect(result).toBe("ConnectionRefused");
    expect(effects).toBe(1);
  });

  test("a rate hits about that share of the calls", async () => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    board.add({ kind: "service", service: "dynamodb", rate: 0.5 });
    const door = new Door(kernel, board, noLatency);
    let failed = 0;
    for (let i = 0; i < 1000; i += 1) await door.call(put("us-east-1"), () => 0).catch((error) => error instanceof InjectedError && (failed += 1));
    expect(failed).toBeGreaterThan(440);
    expect(failed).toBeLessThan(560);
  });
});

describe("the fault board", () => {
  test("a fault with forSeconds removes itself", async () => {
    const kernel = new VirtualKernel(1);
    const board = new FaultBoard(kernel);
    board.add({ kind: "outage", region: "us-east-1", forSeconds: 30 });
    await kernel.run({ untilMs: kernel.now() + 29_999 });
    expect(board.outage("us-east-1")).toBe("refuse");
    await kernel.run();
    expect(board.outage("us-east-1")).toBeUndefined();
  });

  test.each<[string, Fault, string, string, boolean]>([
    ["a lost region", { kind: "outage", region: "us-east-1" }, "us-east-2", "us-east-1", false],
    ["a lost region and itself", { kind: "outage", region: "us-east-1" }, "us-east-1", "us-east-1", false],
    ["a partitioned region", { kind: "partition", region: "us-east-1" }, "us-east-1", "us-west-2", false],
    ["a partitioned region and itself", { kind: "partition", region: "us-east-1" }, "us-east-1", "us-east-1", true],
    ["the others", { kind: "partition", region: "us-east-1" }, "us-east-2", "us-west-2", true],
    ["a region that hears nobody, to it", { kind: "partition", region: "us-east-1", direction: "in" }, "us-east-2", "us-east-1", false],
    ["a region that hears nobody, from it", { kind: "partition", region: "us-east-1", direction: "in" }, "us-east-1", "us-east-2", true],
    ["a region that nobody hears, from it", { kind: "partition", region: "us-east-1", direction: "out" }, "us-east-1", "us-west-2", false],
    ["a region that nobody hears, to it", { kind: "partition", region: "us-east-1", direction: "out" }, "us-west-2", "us-east-1", true],
    ["a pair that is cut", { kind: "partition", region: "us-east-1", peer: "us-east-2" }, "us-east-2", "us-east-1", false],
    ["one of the pair and a third region", { kind: "partition", region: "us-east-1", peer: "us-east-2" }, "us-east-1", "us-west-2", true],
    ["regions whose replication is paused", { kind: "replication", service: "s3", region: "us-east-1" }, "us-east-1", "us-east-2", true],
  ])("links of %s", (_name, fault, a, b, linked) => {
    const board = new FaultBoard(new VirtualKernel(1));
    board.add(fault);
    expect(board.delivers(a, b)).toBe(linked);
  });
});

describe("a fault from outside", () => {
  test.each<[string, unknown]>([
    ["an outage", { kind: "outage", region: "us-east-1" }],
    ["an outage that vanishes for a while", { kind: "outage", region: "us-east-2", mode: "vanish", forSeconds: 20 }],
    ["a grey service", { kind: "service", service: "dynamodb", region: "us-east-1", operation: "PutItem", mode: "error", rate: 0.5 }],
    ["a function that fails", { kind: "service", service: "lambda", operation: "Invoke", resource: "payments-process-us-east-1-dev" }],
    ["a slow service", { kind: "service", service: "lambda", mode: "delay", ms: 100 }],
    ["a partition", { kind: "partition", region: "us-west-2" }],
    ["a cut of one pair in one direction", { kind: "partition", region: "us-east-1", peer: "us-east-2", direction: "out" }],
    ["the second call of one function dying", { kind: "service", service: "sns", caller: "notify", mode: "crash", skip: 1, times: 1 }],
    ["an effect without an answer", { kind: "service", service: "dynamodb", mode: "vanish", when: "after" }],
    ["a paused replication", { kind: "replication", service: "s3", region: "us-east-1", peer: "us-east-2" }],
    ["blind checkers outside the stack's regions", { kind: "checkers", region: "eu-west-1" }],
    ["keys", { kind: "key", region: "us-east-1" }],
    ["a missing certificate", { kind: "certificate", region: "us-east-2", host: "pay.test" }],
    ["a clock that is behind", { kind: "clock", region: "us-east-1", ms: -600_000 }],
    ["no concurrency left", { kind: "concurrency", region: "us-east-1", resource: "pay", limit: 0 }],
  ])("%s is taken as it is", (_name, value) => {
    expect(parseFault(value, REGIONS)).toEqual({ fault: value });
  });

  test.each<[string, unknown, RegExp]>([
    ["no object", "outage", /JSON object/],
    ["null", null, /JSON object/],
    ["an array", [], /JSON object/],
    ["no kind", {}, /kind: got undefined; allowed: outage, service, partition/],
    ["an unknown kind", { kind: "meteor" }, /kind: got "meteor"; allowed: outage/],
    ["an inherited name as kind", { kind: "toString" }, /kind: got "toString"/],
    ["no region", { kind: "outage" }, /region: missing/],
    ["an unknown region", { kind: "outage", region: "mars-1" }, /region: got "mars-1"; allowed for kind outage: us-east-1/],
    ["a field of another kind", { kind: "outage", region: "us-east-1", rate: 1 }, /rate: not a field of kind outage/],
    ["an unknown field", { kind: "outage", region: "us-east-1", colour: "red" }, /colour: not a field/],
    ["a rate above 1", { kind: "service", service: "s3", rate: 2 }, /rate: got 2; allowed for kind service: 0..1/],
    ["a rate that is no number", { kind: "service", service: "s3", rate: "half" }, /rate: got "half"/],
    ["a mode of another kind", { kind: "outage", region: "us-east-1", mode: "delay", ms: 1 }, /mode: got "delay"; allowed for kind outage: refuse, vanish/],
    ["a delay without its time", { kind: "service", service: "s3", mode: "delay" }, /ms: missing/],
    ["an empty resource", { kind: "service", service: "s3", resource: "" }, /resource: got ""; allowed for kind service: the name of a function/],
    ["a delay without its kind of failure", { kind: "service", service: "s3", ms: 5 }, /ms: got 5 with mode error; allowed: 0 or more, with mode delay/],
    ["a throttled call that takes effect", { kind: "service", service: "s3", mode: "throttle", when: "after" }, /when: got "after"/],
    ["an unknown moment", { kind: "service", service: "s3", when: "later" }, /when: got "later"; allowed for kind service: before, after/],
    ["half a call", { kind: "service", service: "s3", skip: 0.5 }, /skip: got 0.5; allowed for kind service: whole numbers/],
    ["a fault that hits no call", { kind: "service", service: "s3", times: 0 }, /times: got 0/],
    ["a peer that is the region itself", { kind: "partition", region: "us-east-1", peer: "us-east-1" }, /peer: got "us-east-1", the region itself/],
    ["an unknown peer", { kind: "partition", region: "us-east-1", peer: "mars-1" }, /peer: got "mars-1"; allowed for kind partition: us-east-1/],
    ["an unknown direction", { kind: "partition", region: "us-east-1", direction: "up" }, /direction: got "up"; allowed for kind partition: in, out, both/],
    ["replication of a service that has none", { kind: "replication", service: "sns", region: "us-east-1" }, /service: got "sns"; allowed for kind replication: dynamodb, s3/],
    ["checkers where Route 53 has none", { kind: "checkers", region: "us-east-2" }, /region: got "us-east-2"; allowed for kind checkers: us-east-1, us-west-1/],
    ["a clock without its error", { kind: "clock", region: "us-east-1" }, /ms: missing; kind clock needs region, ms/],
    ["a limit below none", { kind: "concurrency", region: "us-east-1", resource: "pay", limit: -1 }, /limit: got -1/],
    ["a negative time", { kind: "outage", region: "us-east-1", forSeconds: -1 }, /forSeconds: got -1/],
  ])("%s is refused with what is allowed", (_name, value, message) => {
    const parsed = parseFault(value, REGIONS);
    expect("errors" in parsed ? parsed.errors.join("\n") : "accepted").toMatch(message);
  });
});
