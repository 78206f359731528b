import type { DeployedStack } from "../../platform/stack";
import type { CallObserver } from "../../twin/kernel/door";
import type { Route } from "../../twin/kernel/faults";
import { dependency, type Dependency, type Need, type Purpose } from "./dependency";
import { functionPurposes, routePurposes } from "./graph";
import { actionService, planeOf } from "./planes";

/** Calls that were alike, as the door saw them. Epoch milliseconds. */
export interface Seen {
  readonly route: Route;
  readonly lastCalledAt: number;
  /** -Infinity = never. */
  readonly lastAnsweredAt: number;
}

/** Keeps one line for calls that are alike. */
export class CallBook {
  private readonly lines = new Map<string, Seen & { lastCalledAt: number; lastAnsweredAt: number }>();

  constructor(private readonly now: () => number) {}

  readonly observe: CallObserver = (route, moment) => {
    const { region, service, operation, resource = "", from = "", caller } = route;
    const key = [region, service, operation, resource, from, caller?.function ?? ""].join(" ");
    let line = this.lines.get(key);
    if (!line) {
      line = { route, lastCalledAt: -Infinity, lastAnsweredAt: -Infinity };
      this.lines.set(key, line);
    }
    if (moment === "called") line.lastCalledAt = this.now();
    else line.lastAnsweredAt = this.now();
  };

  /** What was called from an instant on. */
  since(at: number): readonly Seen[] {
    return [...this.lines.values()].filter(({ lastCalledAt }) => lastCalledAt >= at);
  }
}

/** What a stretch of a drill was about. */
export interface Stretch {
  /** From here on, epoch milliseconds. */
  readonly from: number;
  /** For whom callers without a function or a region of their own call: users, or operators at a command. */
  readonly commands?: Extract<Purpose, "fail over" | "fail back">;
}

/** Functions beside the recovery path: it goes on without what they do. Another function is reported until it is one of these, or on the path. */
const BESIDE_FUNCTIONS: Readonly<Record<string, string>> = {
  "payments-notify": "derives receipts and events afterwards, as often as it takes",
  "payments-read": "shows payments; taking them does not wait for it",
  "payments-validate": "stores nothing",
};

/** What AWS's services do by themselves after the fact: logs on their way, replicas, what a stream's consumer gave up. */
const BESIDE_DELIVERIES = new Set(["firehose:PutRecordBatch", "s3:PutObject"]);

/** The dependencies that calls show. Pure. */
export function calledDependencies(stack: DeployedStack, seen: readonly Seen[], stretch: Stretch): readonly Dependency[] {
  const purposes = functionPurposes(stack);
  return seen.flatMap(({ route, lastAnsweredAt }) =>
    purposesOf(stack, purposes, route, stretch).map((purpose) => {
      const need = needOf(stack, route, lastAnsweredAt >= stretch.from, purpose);
      const { service, operation, region, resource } = route;
      return dependency({ service: actionService(service), operation, region, resource, purpose, need, source: "drill" }, stack.outputs);
    }),
  );
}

/** Nobody needs what never answered in a drill that went well; its being expected or not is another question. */
function needOf({ outputs: { regions } }: DeployedStack, { service, operation, region }: Route, answered: boolean, purpose: Purpose | "unknown"): Need {
  if (!answered || planeOf(actionService(service), operation) === "control") return "asked";
  return region === regions.primary && purpose === "fail back" ? "returned to" : region === regions.primary && purpose === "detect" ? "asked" : "needed";
}

function purposesOf(stack: DeployedStack, purposes: ReadonlyMap<string, ReadonlySet<Purpose>>, route: Route, { commands }: Stretch): readonly (Purpose | "unknown")[] {
  const { service, operation, region, resource, from, caller } = route;
  const { regions, environment } = stack.outputs;
  // What the lost region still does, or does again, is no part of leaving it.
  if (from === regions.primary) return [];
  const fn = caller?.function ?? (service === "lambda" ? resource : undefined);
  if (fn !== undefined) {
    if (region === regions.primary && caller === undefined) return [];
    const beside = Object.keys(BESIDE_FUNCTIONS).some((name) => fn === `${name}-${regions.secondary}-${environment}`);
    return beside || fn.includes(`-${regions.primary}-`) ? [] : [...(purposes.get(fn) ?? ["unknown" as const])];
  }
  if (from !== undefined) return BESIDE_DELIVERIES.has(`${service}:${operation}`) ? [] : ["unknown"];
  if (service === "apigateway") return requestPurpose(routePurposes(stack)[operation] ?? [], operation, region === regions.primary, commands);
  return [commands ?? (service === "route53" && operation === "Resolve" ? "dns" : "unknown")];
}

/** Users' requests, checkers' probes and operators' questions. Users who still have the old answer ask the lost region: they stop. */
function requestPurpose(purposes: readonly Purpose[], operation: string, lost: boolean, commands: Stretch["commands"]): readonly Purpose[] {
  if (operation !== "GET /health") return lost ? [] : purposes;
  return [...(lost ? (["detect"] as const) : purposes), ...(commands ? [commands] : [])];
}
