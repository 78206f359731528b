import type { Denial } from "../../../rules/iam-evaluate";

/** Who asks: the ARN of a role, of its session or of a user; or a service of AWS. */
export type Principal = string | { readonly service: string };

/** The principal as AWS names it in a refusal. */
export const requesterName = (principal: Principal): string => (typeof principal === "string" ? principal : principal.service);

/**
 * The message of a refusal. IAM user guide, "Troubleshoot access denied error messages": an explicit deny is told with
 * its kind of policy, else the kind that would have had to allow.
 */
export function denialMessage(who: string, action: string, resource: string, { kind, policy }: Denial): string {
  const article = policy === "identity-based policy" ? "an" : "a";
  const why = kind === "explicitDeny" ? `with an explicit deny in ${article} ${policy}` : `because no ${policy} allows the ${action} action`;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  return `User: ${who} is not authorized to perform: ${action}${on} ${why}`;
}
