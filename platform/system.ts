import { CONTROL } from "../lambda/shared/constants";
import { startRealTwin, type RealTwin } from "../twin/real";
import { gateway } from "../twin/services/apigateway/index";
import { dynamodb } from "../twin/services/dynamodb/index";
import { route53 } from "../twin/services/route53/index";
import { ACCOUNT_ID } from "./account";
import { startControl, type Control } from "./control";
import { removeCredentials, testCredentials, writeCredentials } from "./credentials-file";
import { healthCheckStatuses } from "./health-checks";
import { readLatch } from "./latch";
import { isPayment } from "./payments";
import { refuseWhenAlive, removeRunFile, writeRunFile, type RunFile, type RunRegion } from "./runfile";
import { applyQuotas } from "./quotas";
import type { DeployedStack, StackOutputs } from "./stack";
import { createStatus, type RegionSite, type StatusSources } from "./status";

export interface SystemOptions {
  readonly deployed: DeployedStack;
  readonly seed: number;
  /** 0 = a free one. */
  readonly ports: { readonly http: number; readonly dns: number; readonly control: number };
  /** Where the run file goes, e.g. `.twin`. */
  readonly directory: string;
  readonly pid: number;
  /** Hears of defects of the twin. */
  readonly onFailure: (error: unknown) => void;
  /** `POST /stop` was answered. */
  readonly onStop: () => void;
}

/** This stack's twin with its control server and run file. */
export interface System {
  readonly twin: RealTwin;
  readonly run: RunFile;
  close(): Promise<void>;
}

/**
 * Starts the twin of a deployed stack. Rejects with the typed errors of its parts: DeploymentRefused, a busy port, a
 * missing loopback address, PlatformError RUN_ALREADY_ALIVE.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { deployed, directory, pid, ports } = options;
  const { outputs } = deployed;
  refuseWhenAlive(directory, pid);
  const twin = await startRealTwin({
    deployment: deployed.deployment,
    accountId: ACCOUNT_ID,
    seed: options.seed,
    ports,
    addressHosts: { [outputs.regions.primary]: outputs.hostnames.primary, [outputs.regions.secondary]: outputs.hostnames.secondary },
    onFailure: options.onFailure,
  });
  try {
    applyQuotas(twin.cloud, deployed);
    const sites = sitesOf(twin, outputs);
    const control = await startControl(controlSources(options, twin, sites), ports.control);
    const run = runFile(options, twin, control, sites);
    // Before the run file: whoever finds that finds these too.
    if (deployed.apiAuth === "iam") writeCredentials(directory, testCredentials(twin.cloud, outputs.regions.secondary));
    else removeCredentials(directory);
    writeRunFile(directory, run);
    const close = async (): Promise<void> => {
      removeCredentials(directory);
      removeRunFile(directory, pid);
      await Promise.all([control.close(), twin.close()]);
    };
    return { twin, run, close };
  } catch (error) {
    await twin.close();
    throw error;
  }
}

function sitesOf(twin: RealTwin, { regions, hostnames }: StackOutputs): Readonly<Record<string, RegionSite>> {
  const site = (role: "primary" | "secondary"): [string, RegionSite] => {
    const address = twin.addresses.get(regions[role]) ?? "";
    return [regions[role], { role, address, hostname: hostnames[role], api: `http://${address}:${twin.httpPort}` }];
  };
  return Object.fromEntries([site("primary"), site("secondary")]);
}

function controlSources(options: SystemOptions, twin: RealTwin, sites: Readonly<Record<string, RegionSite>>): Parameters<typeof startControl>[0] {
  const { deployed } = options;
  const { witness } = deployed.outputs.regions;
  const { cloud, kernel } = twin;
  const ids = kernel.random("control/request-ids");
  return {
    status: createStatus(statusSources(deployed, twin, sites)),
    graph: () => deployed.deployment.graph,
    faults: cloud.faults,
    regions: [...Object.keys(sites), ...(witness === undefined ? [] : [witness])],
    resolve: (name) => route53(cloud).resolve(name)?.address,
    stop: options.onStop,
    requestId: () => ids.id(26),
    onDefect: options.onFailure,
  };
}

function statusSources({ stack, outputs, consistency }: DeployedStack, twin: RealTwin, sites: Readonly<Record<string, RegionSite>>): StatusSources {
  const { cloud, kernel } = twin;
  const secondary = dynamodb(cloud, outputs.regions.secondary);
  return {
    environment: outputs.environment,
    stack,
    consistency,
    kernel,
    faults: cloud.faults,
    regions: sites,
    failoverHostname: outputs.hostnames.failover,
    resolve: (name) => route53(cloud).resolve(name),
    healthChecks: () => healthCheckStatuses(route53(cloud)),
    latch: () => readLatch(secondary.items(outputs.controlTableName).find((item) => item[CONTROL.hashKey]?.S === CONTROL.latchId)),
    payments: (region) => dynamodb(cloud, region).items(outputs.tableName).filter(isPayment).length,
    onAnswered: (listener) => {
      for (const region of Object.keys(sites)) gateway(cloud, region).onResponse(({ path, status, latencyMs }) => listener({ region, target: path, status, ms: latencyMs }));
    },
  };
}

function runFile({ deployed, pid }: SystemOptions, twin: RealTwin, control: Control, sites: Readonly<Record<string, RegionSite>>): RunFile {
  const { outputs } = deployed;
  const services = ["dynamodb", "sts", "s3", "kms", "sns", "cloudwatch", "logs"];
  const region = (name: string, site: RegionSite): RunRegion => {
    const url = twin.endpoints.get(name);
    return { ...site, endpoints: url === undefined ? {} : Object.fromEntries(services.map((service) => [service, url])) };
  };
  return {
    pid,
    environment: outputs.environment,
    failover: { hostname: outputs.hostnames.failover, port: twin.httpPort, dns: twin.dns },
    control: control.url,
    regions: Object.fromEntries(Object.entries(sites).map(([name, site]) => [name, region(name, site)])),
    outputs: deployed.deployment.graph.outputs,
  };
}
