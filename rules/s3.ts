import { policyObjections } from "./iam";
import { nameObjection } from "./names";

/** One thing that S3 would refuse. */
export interface BucketViolation {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

const violation = (code: string, property: string, message: string): BucketViolation => ({ code: `s3.${code}`, property, message });

/** S3 user guide, "General purpose bucket naming rules": forbidden beginnings and ends. */
const RESERVED_STARTS = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];

/** What CreateBucket would refuse of a name. */
export function bucketNameViolations(name: string | undefined): readonly BucketViolation[] {
  if (name === undefined) return [];
  const objection = nameObjection("bucket", name);
  if (objection !== undefined) return [violation("bucket-name", "bucket", objection)];
  const taken = [...RESERVED_STARTS.filter((start) => name.startsWith(start)), ...RESERVED_ENDS.filter((end) => name.endsWith(end))];
  return taken.map((part) => violation("bucket-name", "bucket", `got ${name}; S3 keeps names with ${part} for itself`));
}

/** What PutBucketVersioning would refuse. S3 API reference, "VersioningConfiguration". */
export function versioningViolations({ status }: { readonly status: string }): readonly BucketViolation[] {
  const allowed = ["Enabled", "Suspended", "Disabled"];
  return allowed.includes(status) ? [] : [violation("versioning", "versioningConfiguration", `status: got ${status}; allowed ${allowed.join(", ")}`)];
}

interface EncryptionRule {
  readonly bucketKeyEnabled?: boolean | undefined;
  readonly blockedEncryptionTypes?: readonly string[] | undefined;
  readonly applyServerSideEncryptionByDefault?: { readonly sseAlgorithm: string; readonly kmsMasterKeyId?: string | undefined } | undefined;
}

const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];
const BLOCKABLE = ["SSE-C", "NONE"];

/** What PutBucketEncryption would refuse. S3 API reference, "ServerSideEncryptionByDefault", "BlockedEncryptionTypes". */
export function encryptionViolations(rules: readonly EncryptionRule[], region: string): readonly BucketViolation[] {
  const found: BucketViolation[] = [];
  if (rules.length !== 1) found.push(violation("encryption", "rules", `got ${rules.length} rules; S3 takes exactly one`));
  for (const { applyServerSideEncryptionByDefault: by, blockedEncryptionTypes: blocked = [] } of rules) {
    const strange = blocked.filter((type) => !BLOCKABLE.includes(type));
    if (strange.length > 0) found.push(violation("encryption", "rules", `blockedEncryptionTypes: got ${strange.join(", ")}; allowed ${BLOCKABLE.join(", ")}`));
    if (blocked.includes("NONE") && blocked.includes("SSE-C")) found.push(violation("encryption", "rules", "blockedEncryptionTypes: got SSE-C and NONE; one contradicts the other"));
    if (!by) continue;
    const { sseAlgorithm, kmsMasterKeyId: key } = by;
    if (!ALGORITHMS.includes(sseAlgorithm)) found.push(violation("encryption", "rules", `sseAlgorithm: got ${sseAlgorithm}; allowed ${ALGORITHMS.join(", ")}`));
    if (sseAlgorithm === "AES256" && key !== undefined) found.push(violation("encryption", "rules", "kmsMasterKeyId: got one with AES256; it needs aws:kms"));
    const there = key?.startsWith("arn:") ? key.split(":")[3] : undefined;
    if (there !== undefined && there !== region) found.push(violation("encryption-region", "rules", `kmsMasterKeyId: got a key of ${there} for a bucket in ${region}; S3 takes one of its own region`));
  }
  return found;
}

const BLOCKS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

/** S3 user guide, "Blocking public access to your Amazon S3 storage": each of the four closes another way. */
export function publicAccessViolations(block: Readonly<Partial<Record<(typeof BLOCKS)[number], boolean | undefined>>>): readonly BucketViolation[] {
  return BLOCKS.filter((name) => block[name] !== true).map((name) => violation("public-access", name, `got ${String(block[name])}; true, or the bucket can become public`));
}

const OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

/** S3 API reference, "OwnershipControlsRule". */
export const ownershipViolations = (ownership: string): readonly BucketViolation[] =>
  OWNERSHIPS.includes(ownership) ? [] : [violation("ownership", "rule", `objectOwnership: got ${ownership}; allowed ${OWNERSHIPS.join(", ")}`)];

/** Bytes of a bucket policy. S3 user guide, "Bucket policies for Amazon S3". */
const MAX_POLICY_BYTES = 20 * 1024;

/** What PutBucketPolicy would refuse. */
export function bucketPolicyViolations(text: string): readonly BucketViolation[] {
  const size = Buffer.byteLength(text);
  return [
    ...policyObjections(text, "resource").map((message) => violation("malformed-policy", "policy", message)),
    ...(size > MAX_POLICY_BYTES ? [violation("policy-size", "policy", `got ${size} bytes; allowed ${MAX_POLICY_BYTES}`)] : []),
  ];
}
