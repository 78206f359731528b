import type { ClientClass } from "../lambda/shared/runtime";
import type { OperatorAccess } from "../ops/operator";
import type { StackOutputs } from "../platform/stack";
import type { Cloud } from "../twin/cloud";
import { sdkClient } from "../twin/runtime";
import { route53 } from "../twin/services/route53/index";
import { virtualTransport } from "./transports/virtual";

/**
 * An operator of a twin in virtual time: the commands of ops/ on the kernel's clock. `out` hears what people would read.
 * @param principals by region: the role that calls it; default the account's owner
 */
export function virtualOperator(cloud: Cloud, outputs: StackOutputs, out: (line: string) => void = () => undefined, principals: Readonly<Record<string, string>> = {}): OperatorAccess {
  const { kernel } = cloud;
  const transport = virtualTransport(cloud);
  const random = kernel.random("operator");
  const clients = new Map<unknown, Map<string, unknown>>();
  return {
    outputs,
    clock: kernel,
    random: () => random.next(),
    client: <C>(type: ClientClass<C>, region: string): C => {
      const ofType = clients.get(type) ?? new Map<string, unknown>();
      clients.set(type, ofType);
      const principal = principals[region];
      const client = ofType.get(region) ?? sdkClient(cloud, region, type, principal === undefined ? {} : { principal });
      ofType.set(region, client);
      return client as C; // one class for each map
    },
    cname: async (host) => {
      const route = { region: "global", service: "route53", operation: "Resolve" };
      const { answers } = await cloud.door.call(route, () => route53(cloud).answer(host, "CNAME"));
      const target = answers.find(({ type }) => type === "CNAME")?.data;
      if (target === undefined) throw new Error(`${host} has no CNAME`);
      return target;
    },
    get: async (host, target) => {
      const { address } = await transport.resolve(host);
      return transport.send(address, { method: "GET", host, target, headers: {} }, GET_MS);
    },
    out,
  };
}

const GET_MS = 5_000;
