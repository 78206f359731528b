import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { iam, type Principal } from "../iam/index";
import { HeldKey } from "../kms/held-key";
import { kms } from "../kms/index";

/** Milliseconds that SNS works on with a data key of one publisher. SNS developer guide, "Key management": up to five minutes. */
export const DATA_KEY_REUSE_MS = 300_000;

/** Keys that AWS makes and looks after; nobody can disable them. */
const MANAGED = "alias/aws/";

/** Who publishes; `principal` undefined = the account's owner. */
export interface Publisher {
  readonly principal: Principal | undefined;
  /** What a service says of the resource that it publishes for. */
  readonly source: Readonly<Record<string, string>>;
}

/** Why a publisher cannot use the topic's key; undefined = it can. */
export type TopicKey = (publisher: Publisher) => AwsError | undefined;

/** KMS's exceptions as SNS tells them. SNS API reference, "Publish", errors. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
};

function refusal(code: string, message: string): AwsError {
  const text = `${message} (Service: AWSKMS; Status Code: 400; Error Code: ${code})`;
  return new AwsError(EXCEPTIONS[code] ?? "KMSAccessDeniedException", text, 400, { Type: "Sender" });
}

/** The key of a topic. Publishers need GenerateDataKey and Decrypt ("Key management"), and the key must be usable. */
export function topicKey(cloud: Cloud, region: string, keyId: string): TopicKey {
  if (keyId.includes(MANAGED)) return () => undefined;
  const ask = ({ principal, source }: Publisher): AwsError | undefined => {
    const key = kms(cloud, region).key(keyId)?.arn ?? keyId;
    const may = (action: string): boolean => principal === undefined || iam(cloud).authorizeKey(principal, key, action, `sns.${region}.amazonaws.com`, source) === undefined;
    const denied = ["kms:GenerateDataKey", "kms:Decrypt"].find((action) => !may(action));
    if (denied !== undefined) return refusal("AccessDeniedException", `${denied} on ${keyId} is not allowed: null`);
    try {
      kms(cloud, region).usable(keyId);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return refusal(error.name, error.message);
      throw error;
    }
  };
  const held = new HeldKey<AwsError>(cloud, region, DATA_KEY_REUSE_MS);
  return (publisher) => held.refusal(holderOf(publisher), () => ask(publisher));
}

const holderOf = ({ principal = "", source }: Publisher): string =>
  typeof principal === "string" ? principal : `${principal.service} ${source["aws:SourceArn"] ?? ""}`;
