import type { WebAnswer } from "../lambda/shared/runtime";
import type { Cloud } from "./cloud";
import { AnswerError } from "./errors";
import type { ExecutionSpec } from "./services/lambda/host";
import { route53 } from "./services/route53/index";
import { vpc } from "./services/vpc/index";

/** Where functions outside a VPC come from (RFC 5737): no API looks at it. */
const SOURCE_IP = "203.0.113.10";

/** An error of Node's resolver, as node:dns words it. */
export const dnsError = (syscall: "queryCname" | "queryA", code: "ENOTFOUND" | "ENODATA" | "ESERVFAIL", hostname: string): Error =>
  Object.assign(new AnswerError(`${syscall} ${code} ${hostname}`), { code, syscall, hostname });

/** Who asks: where a function stands. */
export type Asker = Pick<ExecutionSpec, "region" | "process" | "network">;

/**
 * GET of a public name's front door by a function, in virtual and in real time alike: it comes from the function's
 * region, so that a cut between regions cuts it too. From inside a VPC it needs a way out. Never settles where packets
 * vanish; rejects as sockets and resolvers do.
 */
export async function askWeb(cloud: Cloud, { region, process, network }: Asker, url: string): Promise<WebAnswer> {
  const { hostname, pathname, search } = new URL(url);
  if (network && !vpc(cloud, network.region).way(network, { region, service: "internet" })) return new Promise<never>(() => undefined);
  const route = { region: "global", service: "route53", operation: "Resolve", from: region, caller: process };
  const found = await cloud.door.call(route, () => route53(cloud).resolve(hostname));
  if (!found) throw dnsError("queryA", "ENOTFOUND", hostname);
  const request = { method: "GET", host: hostname, target: pathname + search, headers: { host: [hostname] }, body: new Uint8Array(), sourceIp: SOURCE_IP };
  const { status, body } = await cloud.network.send(found.address, request, region, process);
  return { status, body };
}
