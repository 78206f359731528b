import { endpointService } from "../../../rules/vpc-endpoints";
import type { Cloud } from "../../cloud";
import type { NetworkAttachment } from "./attachment";
import { reaches } from "./reach";
import type { Endpoint, GroupRule, NetworkState, Route, Subnet } from "./state";

export type { NetworkAttachment } from "./attachment";

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
  /** Share of an attachment's interfaces that reach a destination; forgotten when a network changes. */
  private shares = new Map<NetworkAttachment, Map<string, number>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  /** Adds what a resource stands for. */
  change(add: (network: this) => void): void {
    add(this);
    this.shares = new Map();
  }

  /**
   * Does a call get through? False = its packets vanish, and nobody answers. Where only some of the subnets have a way, an
   * interface is drawn for each call (Lambda keeps one for an execution environment's life).
   */
  passes(attachment: NetworkAttachment, destination: Destination): boolean {
    const share = this.share(attachment, destination);
    return share === 1 || (share > 0 && this.cloud.kernel.random("vpc/interfaces").chance(share));
  }

  private share(attachment: NetworkAttachment, { region, service }: Destination): number {
    const known = this.shares.get(attachment) ?? new Map<string, number>();
    this.shares.set(attachment, known);
    const key = `${region}/${service}`;
    let share = known.get(key);
    if (share === undefined) {
      share = this.compute(attachment, endpointService(service), region === this.region);
      known.set(key, share);
      if (share < 1) this.cloud.kernel.record("vpc.unreachable", { function: attachment.owner, service, region, share });
    }
    return share;
  }

  private compute({ subnetIds, securityGroupIds }: NetworkAttachment, service: string, local: boolean): number {
    const open = subnetIds.filter((id) => {
      const subnet = this.subnets.get(id);
      return subnet !== undefined && reaches(this, { subnet, securityGroupIds }, service, local);
    });
    return subnetIds.length === 0 ? 0 : open.length / subnetIds.length;
  }
}

/** The VPCs of a region. */
export const vpc = (cloud: Cloud, region: string): VpcService => cloud.service("vpc", region, () => new VpcService(cloud, region));
