import type { BucketViolation } from "./s3";

export interface LifecycleRule {
  readonly id: string;
  readonly status: string;
  readonly filter?: { readonly tag?: unknown; readonly and?: { readonly tags?: unknown } | undefined } | undefined;
  readonly expiration?: { readonly days?: number | undefined; readonly date?: string | undefined; readonly expiredObjectDeleteMarker?: boolean | undefined } | undefined;
  readonly transitions?: readonly { readonly days?: number | undefined; readonly storageClass: string }[] | undefined;
  readonly noncurrentVersionTransitions?: readonly { readonly noncurrentDays: number; readonly storageClass: string }[] | undefined;
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays: number } | undefined;
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation?: number | undefined } | undefined;
}

/** S3 API reference, "Transition"; in the order in which a version may move. */
const CLASSES = ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"];
/** Days before an object may move to an infrequent-access class. "Lifecycle rules: Constraints and considerations". */
const LEAST_DAYS: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

interface Move {
  readonly days: number;
  readonly storageClass: string;
}

function moveProblems(what: string, moves: readonly Move[], endsAfter: number | undefined): readonly string[] {
  const found: string[] = [];
  let earlier: Move | undefined;
  for (const move of moves) {
    const { days, storageClass } = move;
    const least = LEAST_DAYS[storageClass] ?? 0;
    if (!CLASSES.includes(storageClass)) found.push(`${what}: got class ${storageClass}; allowed ${CLASSES.join(", ")}`);
    if (days < least) found.push(`${what}: got ${days} days to ${storageClass}; allowed from ${least} on`);
    if (earlier && (days <= earlier.days || CLASSES.indexOf(storageClass) <= CLASSES.indexOf(earlier.storageClass))) {
      found.push(`${what}: got ${storageClass} after ${days} days behind ${earlier.storageClass} after ${earlier.days}; each move must come later and go colder`);
    }
    if (endsAfter !== undefined && days >= endsAfter) found.push(`${what}: got ${storageClass} after ${days} days but the end after ${endsAfter}; the end must come later`);
    earlier = move;
  }
  return found;
}

/** What PutBucketLifecycleConfiguration would refuse. S3 user guide, "Lifecycle configuration elements" and "Setting an S3 Lifecycle configuration on a bucket". */
export function lifecycleViolations(rules: readonly LifecycleRule[]): readonly BucketViolation[] {
  const ids = rules.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const problems = [
    ...twice.map((id) => `got the id ${id} twice; ids are unique in a bucket`),
    ...rules.flatMap((rule) => ruleProblems(rule).map((problem) => `${rule.id}: ${problem}`)),
  ];
  return problems.map((message) => ({ code: "s3.lifecycle", property: "rules", message }));
}

function ruleProblems(rule: LifecycleRule): readonly string[] {
  const { status, filter, expiration, transitions = [], noncurrentVersionTransitions = [], noncurrentVersionExpiration, abortIncompleteMultipartUpload: abort } = rule;
  const found: string[] = [];
  if (status !== "Enabled" && status !== "Disabled") found.push(`status: got ${status}; allowed Enabled, Disabled`);
  if (!filter) found.push("filter: got none; give { prefix: \"\" } for the whole bucket, since a rule without one follows the old schema");
  const acts = [expiration, noncurrentVersionExpiration, abort, ...transitions, ...noncurrentVersionTransitions].some((action) => action !== undefined);
  if (!acts) found.push("got no action; at least one is needed");
  if (expiration?.expiredObjectDeleteMarker && (expiration.days !== undefined || expiration.date !== undefined)) {
    found.push("expiration: got expiredObjectDeleteMarker with days or a date; use two rules");
  }
  const tagged = filter?.tag !== undefined || filter?.and?.tags !== undefined;
  if (tagged && (expiration?.expiredObjectDeleteMarker || abort)) found.push("filter: got tags, which neither delete markers nor unfinished uploads have");
  for (const days of [expiration?.days, noncurrentVersionExpiration?.noncurrentDays, abort?.daysAfterInitiation]) {
    if (days !== undefined && (!Number.isInteger(days) || days < 1)) found.push(`got ${days} days; allowed whole numbers from 1 on`);
  }
  const noncurrent = noncurrentVersionTransitions.map(({ noncurrentDays, storageClass }) => ({ days: noncurrentDays, storageClass }));
  return [
    ...found,
    ...moveProblems("transitions", transitions.map(({ days = 0, storageClass }) => ({ days, storageClass })), expiration?.days),
    ...moveProblems("noncurrentVersionTransitions", noncurrent, noncurrentVersionExpiration?.noncurrentDays),
  ];
}
