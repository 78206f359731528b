import { compareStrings } from "../dynamodb/values";
import type { Checksums, Content } from "./body";

/** When a version was made, in an order that all replicas agree on. */
export interface Stamp {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly region: string;
  readonly sequence: number;
}

/** How an object is encrypted. */
export interface Encryption {
  readonly algorithm: "AES256" | "aws:kms";
  readonly keyArn?: string;
  readonly bucketKey?: boolean;
}

/** Headers that are kept with an object. */
export type StoredHeaders = Readonly<Partial<Record<(typeof STORED_HEADERS)[number], string>>>;
export const STORED_HEADERS = ["ContentType", "ContentEncoding", "ContentDisposition", "ContentLanguage", "CacheControl"] as const;

/** S3 user guide, "Getting replication status information". */
export type ReplicationStatus = "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";

/** What all copies of a version share. */
export interface VersionFacts {
  readonly key: string;
  /** `null` in a bucket that keeps no versions. */
  readonly versionId: string;
  readonly stamp: Stamp;
  readonly deleteMarker: boolean;
  readonly content: Content;
  /** In quotes, as on the wire. */
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
}

/** One version of an object, or a delete marker, as one bucket has it. */
export class ObjectVersion implements VersionFacts {
  readonly key: string;
  readonly versionId: string;
  readonly stamp: Stamp;
  readonly deleteMarker: boolean;
  readonly content: Content;
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
  /** Its own copies, and copies of its tags, on their way to other buckets. */
  underWay = 0;

  /** Tags and replication are the two things that change in a version's life. */
  constructor(
    facts: VersionFacts,
    readonly encryption: Encryption,
    public tags: Readonly<Record<string, string>>,
    public replication: ReplicationStatus | undefined,
  ) {
    this.key = facts.key;
    this.versionId = facts.versionId;
    this.stamp = facts.stamp;
    this.deleteMarker = facts.deleteMarker;
    this.content = facts.content;
    this.etag = facts.etag;
    this.headers = facts.headers;
    this.metadata = facts.metadata;
    this.checksums = facts.checksums;
  }

  get body(): Uint8Array {
    return this.content.bytes;
  }
}

/** Negative where `a` is newer: two-way replication gives both buckets the same order. */
export const newerFirst = ({ stamp: a }: ObjectVersion, { stamp: b }: ObjectVersion): number =>
  b.at - a.at || (a.region === b.region ? b.sequence - a.sequence : a.region < b.region ? 1 : -1);

/** Keys are listed in the order of their UTF-8 bytes. "ListObjectsV2". */
export const byBytes = compareStrings;

/** Sorts keys by their bytes. Without characters above U+FFFF JavaScript's own order is the same, and faster. */
export const sortByBytes = (keys: string[]): readonly string[] => (keys.some((key) => /[\ud800-\udfff]/.test(key)) ? keys.sort(byBytes) : keys.sort());
