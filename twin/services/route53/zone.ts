import { AwsError } from "../../errors";
import { commonDomain, normalise, parentOf, within } from "./names";
import type { RecordSet, RecordType } from "./record";

/** The records of one name, by type; several of a type under a routing policy. */
export type Node = ReadonlyMap<RecordType, readonly RecordSet[]>;

/** What a zone has at a name. `delegated`: another server's, which is not in the twin. */
export type Lookup = { readonly kind: "node"; readonly node: Node } | { readonly kind: "nothing" | "missing" | "delegated" };

const invalid = (message: string): AwsError => new AwsError("InvalidChangeBatch", `[${message}]`);

/**
 * A public hosted zone. An adopted zone was made outside the stack, so only its id is known: its domain is the longest
 * that holds all names that the stack puts into it.
 */
export class Zone {
  private readonly nodes = new Map<string, Map<RecordType, RecordSet[]>>();
  /** Every name that exists, empty non-terminals too (RFC 4592, 2.2.2). */
  private readonly existing = new Set<string>();
  private domain: string | undefined;

  /** @param name undefined for an adopted zone */
  constructor(
    readonly id: string,
    name: string | undefined,
    readonly nameServers: readonly string[],
  ) {
    this.domain = name === undefined ? undefined : normalise(name);
    this.adopted = name === undefined;
    if (this.domain !== undefined) this.existing.add(this.domain);
  }

  readonly adopted: boolean;

  /** The zone's domain; undefined while an adopted zone has no record. */
  get name(): string | undefined {
    return this.domain;
  }

  /** Throws InvalidChangeBatch as ChangeResourceRecordSets does. */
  add(record: RecordSet): void {
    if (this.adopted) this.widen(record.name);
    if (this.domain === undefined || !within(record.name, this.domain)) {
      throw invalid(`RRSet with DNS name ${record.name}. is not permitted in zone ${String(this.domain)}.`);
    }
    const node = this.nodes.get(record.name) ?? new Map<RecordType, RecordSet[]>();
    const group = node.get(record.type) ?? [];
    this.accept(record, node, group);
    this.nodes.set(record.name, node);
    node.set(record.type, [...group, record]);
    for (let name: string | undefined = record.name; name !== undefined && name !== this.domain; name = parentOf(name)) this.existing.add(name);
  }

  /** What is at a name of this zone, wildcards applied ("Using an asterisk (*) in the names of hosted zones and records"). */
  lookup(name: string): Lookup {
    if (this.behindDelegation(name)) return { kind: "delegated" };
    const node = this.nodes.get(name);
    if (node) return { kind: "node", node };
    if (this.existing.has(name)) return { kind: "nothing" };
    let encloser = parentOf(name);
    while (encloser !== undefined && !this.existing.has(encloser)) encloser = parentOf(encloser);
    const wildcard = encloser === undefined ? undefined : this.nodes.get(`*.${encloser}`);
    return wildcard ? { kind: "node", node: wildcard } : { kind: "missing" };
  }

  private accept(record: RecordSet, node: Node, group: readonly RecordSet[]): void {
    const what = `${record.name}. type ${record.type}`;
    if (record.type === "CNAME" && record.name === this.domain && !this.adopted) {
      throw invalid(`RRSet of type CNAME with DNS name ${record.name}. is not permitted at apex in zone ${this.domain}.`);
    }
    if ([...node.keys()].some((type) => (type === "CNAME") !== (record.type === "CNAME"))) {
      throw invalid(`RRSet ${what} conflicts with another RRSet at that name: a CNAME stands alone`);
    }
    if (group.some(({ routing }) => routing.kind !== record.routing.kind)) {
      throw invalid(`RRSet ${what} mixes routing policies: one per name and type`);
    }
    if (group.some(({ routing, setIdentifier }) => routing.kind === "simple" || setIdentifier === record.setIdentifier)) {
      throw invalid(`Tried to create resource record set ${what} but it already exists`);
    }
    const role = record.routing.kind === "failover" ? record.routing.role : undefined;
    if (role && group.some(({ routing }) => routing.kind === "failover" && routing.role === role)) {
      throw invalid(`RRSet ${what}: there is a ${role} already`);
    }
  }

  private widen(name: string): void {
    const plainName = name.startsWith("*.") ? name.slice(2) : name;
    const before = this.domain;
    this.domain = before === undefined ? plainName : commonDomain(before, plainName);
    if (this.domain === undefined) throw invalid(`RRSet with DNS name ${name}. is not permitted in the zone of ${String(before)}.`);
    for (let known = before; known !== undefined && known !== this.domain; known = parentOf(known)) this.existing.add(known);
    this.existing.add(this.domain);
  }

  private behindDelegation(name: string): boolean {
    for (let at: string | undefined = name; at !== undefined && at !== this.domain; at = parentOf(at)) {
      if (this.nodes.get(at)?.has("NS")) return true;
    }
    return false;
  }
}
