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

/** How an attachment's interfaces get to a destination. */
interface Ways {
  /** One for each subnet. */
  readonly each: readonly (Way | undefined)[];
  /** They are all like the first one. */
  readonly alike: boolean;
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
  /** By attachment, service and region; forgotten when a network changes. */
  private known = new Map<NetworkAttachment, Map<string, Map<string, Ways>>>();

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
    const { service, region } = destination;
    const { each, alike } = this.known.get(attachment)?.get(service)?.get(region) ?? this.learn(attachment, destination);
    return alike ? each[0] : each[this.cloud.kernel.random("vpc/interfaces").below(each.length)];
  }

  private learn(attachment: NetworkAttachment, { region, service }: Destination): Ways {
    const each = this.compute(attachment, endpointService(service), region === this.region);
    const ways: Ways = { each, alike: each.every((way) => way === each[0]) };
    const services = this.known.get(attachment) ?? new Map<string, Map<string, Ways>>();
    this.known.set(attachment, services);
    services.set(service, (services.get(service) ?? new Map<string, Ways>()).set(region, ways));
    const share = each.filter((way) => way !== undefined).length / Math.max(1, each.length);
    if (share < 1) this.cloud.kernel.record("vpc.unreachable", { function: attachment.owner, service, region, share });
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
