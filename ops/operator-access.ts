import { Resolver } from "node:dns/promises";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { systemClock, type Random } from "../lambda/shared/clock";
import type { ClientClass } from "../lambda/shared/runtime";
import type { RunFile } from "../platform/runfile";
import type { Access } from "./access";
import { CALL_MS, type OperatorAccess } from "./operator";

interface Closable {
  destroy(): void;
}

/** Signing names of the services that operators' commands use, by their clients' names. */
const SERVICES: Readonly<Record<string, string>> = { DynamoDBClient: "dynamodb", STSClient: "sts", CloudWatchClient: "cloudwatch" };

/** A first attempt and one more within {@link CALL_MS}. */
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_000;

export interface OperatorSurroundings {
  readonly random: Random;
  readonly out: (line: string) => void;
}

/** The commands' access over real sockets, to AWS or to the running twin, and what ends it. */
export function operatorAccess(access: Access, { random, out }: OperatorSurroundings): OperatorAccess & { close(): void } {
  const clients = new Map<string, Closable>();
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  if (access.run) resolver.setServers([`${access.run.failover.dns.address}:${access.run.failover.dns.port}`]);
  const http = access.run ? twinHttp(access.run, resolver) : awsHttp();
  return {
    outputs: access.outputs,
    clock: systemClock,
    random,
    client: <C>(type: ClientClass<C>, region: string): C => {
      const key = `${type.name} ${region}`;
      const service = SERVICES[type.name];
      if (service === undefined) throw new Error(`${type.name}: operators' commands use no such service`);
      const settings = {
        ...access.settings(region, service),
        maxAttempts: 2,
        requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
      };
      const client = clients.get(key) ?? (new type(settings as never) as unknown as Closable); // see ClientClass; every SDK client can be destroyed
      clients.set(key, client);
      return client as C; // one class for each key
    },
    cname: async (host) => {
      const [target] = await resolver.resolveCname(host);
      if (target === undefined) throw new Error(`${host} has no CNAME`);
      return target;
    },
    get: http.get,
    out,
    close: () => {
      resolver.cancel();
      http.close();
      for (const client of clients.values()) client.destroy();
    },
  };
}

type Get = OperatorAccess["get"];

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The twin's front doors: plain HTTP, at the address that its DNS answers. */
function twinHttp(run: RunFile, resolver: Resolver): { readonly get: Get; close(): void } {
  const agent = new HttpAgent();
  return {
    get: async (hostname, path) => {
      const [address = ""] = await resolver.resolve4(hostname);
      return answer(({ host, ...target }) => httpRequest({ ...target, agent, host, signal: AbortSignal.timeout(CALL_MS) }), { host: address, port: run.failover.port, path, headers: { host: hostname } });
    },
    close: () => agent.destroy(),
  };
}

function awsHttp(): { readonly get: Get; close(): void } {
  const agent = new HttpsAgent();
  return {
    get: (host, path) => answer((target) => httpsRequest({ ...target, agent, signal: AbortSignal.timeout(CALL_MS) }), { host, port: 443, path, headers: {} }),
    close: () => agent.destroy(),
  };
}

function answer(open: (target: Target) => ReturnType<typeof httpRequest>, target: Target): ReturnType<Get> {
  return new Promise((resolve, reject) => {
    const outgoing = open(target);
    outgoing.on("error", reject).on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk)).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.end();
  });
}
