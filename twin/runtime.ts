import type { CallBudget, ClientClass, Runtime, WebAnswer } from "../lambda/shared/runtime";
import type { Cloud } from "./cloud";
import { AnswerError } from "./errors";
import { inTime } from "./kernel/kernel";
import { budgetedSend, directSend } from "./sdk";
import { connectClient } from "./sdk-client";
import type { Caller } from "./cloud";
import type { ExecutionSpec } from "./services/lambda/host";
import { wireClient } from "./wire-client";
import { route53 } from "./services/route53/index";
import { askWeb, dnsError } from "./web";

/** How functions' SDK calls travel in virtual time: straight through the cloud's door, or serialised by the SDK to the twin's endpoints. */
export type Tier = "fast" | "wire";

/** Has the execution environment been stopped? Code cannot be killed in process, so whatever it waits for never comes. */
export interface Life {
  readonly over: boolean;
}

const never = (): Promise<never> => new Promise<never>(() => undefined);

const RCODES: Readonly<Record<string, "ENOTFOUND" | "ENODATA">> = { NXDOMAIN: "ENOTFOUND", NOERROR: "ENODATA" };

async function resolveCname(cloud: Cloud, { region, process }: ExecutionSpec, hostname: string): Promise<string> {
  const route = { region: "global", service: "route53", operation: "Resolve", from: region, caller: process };
  const { rcode, answers } = await cloud.door.call(route, () => route53(cloud).answer(hostname, "CNAME"));
  const cname = rcode === "NOERROR" ? answers.find(({ type }) => type === "CNAME") : undefined;
  if (!cname) throw dnsError("queryCname", RCODES[rcode] ?? "ESERVFAIL", hostname);
  return cname.data;
}

function get(cloud: Cloud, spec: ExecutionSpec, url: string, limitMs: number): Promise<WebAnswer> {
  const late = (): Error => Object.assign(new AnswerError(`GET ${url}: no answer within ${limitMs} ms`), { name: "TimeoutError" });
  return inTime(cloud.kernel, limitMs, askWeb(cloud, spec, url), late);
}

/**
 * The surroundings of a function in virtual time: the kernel's clock and chance, SDK clients that reach the cloud
 * directly, names as Route 53 answers them now.
 */
export function twinRuntime(cloud: Cloud, spec: ExecutionSpec, log: (line: string) => void, life: Life = { over: false }, tier: Tier = "fast"): Runtime {
  const { kernel } = cloud;
  const random = kernel.random(`function/${spec.functionArn}`);
  /** What a stopped environment waits for never comes, and what it starts is never done. */
  const alive = <V>(settle: (value: V) => void) => (value: V): void => {
    if (!life.over) settle(value);
  };
  const whileAlive = <T>(work: () => Promise<T>): Promise<T> =>
    life.over ? never() : new Promise((resolve, reject) => void work().then(alive(resolve), alive(reject)));
  // Whole milliseconds, as Date.now() gives a function: virtual time has fractions, and what functions store must be read back.
  const clock = {
    now: () => Math.floor(kernel.now() + spec.clockError()),
    sleep: (ms: number) => whileAlive(() => kernel.sleep(ms)),
    timer: (ms: number, action: () => void) => kernel.timer(ms, () => {
      if (!life.over) action();
    }),
  };
  const caller = { region: spec.region, principal: spec.role, process: spec.process, ...(spec.network === undefined ? {} : { network: spec.network }) };
  return {
    env: spec.variables,
    clock,
    random: () => random.next(),
    client: <C>(client: ClientClass<C>, budget: CallBudget): C => {
      const send = budgetedSend(cloud, caller, budget, clock, () => random.next(), tier === "wire" ? wireClient(client, cloud, spec.region, caller) : undefined);
      return connectClient(client, spec.region, (service, operation, input, command) => whileAlive(() => send(service, operation, input, command)));
    },
    resolveCname: (hostname) => whileAlive(() => resolveCname(cloud, spec, hostname)),
    get: (url, limitMs) => whileAlive(() => get(cloud, spec, url, limitMs)),
    log: (line) => {
      if (!life.over) log(JSON.stringify(line));
    },
  };
}

/**
 * An SDK client for tests and drills: one attempt, no time limit, straight through the cloud's door.
 * @param caller who calls; `{}` = the account's owner from outside AWS
 */
export const sdkClient = <C>(cloud: Cloud, region: string, client: ClientClass<C>, caller: Caller = {}): C =>
  connectClient(client, region, directSend(cloud, region, caller));
