import { readFileSync } from "node:fs";
import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { ClientRequest, ClientResponse } from "../../drill/transport";
import { realTransport } from "../../drill/transports/real";
import { PAYMENTS } from "../../lambda/shared/constants";
import type { Payment } from "../../lambda/shared/payment";
import { fromItem } from "../../lambda/shared/table";
import { readRunFile, type RunFile } from "../../platform/runfile";
import type { StackOutputs } from "../../platform/stack";

/** The file that `pulumi stack output --json` has written: the tests run against AWS. */
export const STACK_OUTPUTS = "STACK_OUTPUTS";
/** The directory of a running twin's run file; set by the integration tests' global set-up. */
export const TWIN_DIRECTORY = "INTEGRATION_TWIN_DIRECTORY";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Ask = Partial<Omit<ClientRequest, "host">> & { readonly target: string };

/** A running system, the twin or AWS: what its outputs tell, and the ways to it that its users have. */
export interface Target {
  readonly kind: "twin" | "aws";
  readonly outputs: StackOutputs;
  /** Sends a request to a host name, resolved as its users resolve it. */
  ask(host: string, request: Ask): Promise<Answer>;
  /** The name that a name is an alias of; rejects where DNS has none. */
  cname(host: string): Promise<string>;
  /** The payment as a region's own table holds it, read consistently. */
  stored(region: string, paymentId: string): Promise<Payment | undefined>;
  /** An SDK client of a region: at the twin's endpoint for the service, or at AWS's own. One per service and region. */
  client<C extends Closable>(service: string, type: ClientType<C>, region: string): C;
  close(): void;
}

interface Closable {
  destroy(): void;
}
interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
type ClientType<C> = new (settings: ClientSettings) => C;

const ATTEMPT_MS = 10_000;

/** The system that the environment names. Throws where it names none. */
export function openTarget(): Target {
  const file = process.env[STACK_OUTPUTS];
  if (file !== undefined) return awsTarget(readOutputs(file));
  const directory = process.env[TWIN_DIRECTORY];
  if (directory === undefined) throw new Error(`neither ${STACK_OUTPUTS} nor ${TWIN_DIRECTORY} is set; run the tests as the jest project "integration"`);
  return twinTarget(readRunFile(directory));
}

function readOutputs(file: string): StackOutputs {
  const outputs = JSON.parse(readFileSync(file, "utf8")) as Partial<StackOutputs>; // checked below as far as the tests need it
  const missing = (["regions", "hostnames", "tableName"] as const).filter((name) => outputs[name] === undefined);
  if (missing.length > 0) throw new Error(`${STACK_OUTPUTS}: ${file} has no ${missing.join(", ")}; write it with: pulumi stack output --json`);
  return outputs as StackOutputs; // what the program returns, resolved
}

/** A running twin: names come from its DNS, all front doors have one port. */
export function twinTarget(run: RunFile): Target {
  const transport = realTransport({ dns: run.failover.dns, port: run.failover.port });
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${run.failover.dns.address}:${run.failover.dns.port}`]);
  const outputs = run.outputs as unknown as StackOutputs; // written by this program's own deployment
  const sdk = clients((service, region) => {
    const endpoint = run.regions[region]?.endpoints[service];
    if (endpoint === undefined) throw new Error(`the twin serves no ${service} endpoint for ${region}`);
    return { region, endpoint, forcePathStyle: true, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  });
  return {
    kind: "twin",
    outputs,
    ask: async (host, request) => {
      const { address } = await transport.resolve(host);
      return answer(await transport.send(address, { method: "GET", headers: {}, ...request, host }, ATTEMPT_MS));
    },
    cname: (host) => firstCname(resolver, host),
    stored: reader(sdk.client, outputs),
    client: sdk.client,
    close: () => {
      transport.close();
      sdk.close();
    },
  };
}

function awsTarget(outputs: StackOutputs): Target {
  const resolver = new Resolver();
  const sdk = clients((_service, region) => ({ region }));
  return {
    kind: "aws",
    outputs,
    ask: async (host, { method = "GET", target, headers = {}, body }) => {
      const response = await fetch(`https://${host}${target}`, { method, headers, signal: AbortSignal.timeout(ATTEMPT_MS), ...(body === undefined ? {} : { body }) });
      return answer({ status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() });
    },
    cname: (host) => firstCname(resolver, host),
    stored: reader(sdk.client, outputs),
    client: sdk.client,
    close: sdk.close,
  };
}

async function firstCname(resolver: Resolver, host: string): Promise<string> {
  const [name] = await resolver.resolveCname(host);
  if (name === undefined) throw new Error(`${host} has no CNAME`);
  return name;
}

function clients(settings: (service: string, region: string) => ClientSettings): Pick<Target, "client" | "close"> {
  const made = new Map<string, Closable>();
  return {
    client: <C extends Closable>(service: string, type: ClientType<C>, region: string): C => {
      const key = `${service} ${region}`;
      const client = made.get(key) ?? new type(settings(service, region));
      made.set(key, client);
      return client as C; // one class for each service's name
    },
    close: () => {
      for (const client of made.values()) client.destroy();
    },
  };
}

const reader =
  (client: Target["client"], { tableName }: StackOutputs): Target["stored"] =>
  async (region, paymentId) => {
    const command = new GetItemCommand({ TableName: tableName, Key: { [PAYMENTS.hashKey]: { S: paymentId } }, ConsistentRead: true });
    const { Item } = await client("dynamodb", DynamoDBClient, region).send(command);
    return Item && fromItem(Item);
  };

const answer = ({ status, headers, body }: ClientResponse): Answer => ({
  status,
  headers,
  body: JSON.parse(body) as Answer["body"], // every answer of the API is a JSON object
});

/**
 * Asks again every 250 ms until `done` likes the answer; a rejection counts as an answer that it does not like. Rejects
 * after `seconds`, telling the last answer.
 */
export async function eventually<T>(seconds: number, look: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    let last: unknown;
    try {
      const value = await look();
      if (done(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) throw new Error(`not within ${seconds} s; the last answer: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await sleep(250);
  }
}

/**
 * Waits until the system serves payments from its primary. A new twin needs a while: inverted health checks count as
 * unhealthy at first.
 */
export async function primaryServes({ outputs, cname, ask }: Target, seconds = 60): Promise<void> {
  const { hostnames, regions } = outputs;
  await eventually(seconds, () => cname(hostnames.failover), (name) => name.includes(`.${regions.primary}.`));
  // A cold start on a busy machine may take longer than a client waits.
  const { status } = await eventually(seconds, () => ask(hostnames.failover, { target: "/payments?customerId=nobody" }), (given) => given.status < 500);
  if (status === 403) throw new Error("the stack wants signed requests (tap:apiAuth iam); these tests send none: use a stack with tap:apiAuth none and tap:allowUnauthenticated");
}
