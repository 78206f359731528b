import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock, Random } from "../../lambda/shared/clock";
import type { ApiEvent, ApiHandler } from "../../lambda/shared/http";
import { ClockRetryStrategy } from "../../lambda/shared/retry";
import type { CallBudget, ClientClass, Runtime, WebAnswer } from "../../lambda/shared/runtime";
import { randomStream } from "../../twin/kernel/random";
import { pinned } from "../../twin/sdk-client";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves the time, waking sleepers in their order. */
  advance(ms: number): Promise<void>;
  /** Moves from one sleeper to the next until `work` has settled. */
  settle<T>(work: Promise<T>): Promise<T>;
}

/** Promise jobs run before the next immediate. */
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const START = Date.parse("2026-11-21T06:50:00.000Z");

export function manualClock(start: number = START): ManualClock {
  let now = start;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  const wakeNext = async (limit: number): Promise<boolean> => {
    await drain();
    const [next] = [...sleepers].sort((a, b) => a.at - b.at);
    if (!next || next.at > limit) return false;
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    now = Math.max(now, next.at);
    next.wake();
    return true;
  };
  return {
    now: () => now,
    sleep: (ms) => new Promise((resolve) => sleepers.push({ at: now + ms, wake: resolve })),
    timer: (ms, action) => {
      const sleeper = { at: now + ms, wake: action };
      sleepers.push(sleeper);
      return { cancel: () => (sleepers = sleepers.filter((other) => other !== sleeper)) };
    },
    advance: async (ms) => {
      const until = now + ms;
      while (await wakeNext(until));
      now = until;
      await drain();
    },
    settle: async (work) => {
      let settled = false;
      const mark = (): void => void (settled = true);
      work.then(mark, mark);
      await drain();
      while (!settled && (await wakeNext(Infinity))) await drain();
      if (!settled) throw new Error("the work waits for something other than the clock");
      return work;
    },
  };
}

export type FakeInput = Readonly<Record<string, unknown>>;
/** A table: answers an operation (`PutItem` …) with its output, or throws the SDK's error. */
export type FakeTable = (operation: string, input: FakeInput, budget: CallBudget) => unknown;

export interface FakeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  /** Answers each call at once, without retries. */
  readonly table?: FakeTable;
  /** Instead of `table`: the real SDK client over this HTTP handler, with retries on the clock. */
  readonly wire?: Wire;
  readonly dns?: () => Promise<string>;
  readonly web?: (url: string) => Promise<WebAnswer>;
  readonly seed?: number;
}

export interface Fake {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
  readonly calls: { readonly operation: string; readonly input: FakeInput; readonly budget: CallBudget }[];
  readonly lines: Readonly<Record<string, unknown>>[];
}

export const ENVIRONMENT = {
  AWS_REGION: "us-east-1",
  AWS_LAMBDA_FUNCTION_NAME: "pay",
  TABLE_NAME: "payments-table-global-test",
  TABLE_CONSISTENCY: "strong",
  BUNDLE_VERSION: "0123456789ab",
} as const;

export function fakeRuntime(options: FakeOptions = {}): Fake {
  const clock = options.clock ?? manualClock();
  const stream = randomStream(options.seed ?? 1, "function");
  const random: Random = () => stream.next();
  const calls: Fake["calls"] = [];
  const lines: Fake["lines"] = [];
  const answer = async (operation: string, input: FakeInput, budget: CallBudget): Promise<unknown> => {
    calls.push({ operation, input, budget });
    if (!options.table) throw new Error(`${operation} without a table: this function was expected to make no call`);
    return options.table(operation, input, budget);
  };
  const runtime: Runtime = {
    env: { ...ENVIRONMENT, ...options.env },
    clock,
    random,
    client: <C>(_class: ClientClass<C>, budget: CallBudget): C => {
      if (options.wire) return wireClient(options.wire, budget, clock, random) as C; // the only class that the functions use
      const send = (command: { constructor: { name: string }; input: FakeInput }): Promise<unknown> =>
        answer(command.constructor.name.replace(/Command$/, ""), command.input, budget);
      return { send } as C; // the functions use no other member
    },
    resolveCname: () => (options.dns ? options.dns() : Promise.reject(new Error("no DNS in this test"))),
    get: (url) => (options.web ? options.web(url) : Promise.reject(new Error("no web in this test"))),
    log: (line) => void lines.push(line),
  };
  return { runtime, clock, calls, lines };
}

/** One attempt on the wire: an HTTP answer, or a rejection. */
export type Wire = (attempt: number, budget: CallBudget) => Promise<{ readonly status: number; readonly body: object }>;

function wireClient(wire: Wire, budget: CallBudget, clock: Clock, random: Random): DynamoDBClient {
  let attempt = 0;
  return new DynamoDBClient({
    ...pinned("us-east-1"),
    maxAttempts: budget.attempts,
    retryStrategy: new ClockRetryStrategy(budget, clock, random),
    requestHandler: {
      handle: async () => {
        attempt += 1;
        const { status, body } = await wire(attempt, budget);
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        return { response: { statusCode: status, headers: { "content-type": "application/x-amz-json-1.0" }, body: bytes } };
      },
      destroy: () => undefined,
    } as never, // the SDK asks its handler for these two members
  });
}

/** An error as the SDK throws it. */
export const sdkError = (name: string, status = 400, members: object = {}): Error =>
  Object.assign(new Error(name), { name, $fault: status < 500 ? "client" : "server", $metadata: { httpStatusCode: status, attempts: 1 } }, members);

/** An answer of a handler as its caller sees it. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a handler and moves the clock until it has answered. */
export async function ask(handler: ApiHandler, event: ApiEvent, clock?: ManualClock): Promise<Answered> {
  const call = handler({ requestContext: { requestId: "api-1" }, ...event }, { awsRequestId: "lambda-1" });
  const { statusCode, headers, body } = await (clock ? clock.settle(call) : call);
  return { status: statusCode, headers, body: JSON.parse(body) as Answered["body"] };
}
