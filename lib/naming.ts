import { nameObjection, type NameKind } from "../rules/names";

/** A name is too long or has a character that AWS does not take. */
export class NameError extends Error {
  readonly code = "NAME";
  override readonly name = "NameError";
}

/** Makes the physical names of one place. */
export type Namer = (service: string, kind: NameKind) => string;

/** What AWS forces to be one across regions takes this place of the region. */
export const GLOBAL = "global";

/**
 * `{service}-{region}-{environment}`, checked against AWS's rule for that kind of resource.
 * @param scope the region, or {@link GLOBAL}
 */
export const namer =
  (scope: string, environment: string): Namer =>
  (service, kind) =>
    checked(kind, `${service}-${scope}-${environment}`);

/** Bucket names are global to all accounts, so the account is at their end. */
export const bucketName = (name: Namer, service: string, accountId: string): string => checked("bucket", `${name(service, "tag")}-${accountId}`);

/** @throws {NameError} where AWS would refuse it */
function checked(kind: NameKind, name: string): string {
  const objection = nameObjection(kind, name);
  if (objection !== undefined) throw new NameError(`${objection}; choose a shorter tap:environmentSuffix`);
  return name;
}

/** The id of the rule that replicates to a region: the dimension RuleId of its metrics. */
export const ruleId = (targetRegion: string): string => `to-${targetRegion}`;
