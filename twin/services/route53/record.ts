/** The record types that this twin answers. */
export const RECORD_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "TXT"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export const isRecordType = (type: string): type is RecordType => RECORD_TYPES.some((known) => known === type);

export type FailoverRole = "PRIMARY" | "SECONDARY";

/** How Route 53 picks among the records of one name and type. */
export type Routing =
  | { readonly kind: "simple" }
  | { readonly kind: "failover"; readonly role: FailoverRole }
  | { readonly kind: "weighted"; readonly weight: number };

export interface Alias {
  readonly name: string;
  readonly evaluateTargetHealth: boolean;
}

/** A resource record set. */
export interface RecordSet {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. Unused by aliases: those answer with their target's. */
  readonly ttl: number;
  /** Data in the presentation format of RFC 1035, e.g. `10 mail.example.com`; empty for an alias. */
  readonly values: readonly string[];
  readonly alias?: Alias;
  readonly setIdentifier?: string;
  readonly healthCheckId?: string;
  readonly routing: Routing;
}

/** One resource record of an answer; `data` in presentation format, `ttl` in seconds. */
export interface Answer {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly data: string;
}

export type Rcode = "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED";

export interface DnsAnswer {
  readonly rcode: Rcode;
  readonly answers: readonly Answer[];
  /** The zone's SOA where the answer says that there is nothing (RFC 2308). */
  readonly authority: readonly Answer[];
}
