import { policyObjections } from "./iam";

/** One thing that KMS would refuse. */
export interface KeyViolation {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

export interface KeyInputs {
  readonly enableKeyRotation?: boolean | undefined;
  readonly rotationPeriodInDays?: number | undefined;
  readonly deletionWindowInDays?: number | undefined;
  readonly keyUsage?: string | undefined;
  readonly customerMasterKeySpec?: string | undefined;
  readonly policy?: string | undefined;
  readonly bypassPolicyLockoutSafetyCheck?: boolean | undefined;
}

/** Days between two rotations. KMS API reference, "EnableKeyRotation". */
const ROTATION = { min: 90, max: 2560 };
/** Days until a key is gone. KMS API reference, "ScheduleKeyDeletion". */
const DELETION = { min: 7, max: 30 };

function outside(property: string, given: number | undefined, { min, max }: { readonly min: number; readonly max: number }, code: string): readonly KeyViolation[] {
  if (given === undefined || (Number.isInteger(given) && given >= min && given <= max)) return [];
  return [{ code, property, message: `got ${given}; allowed ${min}..${max} days` }];
}

/** What CreateKey and EnableKeyRotation would refuse. */
export function keyViolations(key: KeyInputs): readonly KeyViolation[] {
  const found: KeyViolation[] = [
    ...outside("rotationPeriodInDays", key.rotationPeriodInDays, ROTATION, "kms.rotation-period"),
    ...outside("deletionWindowInDays", key.deletionWindowInDays, DELETION, "kms.deletion-window"),
    ...(key.policy === undefined ? [] : keyPolicyViolations(key.policy, key.bypassPolicyLockoutSafetyCheck === true)),
  ];
  if (key.rotationPeriodInDays !== undefined && key.enableKeyRotation !== true) {
    found.push({ code: "kms.rotation-off", property: "rotationPeriodInDays", message: "got a period without rotation; set enableKeyRotation: true" });
  }
  const spec = key.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  // KMS developer guide, "Rotate AWS KMS keys": automatic rotation is for symmetric encryption keys.
  if (key.enableKeyRotation === true && spec !== "SYMMETRIC_DEFAULT") {
    found.push({ code: "kms.rotation-spec", property: "enableKeyRotation", message: `got it with ${spec}; only SYMMETRIC_DEFAULT keys rotate` });
  }
  return found;
}

function keyPolicyViolations(text: string, bypass: boolean): readonly KeyViolation[] {
  const property = "policy";
  const malformed = policyObjections(text, "resource").map((message) => ({ code: "kms.malformed-policy", property, message }));
  if (malformed.length > 0 || bypass || somebodyMayChange(text)) return malformed;
  // KMS API reference, "CreateKey", Policy: the policy lockout safety check.
  return [{ code: "kms.policy-lockout", property, message: "no statement allows kms:PutKeyPolicy, so nobody could ever change the policy again; allow it to the account" }];
}

function somebodyMayChange(text: string): boolean {
  const { Statement } = JSON.parse(text) as { Statement: unknown }; // policyObjections has looked at it
  const statements = [Statement].flat() as readonly { readonly Effect?: string; readonly Action?: string | readonly string[] }[]; // see above
  return statements.some(({ Effect, Action = [] }) => Effect === "Allow" && [Action].flat().some((action) => ["*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"].includes(action)));
}

/** KMS API reference, "CreateAlias". */
const ALIAS = /^alias\/[A-Za-z0-9/_-]{1,250}$/;

/** What CreateAlias would refuse. */
export function aliasViolations(name: string | undefined): readonly KeyViolation[] {
  if (name === undefined || (ALIAS.test(name) && !name.startsWith("alias/aws/"))) return [];
  return [{ code: "kms.alias-name", property: "name", message: `got ${name}; allowed alias/ and 1..250 of letters, digits and /_-, not alias/aws/, which is AWS's` }];
}
