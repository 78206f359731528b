import { assumptionSet, checkerAssumptions, latencyModel, type AssumptionSetName } from "../../drill/assumptions";
import type { ClientResponse, Transport } from "../../drill/transport";
import { virtualTransport } from "../../drill/transports/virtual";
import { CONTROL, IDEMPOTENCY_HEADER } from "../../lambda/shared/constants";
import type { Payment } from "../../lambda/shared/payment";
import { fromItem } from "../../lambda/shared/table";
import { ACCOUNT_ID } from "../../platform/account";
import { readLatch } from "../../platform/latch";
import { isPayment } from "../../platform/payments";
import { applyQuotas } from "../../platform/quotas";
import type { DeployedStack } from "../../platform/stack";
import { Cloud } from "../../twin/cloud";
import type { GraphResource } from "../../twin/deploy/graph";
import { VirtualKernel } from "../../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../../twin/live";
import { loopbackAddresses } from "../../twin/real";
import { dynamodb } from "../../twin/services/dynamodb/index";
import { InProcessHost } from "../../twin/services/lambda/in-process";
import { route53 } from "../../twin/services/route53/index";

/** The stack alive in virtual time, as its users and its operators see it. */
export interface World {
  readonly kernel: VirtualKernel;
  readonly cloud: Cloud;
  readonly transport: Transport;
  /** Lets virtual time pass until the story has been told; rejects with what it rejects with. */
  tell<T>(story: () => Promise<T>): Promise<T>;
  /** `POST /payments` to a host name, by default the failover name. Rejects where there is no answer within 3 s. */
  pay(key: string, more?: { readonly host?: string; readonly amount?: number }): Promise<Answer>;
  get(host: string, target: string): Promise<Answer>;
  /** The region that DNS answers for a name, by default the failover name; undefined where it answers none. */
  led(host?: string): string | undefined;
  /** Waits until `holds`, at most so many seconds; says whether it came true. */
  until(seconds: number, holds: () => boolean): Promise<boolean>;
  /** The payments that a region's replica holds, by their ids' order. */
  stored(region: string): readonly Payment[];
  /** The latch's state as stored; undefined where its item cannot be read. */
  latch(): string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The region that served it. */
  readonly region: string | undefined;
}

const ATTEMPT_MS = 3_000;

export function virtualWorld(deployed: DeployedStack, { seed = 1, assumptions = "documented" }: { readonly seed?: number; readonly assumptions?: AssumptionSetName } = {}): World {
  const { deployment, outputs, consistency } = deployed;
  const set = assumptionSet(assumptions);
  const kernel = new VirtualKernel(seed);
  const cloud: Cloud = new Cloud({ kernel, latency: latencyModel(set, consistency), functions: new InProcessHost(() => cloud), accountId: ACCOUNT_ID });
  route53(cloud).assume(checkerAssumptions(set));
  applyQuotas(cloud, deployed);
  bringToLife(deployment, cloud, loopbackAddresses(regionsOf(deployment.graph)));
  const transport = virtualTransport(cloud);
  const led = (host = outputs.hostnames.failover): string | undefined => cloud.network.regionAt(route53(cloud).resolve(host)?.address ?? "");
  const ask = async (host: string, request: { method: string; target: string; headers?: Readonly<Record<string, string>>; body?: string }): Promise<Answer> => {
    const { address } = await transport.resolve(host);
    return answer(await transport.send(address, { headers: {}, ...request, host }, ATTEMPT_MS));
  };
  return {
    kernel,
    cloud,
    transport,
    led,
    tell: (story) => tell(kernel, story),
    pay: (key, { host = outputs.hostnames.failover, amount = 1250 } = {}) => {
      const headers = { "Content-Type": "application/json", [IDEMPOTENCY_HEADER]: key };
      return ask(host, { method: "POST", target: "/payments", headers, body: JSON.stringify({ customerId: "c1", amount, currency: "EUR" }) });
    },
    get: (host, target) => ask(host, { method: "GET", target }),
    until: async (seconds, holds) => {
      for (const end = kernel.now() + seconds * 1000; !holds(); await kernel.sleep(250)) if (kernel.now() > end) return false;
      return true;
    },
    stored: (region) =>
      dynamodb(cloud, region)
        .items(outputs.tableName)
        .filter(isPayment)
        .map(fromItem)
        .sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1)),
    latch: () => readLatch(dynamodb(cloud, outputs.regions.secondary).items(outputs.controlTableName).find((item) => item[CONTROL.hashKey]?.S === CONTROL.latchId))?.state,
  };
}

const answer = ({ status, headers, body }: ClientResponse): Answer => ({
  status,
  region: headers["x-served-by-region"],
  body: JSON.parse(body) as Answer["body"], // every answer of the API is a JSON object
});

async function tell<T>(kernel: VirtualKernel, story: () => Promise<T>): Promise<T> {
  let end: { readonly value: T } | undefined;
  kernel.spawn(0, async () => {
    end = { value: await story() };
  });
  await kernel.run({ done: () => end !== undefined });
  if (!end) throw new Error("the story came to a standstill: every process waits for ever");
  return end.value;
}

/** The stack with its resources edited: undefined takes a resource away. What AWS would have refused before stays unsaid. */
export function operated(deployed: DeployedStack, edit: (resource: GraphResource) => GraphResource | undefined): DeployedStack {
  const { deployment } = deployed;
  const resources = deployment.graph.resources.flatMap((resource) => edit(resource) ?? []);
  return { ...deployed, deployment: { ...deployment, graph: { ...deployment.graph, resources } } };
}

/** The resource with other inputs, which are outputs too. */
export const withInputs = (resource: GraphResource, inputs: Readonly<Record<string, unknown>>): GraphResource => ({
  ...resource,
  inputs: { ...resource.inputs, ...inputs },
  outputs: { ...resource.outputs, ...inputs },
});
