import type { Cloud } from "../../cloud";
import type { Timer } from "../../kernel/kernel";
import type { RandomStream } from "../../kernel/random";
import type { Bucket } from "./bucket";
import { copiesTags, copyProblem, type Copying } from "./replication-access";
import { ObjectVersion } from "./version";

/** One rule of a bucket's replication configuration. */
export interface ReplicationRule {
  readonly id: string;
  readonly enabled: boolean;
  /** Of rules for one target the highest applies. */
  readonly priority: number;
  readonly prefix: string;
  readonly targetBucket: string;
  readonly deleteMarkers: boolean;
  /** Also changes that were made to replicas, which two-way replication needs. */
  readonly replicaModifications: boolean;
  /** Also objects under a KMS key. */
  readonly encrypted: boolean;
  readonly replicaKeyArn?: string;
  /** Replication time control: minutes after which a pending version has missed its threshold. */
  readonly thresholdMinutes?: number;
}

/** A rule's metrics. S3 user guide, "Using S3 Replication metrics". */
export interface ReplicationFigures {
  readonly ruleId: string;
  readonly sourceBucket: string;
  readonly destinationBucket: string;
  readonly pendingOperations: number;
  readonly pendingBytes: number;
  /** Seconds that the oldest pending version has waited; 0 = none waits. */
  readonly latencySeconds: number;
  /** Since the configuration was made. */
  readonly failedOperations: number;
  readonly missedThreshold: number;
}

/**
 * Milliseconds until a version is in the other region. Assumption: AWS says "most objects within 15 minutes … typically
 * seconds" and promises 99.9 % in 15 minutes with replication time control, nothing less.
 */
export const REPLICATION_DELAY_MS = { low: 1_000, high: 15_000 } as const;

interface Task {
  readonly line: Line;
  readonly version: ObjectVersion;
  readonly what: "version" | "tags";
  readonly since: number;
  threshold: Timer | undefined;
}

/** A rule at work. */
interface Line {
  readonly rule: ReplicationRule;
  readonly pending: Set<Task>;
  readonly held: Set<Task>;
  failed: number;
  missed: number;
}

/** What one bucket sends to others, as a process of the kernel. Replicas are never sent on, so two rules make no loop. */
export class Replication {
  private readonly lines: readonly Line[];
  private readonly delays: RandomStream;

  constructor(
    private readonly cloud: Cloud,
    private readonly source: Bucket,
    rules: readonly ReplicationRule[],
    private readonly find: (bucket: string) => Bucket | undefined,
    private readonly role: string | undefined,
  ) {
    this.delays = cloud.kernel.random(`s3/replication/${source.name}`);
    this.lines = rules.map((rule) => ({ rule, pending: new Set<Task>(), held: new Set<Task>(), failed: 0, missed: 0 }));
    cloud.faults.onChange(() => this.resume());
  }

  /** A client wrote a version or set a delete marker. */
  written(version: ObjectVersion): void {
    for (const line of this.linesFor(version)) {
      if (version.deleteMarker ? !line.rule.deleteMarkers : version.encryption.algorithm === "aws:kms" && !line.rule.encrypted) continue;
      this.send(line, version, "version");
    }
  }

  /** A client changed a version's tags. */
  retagged(version: ObjectVersion): void {
    for (const line of this.linesFor(version)) {
      if (version.replication !== "REPLICA" || line.rule.replicaModifications) this.send(line, version, "tags");
    }
  }

  figures(): readonly ReplicationFigures[] {
    const now = this.cloud.kernel.now();
    return this.lines.map(({ rule, pending, failed, missed }) => {
      const waiting = [...pending];
      return {
        ruleId: rule.id,
        sourceBucket: this.source.name,
        destinationBucket: rule.targetBucket,
        pendingOperations: waiting.length,
        // Asked for by few, and sizes of texts that nobody has read cost their making.
        get pendingBytes() {
          return waiting.reduce((sum, { version, what }) => sum + (what === "version" ? version.content.size : 0), 0);
        },
        latencySeconds: waiting.reduce((most, { since }) => Math.max(most, (now - since) / 1000), 0),
        failedOperations: failed,
        missedThreshold: missed,
      };
    });
  }

