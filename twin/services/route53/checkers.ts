import type { Cloud } from "../../cloud";
import type { HttpRequest } from "../../network";
import { CLUMP_MS, HEALTHY_SHARE, type CheckerAssumptions, type EndpointCheck } from "./health-check";
import { CONNECT_MS, probe } from "./probe";

/** Checker regions and the first address of one of their ranges: ip-ranges.json, service ROUTE53_HEALTHCHECKS. */
const CHECKER_NETWORKS: Readonly<Record<string, string>> = {
  "us-east-1": "54.243.31.",
  "us-west-1": "54.183.255.",
  "us-west-2": "54.244.52.",
  "eu-west-1": "54.228.16.",
  "ap-southeast-1": "54.251.31.",
  "ap-southeast-2": "54.252.79.",
  "ap-northeast-1": "54.248.220.",
  "sa-east-1": "54.232.40.",
};

/** A name without an address. */
const NOTHING_THERE = Promise.resolve(false);

interface Checker {
  readonly region: string;
  readonly request: HttpRequest;
  /** This checker's own verdict; it starts as healthy. */
  healthy: boolean;
  /** Results in a row that contradict the verdict. */
  against: number;
}

/** What checkers need from the service around them. */
export interface CheckerContext {
  readonly cloud: Cloud;
  /** The address of a name as DNS answers it now. */
  resolve(fqdn: string): string | undefined;
  /** True for a checker region that reaches no endpoint. */
  blind(region: string): boolean;
}

/** The checkers of one endpoint check. They do not coordinate: each keeps its own rhythm and its own count. */
export class Checkers {
  private readonly checkers: readonly Checker[];
  private healthyOnes: number;

  /** `onChange` is called, without waiting, after a checker changed its mind. */
  constructor(
    private readonly check: EndpointCheck,
    private readonly context: CheckerContext,
    private readonly assumptions: CheckerAssumptions,
    private readonly onChange: () => void,
  ) {
    this.checkers = Array.from({ length: assumptions.count }, (_, index) => {
      const region = check.regions[index % check.regions.length] ?? "us-east-1";
      return { region, request: requestOf(check, region, index), healthy: true, against: 0 };
    });
    this.healthyOnes = this.checkers.length;
    this.start();
  }

  get count(): number {
    return this.checkers.length;
  }

  get healthyCount(): number {
    return this.healthyOnes;
  }

  /** More than 18 % of the checkers say so. */
  get healthy(): boolean {
    return this.healthyOnes / this.checkers.length > HEALTHY_SHARE;
  }

  private start(): void {
    const { kernel } = this.context.cloud;
    const random = kernel.random(`route53/checkers/${this.check.id}`);
    const { intervalMs } = this.check;
    const clump = random.between(0, intervalMs);
    for (const checker of this.checkers) {
      const phase = this.assumptions.phases === "clumped" ? clump + random.between(0, CLUMP_MS) : random.between(0, intervalMs);
      const judged = (ok: boolean): void => {
        this.judge(checker, ok);
        kernel.spawn(intervalMs, run);
      };
      const run = (): Promise<void> => this.probe(checker).then(judged);
      kernel.spawn(phase, run);
    }
  }

  private probe({ region, request }: Checker): Promise<boolean> {
    const { cloud, blind, resolve } = this.context;
    if (blind(region)) return cloud.kernel.sleep(CONNECT_MS).then(() => false);
    const { ipAddress, fqdn } = this.check;
    const address = ipAddress ?? (fqdn === undefined ? undefined : resolve(fqdn));
    return address === undefined ? NOTHING_THERE : probe(cloud, this.check, address, request);
  }

  private judge(checker: Checker, ok: boolean): void {
    if (ok === checker.healthy) {
      checker.against = 0;
      return;
    }
    checker.against += 1;
    if (checker.against < this.check.threshold) return;
    checker.healthy = ok;
    checker.against = 0;
    this.healthyOnes += ok ? 1 : -1;
    this.onChange();
  }
}

/** Made once per checker: probes are many. */
function requestOf(check: EndpointCheck, region: string, index: number): HttpRequest {
  const host = (check.fqdn ?? check.ipAddress ?? "").toLowerCase();
  return {
    method: "GET",
    host,
    target: check.path,
    headers: {
      host: [host],
      "user-agent": [`Amazon-Route53-Health-Check-Service (ref ${check.id}; report http://amzn.to/1vsZADi)`],
      accept: ["*/*"],
      "accept-encoding": ["*"],
      connection: ["close"],
    },
    body: new Uint8Array(),
    sourceIp: `${CHECKER_NETWORKS[region] ?? "54.243.31."}${192 + index}`,
  };
}
