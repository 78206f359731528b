import type { Cloud } from "../../twin/cloud";
import { AnswerError } from "../../twin/errors";
import { inTime } from "../../twin/kernel/kernel";
import type { HttpRequest } from "../../twin/network";
import { route53 } from "../../twin/services/route53/index";
import type { ClientRequest, Resolution, Transport } from "../transport";

/** Route 53's data plane is no region's: no outage takes it away. AWS, "Disaster recovery mechanisms: Route 53". */
const RESOLVE = { region: "global", service: "route53", operation: "Resolve" } as const;

/** Clients inside the twin's virtual time: the same DNS answers and front doors, without sockets. */
export function virtualTransport(cloud: Cloud): Transport {
  return {
    clock: cloud.kernel,
    resolve: (hostname) => cloud.door.call(RESOLVE, () => resolution(cloud, hostname)),
    send: (address, request, timeoutMs) => inTime(cloud.kernel, timeoutMs, cloud.network.send(address, incoming(request)), () => timeout(request, timeoutMs)),
  };
}

function resolution(cloud: Cloud, hostname: string): Resolution {
  const found = route53(cloud).resolve(hostname);
  if (!found) throw new Error(`queryA ${route53(cloud).answer(hostname, "A").rcode} ${hostname}`);
  return found;
}

/** Of the few names of headers that clients send. */
const lowerCase = new Map<string, string>();

function lower(name: string): string {
  let found = lowerCase.get(name);
  if (found === undefined) lowerCase.set(name, (found = name.toLowerCase()));
  return found;
}

function headersOf(host: string, headers: ClientRequest["headers"]): Record<string, readonly string[]> {
  const all: Record<string, readonly string[]> = { host: [host] };
  for (const name in headers) all[lower(name)] = [headers[name] ?? ""];
  return all;
}

/** The request as the front door sees it. */
const incoming = ({ method, host, target, headers, body = "" }: ClientRequest): HttpRequest => ({
  method,
  host,
  target,
  headers: headersOf(host, headers),
  body: Buffer.from(body, "utf8"),
  sourceIp: "198.51.100.7",
});

/** As fetch's AbortSignal.timeout names it. */
export function timeout({ method, target }: ClientRequest, ms: number): Error {
  const error = new AnswerError(`${method} ${target}: no answer within ${ms} ms`);
  error.name = "TimeoutError";
  return error;
}

