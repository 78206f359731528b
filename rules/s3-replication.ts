import type { BucketViolation } from "./s3";

interface Status {
  readonly status: string;
}

export interface ReplicationRule {
  readonly id?: string | undefined;
  readonly status: string;
  readonly priority?: number | undefined;
  readonly prefix?: string | undefined;
  readonly filter?: { readonly prefix?: string | undefined; readonly tag?: unknown; readonly and?: unknown } | undefined;
  readonly deleteMarkerReplication?: Status | undefined;
  readonly sourceSelectionCriteria?: { readonly replicaModifications?: Status | undefined; readonly sseKmsEncryptedObjects?: Status | undefined } | undefined;
  readonly destination: {
    readonly bucket: string;
    readonly encryptionConfiguration?: { readonly replicaKmsKeyId: string } | undefined;
    readonly replicationTime?: (Status & { readonly time: { readonly minutes: number } }) | undefined;
    readonly metrics?: (Status & { readonly eventThreshold?: { readonly minutes: number } | undefined }) | undefined;
  };
}

/** The only threshold of replication time control. S3 API reference, "ReplicationTimeValue". */
export const RTC_MINUTES = 15;

const isOn = (status: Status | undefined): boolean => status?.status === "Enabled";

/** What PutBucketReplication would refuse. S3 API reference, "ReplicationRule" and "Destination". */
export function replicationViolations(rules: readonly ReplicationRule[]): readonly BucketViolation[] {
  const found: BucketViolation[] = [];
  const refuse = (code: string, message: string): void => {
    found.push({ code: `s3.replication-${code}`, property: "rules", message });
  };
  if (rules.length === 0) refuse("rules", "got no rule; at least one is needed");
  for (const key of ["id", "priority"] as const) {
    const given = rules.map((rule) => rule[key]).filter((value) => value !== undefined);
    for (const value of given.filter((one, index) => given.indexOf(one) !== index)) refuse("rules", `got the ${key} ${value} twice; it is unique in a bucket`);
  }
  for (const rule of rules) {
    for (const [code, message] of ruleProblems(rule)) refuse(code, `${rule.id ?? "a rule"}: ${message}`);
  }
  return found;
}

type Problem = readonly [code: string, message: string];

function ruleProblems(rule: ReplicationRule): readonly Problem[] {
  const { status, filter, prefix, priority, deleteMarkerReplication, sourceSelectionCriteria, destination } = rule;
  const found: Problem[] = [];
  if (status !== "Enabled" && status !== "Disabled") found.push(["rules", `status: got ${status}; allowed Enabled, Disabled`]);
  if (!filter) found.push(["filter", "got no filter; give { prefix: \"\" } for the whole bucket, since a rule without one follows the old schema, which knows no delete markers"]);
  if (filter && prefix !== undefined) found.push(["filter", "got prefix beside filter; put it into the filter"]);
  if (filter && !deleteMarkerReplication) found.push(["delete-markers", "got no deleteMarkerReplication, which a rule with a filter must state"]);
  if (filter && priority === undefined) found.push(["rules", "got no priority, which a rule with a filter must state"]);
  if (filter?.tag !== undefined && isOn(deleteMarkerReplication)) found.push(["delete-markers", "got a filter by tag, which delete markers do not have"]);
  if (!destination.bucket.startsWith("arn:")) found.push(["destination", `destination.bucket: got ${destination.bucket}; allowed a bucket's ARN`]);
  if (isOn(sourceSelectionCriteria?.sseKmsEncryptedObjects) && destination.encryptionConfiguration === undefined) {
    found.push(["kms", "got sseKmsEncryptedObjects without destination.encryptionConfiguration.replicaKmsKeyId; give a key of the destination's region"]);
  }
  return [...found, ...timeProblems(destination)];
}

/** S3 user guide, "Meeting compliance requirements with S3 Replication Time Control". */
function timeProblems({ replicationTime, metrics }: ReplicationRule["destination"]): readonly Problem[] {
  const found: Problem[] = [];
  for (const [what, minutes] of [
    ["replicationTime", replicationTime?.time.minutes],
    ["metrics.eventThreshold", metrics?.eventThreshold?.minutes],
  ] as const) {
    if (minutes !== undefined && minutes !== RTC_MINUTES) found.push(["time", `${what}: got ${minutes} minutes; allowed ${RTC_MINUTES}`]);
  }
  if (isOn(replicationTime) && !isOn(metrics)) found.push(["metrics", "got replicationTime without metrics; replication time control needs both"]);
  if (isOn(replicationTime) && isOn(metrics) && !metrics?.eventThreshold) found.push(["metrics", `got metrics without eventThreshold; with replicationTime give ${RTC_MINUTES} minutes`]);
  return found;
}
