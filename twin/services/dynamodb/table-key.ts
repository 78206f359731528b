import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { iam } from "../iam/index";
import { HeldKey } from "../kms/held-key";
import { kms } from "../kms/index";

/**
 * Milliseconds between two refreshes of a table's key on a client's connection: as long does a client not notice that
 * the key is disabled or its grant gone. DynamoDB developer guide, "Encryption at rest: How it works": the decrypted key is
 * cached and refreshed every five minutes per client connection. Assumption: an execution environment is one connection,
 * and so is a principal from elsewhere; refreshes come five minutes apart from the first call on.
 */
export const TABLE_KEY_HOLD_MS = 300_000;

/** Why a caller cannot use a table: KMS's refusal as DynamoDB's error; undefined = it can. */
export type TableKey = (caller: Caller) => AwsError | undefined;

/** As DynamoDB answers, with KMS's own words. */
const denied = (kms: string): AwsError => new AwsError("AccessDeniedException", `KMS key access denied error: ${kms}`, 400);

const inKms = (exception: string, message: string, code: string): string =>
  `com.amazonaws.services.kms.model.${exception}: ${message} (Service: AWSKMS; Status Code: 400; Error Code: ${code})`;

const NOT_ALLOWED = "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.";

/**
 * DynamoDB decrypts a table's key on behalf of whoever uses the table ("AWS KMS keys and DynamoDB encryption"): the caller
 * needs kms:Decrypt through DynamoDB, and the key must be usable.
 */
export function tableKey(cloud: Cloud, region: string, tableName: string, keyArn: string): TableKey {
  const context = { "kms:EncryptionContext:aws:dynamodb:tableName": tableName, "kms:EncryptionContext:aws:dynamodb:subscriberId": cloud.accountId };
  const ask = ({ principal }: Caller): AwsError | undefined => {
    const refused = principal !== undefined && iam(cloud).authorizeKey(principal, keyArn, "kms:Decrypt", `dynamodb.${region}.amazonaws.com`, context) !== undefined;
    if (refused) return denied(inKms("AWSKMSException", NOT_ALLOWED, "AccessDeniedException"));
    try {
      kms(cloud, region).usable(keyArn);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return denied(inKms(error.name, error.message, error.name));
      throw error;
    }
  };
  const held = new HeldKey<AwsError>(cloud, region, TABLE_KEY_HOLD_MS);
  return (caller) => held.refusal(caller.process ?? caller.principal ?? "", () => ask(caller));
}
