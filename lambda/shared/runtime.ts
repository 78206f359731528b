import { resolveCname } from "node:dns/promises";
import { Agent } from "node:https";
import { systemClock, type Clock, type Random } from "./clock";
import { ClockRetryStrategy } from "./retry";

/** The time that a call to a service may take, and how often it is tried. */
export interface CallBudget {
  readonly connectMs: number;
  readonly requestMs: number;
  /** The first attempt counts: 1 = no retry. */
  readonly attempts: number;
  /** Full-jitter backoff: the n-th pause is drawn from [0, min(capMs, baseMs * 2^n)). */
  readonly baseMs: number;
  readonly capMs: number;
}

/** An answer of a web server. */
export interface WebAnswer {
  readonly status: number;
  readonly body: string;
}

/** The class of an SDK client. `never` because each client's settings differ and a Runtime gives only common ones. */
export type ClientClass<C> = new (settings: never) => C;

/**
 * All that a function takes from its surroundings. A handler is `createHandler(runtime)`; Lambda's is
 * {@link lambdaRuntime}, tests and the twin's virtual time bring their own.
 */
export interface Runtime {
  /** The environment variables, as deployed and as Lambda adds them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** An SDK client of the function's own region that keeps to the budget. */
  client<C>(client: ClientClass<C>, budget: CallBudget): C;
  /** The target of a CNAME, as DNS answers now. Rejects when there is none or DNS does not answer. */
  resolveCname(hostname: string): Promise<string>;
  /** GET of an https URL, redirects not followed. Rejects where there is no whole answer within `limitMs`. */
  get(url: string, limitMs: number): Promise<WebAnswer>;
  /** One line of structured log. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/** The value of a variable that the program sets. Throws, naming it, where the deployment forgot it. */
export function requireEnv(runtime: Pick<Runtime, "env">, name: string): string {
  const value = runtime.env[name];
  if (value === undefined || value === "") {
    throw new Error(`environment variable ${name} is not set; the program's grant that wires it is missing`);
  }
  return value;
}

/** The real surroundings: Lambda's environment, the wall clock, the network. For the entry files only. */
export function lambdaRuntime(): Runtime {
  const random: Random = Math.random;
  return {
    env: process.env,
    clock: systemClock,
    random,
    client: (client, budget) => {
      const settings = {
        retryStrategy: new ClockRetryStrategy(budget, systemClock, random),
        requestHandler: {
          connectionTimeout: budget.connectMs,
          requestTimeout: budget.requestMs,
          throwOnRequestTimeout: true,
          httpsAgent: new Agent({ keepAlive: true, maxSockets: 50 }),
        },
      };
      return new client(settings as never); // see ClientClass
    },
    resolveCname: async (hostname) => {
      const [target] = await resolveCname(hostname);
      if (target === undefined) throw new Error(`${hostname} has no CNAME`);
      return target;
    },
    get: async (url, limitMs) => {
      const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(limitMs) });
      return { status: answer.status, body: await answer.text() };
    },
    log: (line) => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
  };
}
