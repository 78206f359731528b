import type { Network } from "../../network";
import { choose, type Choice } from "./failover";
import { normalise, within } from "./names";
import type { Answer, DnsAnswer, Rcode, RecordSet, RecordType } from "./record";
import type { Node, Zone } from "./zone";

/** Seconds for AWS's own names: the TTL of an alias to them. "Choosing between alias and non-alias records". */
export const AWS_NAME_TTL = 60;
/** TTL of a new zone's NS records and of its SOA, seconds. "NS and SOA records that Route 53 creates for a public hosted zone". */
const NS_TTL = 172_800;
const SOA_TTL = 900;
/** A chain of CNAMEs or aliases longer than this is a loop. */
const MAX_CHAIN = 16;

interface Step {
  /** The records that answer the question at this name. */
  readonly answers: readonly Answer[];
  /** Where the answer goes on, if the name is a CNAME. */
  readonly target?: string;
}

/** The zones' data as answers: pure but for the health and the chance that `choice` gives. */
export class Resolver {
  private aliasDepth = 0;

  constructor(
    private readonly zones: () => Iterable<Zone>,
    private readonly network: Pick<Network, "addresses">,
    private readonly choice: Choice,
  ) {}

  /** What a recursive resolver would return for a name of these zones or of AWS's. @param type may be `ANY` */
  answer(question: string, type: string): DnsAnswer {
    const answers: Answer[] = [];
    const done = (rcode: Rcode, zone?: Zone): DnsAnswer => ({ rcode, answers, authority: zone ? soaOf(zone) : [] });
    let name = normalise(question);
    for (let hop = 0; hop < MAX_CHAIN; hop += 1) {
      const zone = this.zoneOf(name);
      if (!zone) {
        const addresses = this.awsNames(name);
        if (asks(type, "A")) answers.push(...addresses);
        return done(addresses.length > 0 || answers.length > 0 ? "NOERROR" : "REFUSED");
      }
      const found = zone.lookup(name);
      if (found.kind === "delegated") return done("SERVFAIL");
      if (found.kind === "missing") return done("NXDOMAIN", zone);
      const step = this.step(name, type, zone, found.kind === "node" ? found.node : undefined);
      answers.push(...step.answers);
      if (step.target === undefined) return done("NOERROR", step.answers.length === 0 ? zone : undefined);
      name = step.target;
    }
    answers.length = 0;
    return done("SERVFAIL");
  }

  /** The zone with the longest domain that holds the name. */
  zoneOf(name: string): Zone | undefined {
    let best: Zone | undefined;
    for (const zone of this.zones()) {
      if (zone.name !== undefined && within(name, zone.name) && zone.name.length > (best?.name ?? "").length) best = zone;
    }
    return best;
  }

  private awsNames(name: string): Answer[] {
    return this.network.addresses(name).map((data) => ({ name, type: "A", ttl: AWS_NAME_TTL, data }));
  }

  private step(name: string, type: string, zone: Zone, node: Node | undefined): Step {
    const cname = node?.get("CNAME");
    if (cname && !asks(type, "CNAME")) {
      const answers = this.records(name, cname);
      const target = answers[0]?.data;
      return { answers, ...(target === undefined ? {} : { target: normalise(target) }) };
    }
    const answers: Answer[] = [];
    for (const [kind, group] of node ?? []) if (asks(type, kind)) answers.push(...this.records(name, group));
    if (name === zone.name) {
      if (asks(type, "NS") && !node?.has("NS")) answers.push(...nsOf(zone));
      if (asks(type, "SOA") && !node?.has("SOA")) answers.push(...soaOf(zone));
    }
    return { answers };
  }

  private records(name: string, group: readonly RecordSet[]): readonly Answer[] {
    const record = choose(group, this.choice);
    if (!record) return [];
    const { type, ttl, values, alias } = record;
    if (!alias) return values.map((data) => ({ name, type, ttl, data }));
    // An alias to an alias to itself never ends: the visible chain is cut like a loop of CNAMEs.
    return this.aliasDepth >= MAX_CHAIN ? [] : this.aliased(name, type, alias.name);
  }

  private aliased(name: string, type: RecordType, target: string): readonly Answer[] {
    this.aliasDepth += 1;
    try {
      return this.answer(target, type)
        .answers.filter((answer) => answer.type === type)
        .map((answer) => ({ ...answer, name }));
    } finally {
      this.aliasDepth -= 1;
    }
  }
}

const asks = (question: string, type: RecordType): boolean => question === type || question === "ANY";

const nsOf = (zone: Zone): Answer[] => zone.nameServers.map((data) => ({ name: zone.name ?? "", type: "NS", ttl: NS_TTL, data }));

const soaOf = (zone: Zone): Answer[] => [
  {
    name: zone.name ?? "",
    type: "SOA",
    ttl: SOA_TTL,
    data: `${zone.nameServers[0] ?? "."} awsdns-hostmaster.amazon.com 1 7200 900 1209600 86400`,
  },
];
