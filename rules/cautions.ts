/** What AWS accepts in a single resource and its owner comes to regret. */

export interface Caution {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

const when = (wrong: boolean, code: string, property: string, message: string): readonly Caution[] => (wrong ? [{ code, property, message }] : []);

/** CloudWatch Logs API reference, "PutRetentionPolicy": without one, events never expire, and are paid for. */
export const logRetentionCautions = ({ retentionInDays: days }: { readonly retentionInDays?: number | undefined }): readonly Caution[] =>
  when(days === undefined || days === 0, "logs.no-retention", "retentionInDays", `got ${days ?? "none"}: kept and paid for ever; state a number of days`);

interface Permission {
  readonly principal?: string | undefined;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly principalOrgId?: string | undefined;
}

/** "AddPermission" (Lambda API reference), SourceArn: without it any account's resource of that service may call ("confused deputy"). */
export function permissionCautions({ principal = "", sourceArn, sourceAccount, principalOrgId }: Permission): readonly Caution[] {
  const open = principal === "*" && principalOrgId === undefined;
  const service = principal.endsWith(".amazonaws.com") && sourceArn === undefined;
  // An S3 bucket's ARN names no account, which is why its owner is given beside it.
  const narrowed = sourceAccount !== undefined && principal === "s3.amazonaws.com";
  return when((open || service) && !narrowed, "lambda.permission-open", "sourceArn", `${principal} without sourceArn: anyone's resource of that kind may invoke the function; give the ARN of yours`);
}

interface Table {
  readonly deletionProtectionEnabled?: boolean | undefined;
  readonly globalSecondaryIndexes?: readonly { readonly name: string; readonly hashKey?: string | undefined; readonly keySchemas?: readonly { readonly attributeName: string; readonly keyType: string }[] | undefined }[] | undefined;
}

/** Names of attributes that have a handful of values. */
const FEW_VALUES = /^(status|state|type|kind|category|currency|country|region|level|priority|gender|flag|active|enabled|deleted|is[A-Z]\w*|has[A-Z]\w*)$/i;
/** `statusShard`, `state_day` … say that something of high cardinality has been put in. */
const few = (attribute: string): boolean => FEW_VALUES.test(attribute);

/**
 * DynamoDB developer guide, "Designing partition keys to distribute your workload": each key value has at most 1,000
 * writes a second, and a throttled index holds up the table's own writes. A guess by the attribute's name.
 */
export const indexKeyCautions = ({ globalSecondaryIndexes = [] }: Table): readonly Caution[] =>
  globalSecondaryIndexes.flatMap(({ name, hashKey, keySchemas = [] }) => {
    const hash = hashKey ?? keySchemas.find(({ keyType }) => keyType === "HASH")?.attributeName;
    return when(
      hash !== undefined && few(hash),
      "dynamodb.index-cardinality",
      "globalSecondaryIndexes",
      `${name}: got the hash key ${hash ?? ""}, which by its name has few values: one hot partition throttles every write of the table; add a day and a shard to it, e.g. ${hash ?? ""}#2026-11-21#a`,
    );
  });

/** DynamoDB developer guide, "Using deletion protection": Pulumi's `protect` holds back this program only. */
export const deletionCautions = ({ deletionProtectionEnabled }: Table, options: { readonly protect: boolean }): readonly Caution[] =>
  when(options.protect && deletionProtectionEnabled !== true, "dynamodb.unprotected", "deletionProtectionEnabled", "got none for a table with protect: another tool or person can delete it; set true");

/** "How Amazon S3 works with ACLs": grants to everyone. S3 API reference, "Canned ACL". */
export const aclCautions = ({ acl }: { readonly acl?: string | undefined }): readonly Caution[] =>
  when(acl?.startsWith("public-") === true || acl === "authenticated-read", "s3.public-acl", "acl", `got ${acl ?? ""}, which lets anyone read; use private, and a bucket policy for whom you mean`);
