import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { iam } from "../iam/index";
import { HeldKey } from "../kms/held-key";
import { kms } from "../kms/index";
import type { LogGroupSpec } from "./group";

/** Why CloudWatch Logs cannot use a group's key now, in KMS's words; undefined = it can. */
export type GroupKey = () => string | undefined;

/** CloudWatch Logs tells no time for which it keeps a key: a change shows at once. An assumption. */
const HOLD_MS = 0;

/**
 * The key of a log group. Logs itself must be allowed by the key's policy: CloudWatch Logs user guide, "Encrypt log data in
 * CloudWatch Logs using AWS Key Management Service".
 */
export function groupKey(cloud: Cloud, region: string, { arn, keyArn }: LogGroupSpec): GroupKey {
  if (keyArn === undefined) return () => undefined;
  const service = `logs.${region}.amazonaws.com`;
  const ask = (): string | undefined => {
    const context = { "kms:EncryptionContext:aws:logs:arn": arn, "aws:SourceArn": arn, "aws:SourceAccount": cloud.accountId };
    const denied = ["kms:GenerateDataKey", "kms:Decrypt"].find((action) => iam(cloud).authorizeKey({ service }, keyArn, action, service, context) !== undefined);
    if (denied !== undefined) return `the key's policy does not let ${service} use ${denied} for ${arn}`;
    try {
      kms(cloud, region).usable(keyArn);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error.message;
      throw error;
    }
  };
  const held = new HeldKey<string>(cloud, region, HOLD_MS);
  return () => held.refusal(service, ask);
}

/** What callers of a group's events are told. */
export const keyDenied = ({ arn, keyArn = "" }: LogGroupSpec): AwsError =>
  new AwsError("AccessDeniedException", `The specified KMS key does not exist or is not allowed to be used with LogGroup '${arn}' (${keyArn})`);
