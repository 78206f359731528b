import type { Cloud } from "../../cloud";
import type { Timer } from "../../kernel/kernel";
import type { RandomStream } from "../../kernel/random";
import { hex } from "../lambda/ids";
import { publishReplication } from "./metrics";
import { Replication, type ReplicationFigures, type ReplicationRule } from "./replication";
import { newerFirst, sortByBytes, type Encryption, type ObjectVersion, type Stamp } from "./version";

export type { Encryption } from "./version";

const NONE: readonly ObjectVersion[] = [];

/** A bucket: its objects' versions, and what was configured. */
export class Bucket {
  versioning: "Enabled" | "Suspended" | undefined;
  encryption: Encryption = { algorithm: "AES256" };
  /** Whether objects may be written under keys of their writers (SSE-C). "Default SSE-C setting for new buckets FAQ": not unless asked for. */
  takesCustomerKeys = false;
  private readonly versions = new Map<string, ObjectVersion[]>();
  private readonly deletions = new Map<string, number>();
  private sorted: readonly string[] | undefined;
  private sequence = 0;
  private replication: Replication | undefined;
  private publisher: Timer | undefined;
  private readonly ids: RandomStream;

  /** @param find any bucket of the account, by its name */
  constructor(
    private readonly cloud: Cloud,
    readonly name: string,
    readonly region: string,
    readonly createdAt: number,
    private readonly find: (name: string) => Bucket | undefined,
  ) {
    this.ids = cloud.kernel.random(`s3/${name}`);
  }

  /**
   * Replicates from now on what these rules say.
   * @param role the ARN of the role that S3 takes for it; without it everything is allowed, as to the account's owner
   */
  replicate(rules: readonly ReplicationRule[], role?: string): void {
    this.replication = new Replication(this.cloud, this, rules, this.find, role);
    this.publisher ??= publishReplication(this.cloud, this, this.find);
  }

  figures(): readonly ReplicationFigures[] {
    return this.replication?.figures() ?? [];
  }

  stamp(): Stamp {
    this.sequence += 1;
    return { at: this.cloud.kernel.now(), region: this.region, sequence: this.sequence };
  }

  newVersionId(): string {
    return this.versioning === "Enabled" ? this.ids.id(32) : "null";
  }

  /** 32 hexadecimal digits that stand for nothing: the ETag of what is kept under a KMS key is no digest of the content. */
  newOpaqueTag(): string {
    return hex(this.ids, 4);
  }

  /** The newest version, which may be a delete marker. */
  newest(key: string): ObjectVersion | undefined {
    return this.versions.get(key)?.[0];
  }

  /** The object that a reader sees. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.newest(key);
    return newest?.deleteMarker ? undefined : newest;
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    for (const version of this.versionsOf(key)) if (version.versionId === versionId) return version;
    return undefined;
  }

  /** Newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return this.versions.get(key) ?? NONE;
  }

  /** Every key with a version or a delete marker, in the order of listings. */
  keys(): readonly string[] {
    this.sorted ??= sortByBytes([...this.versions.keys()]);
    return this.sorted;
  }

  /** How often the key was deleted: a conditional write must see no delete in its time. */
  deletionsOf(key: string): number {
    return this.deletions.get(key) ?? 0;
  }

  /** Takes up a version that a client wrote. */
  write(version: ObjectVersion): void {
    if (version.deleteMarker) this.countDeletion(version.key);
    if (version.versionId === "null") this.drop(version.key, "null");
    this.place(version);
    this.replication?.written(version);
  }

  /** Takes up a copy from the other bucket; one that is there already stays. */
  receive(replica: ObjectVersion): void {
    if (!this.version(replica.key, replica.versionId)) this.place(replica);
  }

  /** New tags of a version, by a client. */
  retag(version: ObjectVersion, tags: Readonly<Record<string, string>>): void {
    version.tags = tags;
    this.replication?.retagged(version);
  }

  /** Removes a version for good; never replicated. "What does Amazon S3 replicate?" */
  erase(key: string, versionId: string): ObjectVersion | undefined {
    this.countDeletion(key);
    return this.drop(key, versionId);
  }

  private drop(key: string, versionId: string): ObjectVersion | undefined {
    const list = this.versions.get(key);
    const index = list?.findIndex((version) => version.versionId === versionId) ?? -1;
    const [removed] = index < 0 ? [] : (list?.splice(index, 1) ?? []);
    if (list?.length === 0) {
      this.versions.delete(key);
      this.sorted = undefined;
    }
    return removed;
  }

  private place(version: ObjectVersion): void {
    const list = this.versions.get(version.key);
    if (list) {
      const older = list.findIndex((other) => newerFirst(version, other) <= 0);
      list.splice(older < 0 ? list.length : older, 0, version);
      return;
    }
    this.versions.set(version.key, [version]);
    this.sorted = undefined;
  }

  private countDeletion(key: string): void {
    this.deletions.set(key, this.deletionsOf(key) + 1);
  }
}
