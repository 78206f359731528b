import { endpointService } from "../../../rules/vpc-endpoints";
import type { Cloud } from "../../cloud";
import type { NetworkAttachment } from "./attachment";
import { wayTo } from "./reach";
import type { Endpoint, GroupRule, NetworkState, Route, Subnet, Way } from "./state";

export type { NetworkAttachment } from "./attachment";
export type { Way } from "./state";

/** The address of a call: a service by its SDK signing name, in a region. */
interface Destination {
  readonly region: string;
  readonly service: string;
}

/** The VPCs of one region: what stands in them, and what a network interface reaches from there. */
export class VpcService implements NetworkState {
  readonly subnets = new Map<string, Subnet>();
  readonly tables = new Map<string, string>();
  readonly routes: Route[] = [];
  readonly internetGateways = new Set<string>();
  readonly natGateways = new Map<string, string>();
  readonly endpoints: Endpoint[] = [];
  rules: GroupRule[] = [];
  /** The ways of an attachment's interfaces to a destination, one for each subnet; forgotten when a network changes. */
  private known = new Map<NetworkAttachment, Map<string, readonly (Way | undefined)[]>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  /** Adds what a resource stands for. */
  change(add: (network: this) => void): void {
    add(this);
    this.known = new Map();
  }

  /**
   * How a call gets to its destination. Undefined = its packets vanish, and nobody answers. Where the subnets differ, an
   * interface is drawn for each call (Lambda keeps one for an execution environment's life).
   */
  way(attachment: NetworkAttachment, destination: Destination): Way | undefined {
    const ways = this.ways(attachment, destination);
    if (ways.every((way) => way === ways[0])) return ways[0];
    return ways[this.cloud.kernel.random("vpc/interfaces").below(ways.length)];
  }

  private ways(attachment: NetworkAttachment, { region, service }: Destination): readonly (Way | undefined)[] {
    const known = this.known.get(attachment) ?? new Map<string, readonly (Way | undefined)[]>();
    this.known.set(attachment, known);
    const key = `${region}/${service}`;
    let ways = known.get(key);
    if (ways === undefined) {
      ways = this.compute(attachment, endpointService(service), region === this.region);
      known.set(key, ways);
      const share = ways.filter((way) => way !== undefined).length / Math.max(1, ways.length);
      if (share < 1) this.cloud.kernel.record("vpc.unreachable", { function: attachment.owner, service, region, share });
    }
    return ways;
  }

  private compute({ subnetIds, securityGroupIds }: NetworkAttachment, service: string, local: boolean): readonly (Way | undefined)[] {
    return subnetIds.map((id) => {
      const subnet = this.subnets.get(id);
      return subnet && wayTo(this, { subnet, securityGroupIds }, service, local);
    });
  }
}

/** The VPCs of a region. */
export const vpc = (cloud: Cloud, region: string): VpcService => cloud.service("vpc", region, () => new VpcService(cloud, region));
