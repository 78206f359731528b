import { Cloud } from "./cloud";
import type { Deployment } from "./deploy/graph";
import { AwsWire } from "./doors/aws-wire";
import { serveDns } from "./doors/dns";
import { serveHttp, type HttpDoor } from "./doors/http";
import { onFreePort } from "./doors/ports";
import { WorkerHost } from "./doors/worker-host";
import { noLatency, type LatencyModel } from "./kernel/door";
import { RealKernel } from "./kernel/real";
import { bringToLife, regionsOf } from "./live";
import { route53 } from "./services/route53/index";
import type { CheckerAssumptions } from "./services/route53/health-check";
import { askWeb } from "./web";

export interface RealTwinOptions {
  readonly deployment: Deployment;
  readonly accountId: string;
  readonly seed: number;
  /** The port of every region's front door, and of DNS; 0 = a free one. */
  readonly ports: { readonly http: number; readonly dns: number };
  /** The front door's host name in each region for requests that name its address alone. */
  readonly addressHosts?: Readonly<Record<string, string>>;
  /** Added to what the sockets take anyway; default none. */
  readonly latency?: LatencyModel;
  readonly checkers?: Partial<CheckerAssumptions>;
  /** Hears of defects of the twin. */
  readonly onFailure: (error: unknown) => void;
}

/** A twin in real time, behind sockets. */
export interface RealTwin {
  readonly cloud: Cloud;
  readonly kernel: RealKernel;
  /** IPv4 address of each region's front door, in the order of the program's providers. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly httpPort: number;
  readonly dns: { readonly address: string; readonly port: number };
  /** Each region's AWS endpoint, e.g. `http://127.0.0.1:43127`. */
  readonly endpoints: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Loopback has an address for every region: 127.0.0.1, 127.0.0.2, … One port on all, so that DNS alone decides. */
export const loopbackAddresses = (regions: readonly string[]): ReadonlyMap<string, string> =>
  new Map(regions.map((region, index) => [region, `127.0.0.${index + 1}`]));

/**
 * Starts a deployment's twin. Rejects with DeploymentRefused, or with the door's typed error when a port or an address
 * is not to be had; everything that was started is closed then.
 */
export async function startRealTwin(options: RealTwinOptions): Promise<RealTwin> {
  const { deployment, accountId, seed, ports, checkers, onFailure, latency = noLatency } = options;
  const kernel = new RealKernel(seed, onFailure);
  const addresses = loopbackAddresses(regionsOf(deployment.graph));
  const endpoints = new Map<string, string>();
  const closers: (() => Promise<void>)[] = [];
  let httpPort = 0;
  const close = async (): Promise<void> => {
    kernel.stop();
    await Promise.all(closers.splice(0).map((each) => each()));
  };

  try {
    // Asked when the first function starts; by then the cloud and the doors below are there.
    const functions = new WorkerHost({
      endpointUrl: (region) => endpoints.get(region) ?? "",
      dnsServer: () => `${dns.address}:${dns.port}`,
      ask: (asker, url) => askWeb(cloud, asker, url),
    });
    closers.push(() => functions.close());
    const cloud: Cloud = new Cloud({ kernel, latency, functions, accountId });
    if (checkers) route53(cloud).assume(checkers);

    for (const [region, address] of addresses) {
      const wire = await AwsWire.start(cloud, { region, address, port: 0 });
      closers.push(() => wire.stop());
      endpoints.set(region, wire.url);
    }
    const dns = await serveDns(cloud, { address: "127.0.0.1", port: ports.dns });
    closers.push(() => dns.close());
    bringToLife(deployment, cloud, addresses);
    httpPort = await onFreePort(ports.http, (port) => openFrontDoors(cloud, addresses, port, options.addressHosts ?? {}, closers));
    return { cloud, kernel, addresses, httpPort, dns: { address: dns.address, port: dns.port }, endpoints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens every region's front door on one port; all or none. Returns the port. */
async function openFrontDoors(
  cloud: Cloud,
  addresses: ReadonlyMap<string, string>,
  wanted: number,
  hosts: Readonly<Record<string, string>>,
  closers: (() => Promise<void>)[],
): Promise<number> {
  const open: HttpDoor[] = [];
  let port = wanted;
  try {
    for (const [region, address] of addresses) {
      const addressHost = hosts[region];
      const door = await serveHttp({ cloud, region, address, port, ...(addressHost === undefined ? {} : { addressHost }) });
      open.push(door);
      port = door.port;
    }
  } catch (error) {
    await Promise.all(open.map((door) => door.close()));
    throw error;
  }
  closers.push(...open.map((door) => () => door.close()));
  return port;
}
