import { Cloud } from "../../../twin/cloud";
import { VirtualKernel, VIRTUAL_EPOCH } from "../../../twin/kernel/virtual";
import { noLatency } from "../../../twin/kernel/door";
import type { Kernel } from "../../../twin/kernel/kernel";
import type { FunctionHost } from "../../../twin/services/lambda/host";
import type { HttpRequest, HttpResponse } from "../../../twin/network";
import { route53, type HealthCheck, type RecordSet, type Route53 } from "../../../twin/services/route53/index";
import type { CalculatedCheck, EndpointCheck } from "../../../twin/services/route53/health-check";

export const ok: HttpResponse = { status: 200, headers: {}, body: "fine" };

export const newCloud = (kernel: Kernel): Cloud =>
  new Cloud({ kernel, latency: noLatency, functions: {} as FunctionHost, accountId: "123456789012" }); // no function runs here

export const EAST = { region: "us-east-1", address: "127.0.0.1", target: "d-east.execute-api.us-east-1.amazonaws.com" };
export const OHIO = { region: "us-east-2", address: "127.0.0.2", target: "d-ohio.execute-api.us-east-2.amazonaws.com" };
export const ZONE = "Z1";
export const DOMAIN = "example.test";
export const FAILOVER = `pay.${DOMAIN}`;

/** A cloud with two regions that answer by the given front door, and the zone. */
export class World {
  readonly kernel: VirtualKernel;
  readonly cloud: Cloud;
  readonly dns: Route53;
  /** What each region answers; requests are kept. */
  readonly answers: Record<string, () => Promise<HttpResponse> | HttpResponse> = { "us-east-1": () => ok, "us-east-2": () => ok };
  readonly requests: { readonly at: number; readonly region: string; readonly request: HttpRequest }[] = [];
  readonly events: { readonly at: number; readonly kind: string; readonly data: Readonly<Record<string, unknown>> }[] = [];

  constructor(seed = 1) {
    this.kernel = new VirtualKernel(seed);
    this.cloud = newCloud(this.kernel);
    this.dns = route53(this.cloud);
    this.kernel.observe((event) => this.events.push({ ...event, at: event.at - VIRTUAL_EPOCH }));
    for (const { region, address, target } of [EAST, OHIO]) {
      this.cloud.network.open(region, address, async (request) => {
        this.requests.push({ at: this.seconds(), region, request });
        return (this.answers[region] ?? (() => ok))();
      });
      this.cloud.network.publishName(target, region);
    }
    this.dns.createZone({ id: ZONE, name: DOMAIN, nameServers: ["ns-1.awsdns-01.com"] });
    this.record({ name: `east.${DOMAIN}`, type: "CNAME", values: [EAST.target] });
    this.record({ name: `ohio.${DOMAIN}`, type: "CNAME", values: [OHIO.target] });
  }

  seconds(): number {
    return (this.kernel.now() - VIRTUAL_EPOCH) / 1000;
  }

  /** Runs until so many seconds after the start. */
  until(seconds: number): Promise<void> {
    return this.kernel.run({ untilMs: VIRTUAL_EPOCH + seconds * 1000 });
  }

  record(record: Partial<RecordSet> & Pick<RecordSet, "name" | "type">): void {
    this.dns.createRecord(ZONE, { ttl: 5, values: [], routing: { kind: "simple" }, ...record });
  }

  check(check: Partial<EndpointCheck> & Pick<EndpointCheck, "id">): void {
    this.dns.createHealthCheck({
      name: check.id,
      type: "HTTPS",
      inverted: false,
      disabled: false,
      fqdn: `east.${DOMAIN}`,
      port: 443,
      path: "/health",
      intervalMs: 10_000,
      threshold: 2,
      regions: ["us-east-1", "us-west-2", "eu-west-1"],
      ...check,
    } satisfies HealthCheck);
  }

  calculated(id: string, children: readonly string[], more: Partial<CalculatedCheck> = {}): void {
    this.dns.createHealthCheck({ id, name: id, type: "CALCULATED", inverted: false, disabled: false, children, threshold: children.length, ...more });
  }

  /** The failover name: PRIMARY to us-east-1 with a check, SECONDARY to us-east-2, with one or without. */
  failover(primaryCheck: string, secondaryCheck?: string): void {
    const common = { name: FAILOVER, type: "CNAME" } as const;
    this.record({ ...common, values: [EAST.target], setIdentifier: "p", healthCheckId: primaryCheck, routing: { kind: "failover", role: "PRIMARY" } });
    this.record({
      ...common,
      values: [OHIO.target],
      setIdentifier: "s",
      routing: { kind: "failover", role: "SECONDARY" },
      ...(secondaryCheck === undefined ? {} : { healthCheckId: secondaryCheck }),
    });
  }

  /** Where the failover name leads now. */
  target(): string | undefined {
    return this.dns.answer(FAILOVER, "CNAME").answers[0]?.data;
  }

  /** Virtual seconds from the start at which events of a kind were recorded. */
  times(kind: string): readonly number[] {
    return this.events.filter((event) => event.kind === kind).map(({ at }) => at / 1000);
  }
}

/** The value below which a share of the sorted values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
