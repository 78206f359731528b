import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { keyPolicy } from "./policies/keys";
import type { Site } from "./regions";

/** A region's own key. */
export interface Key {
  readonly arn: pulumi.Output<string>;
  readonly keyId: pulumi.Output<string>;
}

/** Days in which a deletion can still be taken back: KMS's most where data is kept, its least where it is thrown away. */
const DELETION_DAYS = { kept: 30, thrownAway: 7 };

/**
 * The region's customer-managed key, for all that is stored there. Two regions have two independent keys: services treat
 * a multi-Region key as two keys anyway, and what ends one must not end the other.
 */
export function createKey(site: Pick<Site, "region" | "name" | "options">, { protect }: Pick<Config, "protect">): Key {
  const name = site.name("payments", "tag");
  const { accountId } = aws.getCallerIdentityOutput({}, site.options);
  const key = new aws.kms.Key(
    name,
    {
      description: `Data of payments at rest (${name})`,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: protect ? DELETION_DAYS.kept : DELETION_DAYS.thrownAway,
      policy: accountId.apply((account) => JSON.stringify(keyPolicy(site.region, account))),
    },
    // Data outlives the stack only with its key.
    { ...site.options, protect, retainOnDelete: protect },
  );
  new aws.kms.Alias(name, { name: `alias/${name}`, targetKeyId: key.keyId }, site.options);
  return { arn: key.arn, keyId: key.keyId };
}