  /** The rules that a key falls under: for each target the one of the highest priority. */
  private linesFor({ key }: ObjectVersion): readonly Line[] {
    const matching: Line[] = [];
    for (const line of this.lines) if (line.rule.enabled && key.startsWith(line.rule.prefix)) matching.push(line);
    if (matching.length < 2) return matching;
    return matching.filter(({ rule }) => !matching.some(({ rule: other }) => other.targetBucket === rule.targetBucket && other.priority > rule.priority));
  }

  private send(line: Line, version: ObjectVersion, what: Task["what"]): void {
    const task: Task = { line, version, what, since: this.cloud.kernel.now(), threshold: undefined };
    line.pending.add(task);
    version.underWay += 1;
    if (version.replication !== "REPLICA" && !version.deleteMarker) version.replication = "PENDING";
    const { thresholdMinutes } = line.rule;
    if (thresholdMinutes !== undefined) task.threshold = this.cloud.kernel.after(thresholdMinutes * 60_000, () => this.miss(task));
    this.depart(task);
  }

  private depart(task: Task): void {
    const { low, high } = REPLICATION_DELAY_MS;
    this.cloud.kernel.after(this.delays.between(low, high), () => this.arrive(task));
  }

  private arrive(task: Task): void {
    const target = this.find(task.line.rule.targetBucket);
    if (!this.cloud.faults.replicates("s3", this.source.region, target?.region ?? this.source.region)) {
      task.line.held.add(task);
      return;
    }
    task.line.pending.delete(task);
    task.threshold?.cancel();
    const problem = target ? this.deliver(task, target) : `no bucket ${task.line.rule.targetBucket}`;
    if (problem !== undefined) task.line.failed += 1;
    this.settle(task, problem);
  }

  private settle(task: Task, problem: string | undefined): void {
    const { version } = task;
    const { key, versionId } = version;
    version.underWay -= 1;
    const about = { from: this.source.name, to: task.line.rule.targetBucket, key, versionId, what: task.what };
    this.cloud.kernel.record("s3.replicated", problem === undefined ? about : { ...about, problem });
    if (version.replication === "REPLICA" || version.deleteMarker) return;
    if (problem !== undefined) version.replication = "FAILED";
    else if (version.replication === "PENDING" && version.underWay === 0) version.replication = "COMPLETED";
  }

  /** Undefined = done; else why not. */
  private deliver({ line, version, what }: Task, target: Bucket): string | undefined {
    if (target.versioning !== "Enabled") return `${target.name} keeps no versions`;
    const { replicaKeyArn } = line.rule;
    const copying: Copying = { version, what, source: this.source, target, replicaKeyArn, role: this.role };
    const problem = copyProblem(this.cloud, copying);
    if (problem !== undefined) return problem;
    if (what === "tags") {
      const copy = target.version(version.key, version.versionId);
      if (copy) copy.tags = version.tags;
      return undefined;
    }
    const { encryption: own } = version;
    const encryption = own.algorithm === "aws:kms" && replicaKeyArn !== undefined ? { ...own, keyArn: replicaKeyArn } : own;
    const tags = copiesTags(this.cloud, copying) ? version.tags : {};
    target.receive(new ObjectVersion(version, encryption, tags, version.deleteMarker ? undefined : "REPLICA"));
    return undefined;
  }

  private miss({ line, version }: Task): void {
    line.missed += 1;
    // The event of the same name. S3 user guide, "Amazon S3 Event Notifications", OperationMissedThreshold.
    this.cloud.kernel.record("s3.replication-missed-threshold", { from: this.source.name, to: line.rule.targetBucket, key: version.key });
  }

  private resume(): void {
    for (const { held, rule } of this.lines) {
      const target = this.find(rule.targetBucket);
      if (held.size === 0 || !target || !this.cloud.faults.replicates("s3", this.source.region, target.region)) continue;
      const waiting = [...held];
      held.clear();
      for (const task of waiting) this.depart(task);
    }
  }
}
