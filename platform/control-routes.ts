import type { IncomingMessage } from "node:http";
import type { Graph } from "../twin/deploy/graph";
import { FaultRefused, type ActiveFault, type Fault, type FaultBoard } from "../twin/kernel/faults";
import { parseFault } from "../twin/kernel/parse-fault";
import type { Asset } from "./assets";
import { ControlError } from "./errors";
import { readJson } from "./request";
import type { Status } from "./status";

/** What the control server shows and changes. */
export interface ControlSources {
  status(): Status;
  graph(): Graph;
  readonly faults: Pick<FaultBoard, "add" | "remove" | "list">;
  /** The regions that a fault may name: the stack's and the table's witness. */
  readonly regions: readonly string[];
  /** The address of any name, by the twin's own resolver; undefined where there is none. */
  resolve(name: string): string | undefined | Promise<string | undefined>;
  /** Ends the twin. Called once, after `POST /stop` was answered. */
  stop(): void;
  /** A new id for the answer of each request. */
  requestId(): string;
  /** Hears of a defect of the twin; its caller gets 500 without particulars. */
  onDefect(error: unknown): void;
}

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The twin ends once this answer has been sent. */
  readonly stops?: true;
}

export interface Call {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** The path's variable segment, e.g. a fault's id. */
  readonly name: string;
  readonly sources: ControlSources;
  readonly assets: ReadonlyMap<string, Asset>;
}

interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** A segment `*` matches any one segment. */
  readonly path: readonly string[];
  readonly answer: (call: Call) => Reply | Promise<Reply>;
}

/** Every call of the control server. */
export const ROUTES: readonly Route[] = [
  { method: "GET", path: [""], answer: ({ assets }) => asset(assets, "index.html") },
  { method: "GET", path: ["page", "*"], answer: ({ assets, name }) => asset(assets, name) },
  { method: "GET", path: ["status"], answer: ({ sources }) => json(200, sources.status()) },
  { method: "GET", path: ["graph"], answer: ({ sources }) => json(200, sources.graph()) },
  { method: "GET", path: ["faults"], answer: ({ sources }) => json(200, { faults: sources.faults.list() }) },
  { method: "POST", path: ["faults"], answer: addFault },
  { method: "DELETE", path: ["faults", "*"], answer: removeFault },
  { method: "GET", path: ["resolve"], answer: resolveName },
  { method: "POST", path: ["stop"], answer: () => ({ ...json(202, { stopping: true }), stops: true }) },
];

/** The route of a request and its variable segment. Throws 404 for an unknown path, 405 for a method that it does not have. */
export function findRoute(method: string, segments: readonly string[]): { readonly route: Route; readonly name: string } {
  const here = ROUTES.filter(({ path }) => path.length === segments.length && path.every((part, i) => part === "*" || part === segments[i]));
  const path = `/${segments.join("/")}`;
  if (here.length === 0) throw new ControlError(404, "NOT_FOUND", `nothing is at ${JSON.stringify(path)}`);
  const route = here.find((one) => one.method === (method === "HEAD" ? "GET" : method));
  if (!route) {
    const allowed = here.flatMap((one) => (one.method === "GET" ? ["GET", "HEAD"] : [one.method])).join(", ");
    throw new ControlError(405, "METHOD_NOT_ALLOWED", `${method} ${path} is not possible; allowed: ${allowed}`, undefined, { allow: allowed });
  }
  return { route, name: segments[route.path.indexOf("*")] ?? "" };
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  type: "application/json",
  headers,
  body: JSON.stringify(value),
});

function asset(assets: ReadonlyMap<string, Asset>, name: string): Reply {
  const found = assets.get(name);
  if (!found) throw new ControlError(404, "NOT_FOUND", `the page has no file ${JSON.stringify(name)}`);
  return { status: 200, type: found.type, body: found.text };
}

async function addFault({ request, sources }: Call): Promise<Reply> {
  const parsed = parseFault(await readJson(request), sources.regions);
  if ("errors" in parsed) throw new ControlError(400, "INVALID_REQUEST", "this is not a fault", parsed.errors);
  const active = putInForce(sources.faults, parsed.fault);
  return json(201, active, { location: `/faults/${active.id}` });
}

function putInForce(faults: ControlSources["faults"], fault: Fault): ActiveFault {
  try {
    return faults.add(fault);
  } catch (error) {
    if (!(error instanceof FaultRefused)) throw error;
    throw new ControlError(400, "INVALID_REQUEST", "there is nothing to break", error.reasons);
  }
}

function removeFault({ name, sources }: Call): Reply {
  if (sources.faults.remove(name)) return { status: 204 };
  const active = sources.faults.list().map(({ id }) => id);
  throw new ControlError(404, "NOT_FOUND", `no fault ${JSON.stringify(name)} is in force; in force: ${active.join(", ") || "none"}`);
}

async function resolveName({ query, sources }: Call): Promise<Reply> {
  const names = query.getAll("name");
  const [name] = names;
  if (names.length !== 1 || !name) {
    throw new ControlError(400, "INVALID_REQUEST", "name: exactly one is needed, e.g. /resolve?name=local.payments.test");
  }
  const address = await sources.resolve(name);
  if (address === undefined) throw new ControlError(404, "NOT_FOUND", `DNS has no address for ${JSON.stringify(name)}`);
  return { status: 200, type: "text/plain; charset=utf-8", body: `${address}\n` };
}
