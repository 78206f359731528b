import type { Context } from "./iam-match";
import { foundBy, type CompiledPolicy, type CompiledStatement, type Requester } from "./iam-policy";

export type { Context } from "./iam-match";
export { compilePolicy, type CompiledPolicy, type Requester } from "./iam-policy";

/** One action on one resource. */
export interface AccessQuestion {
  readonly requester: Requester;
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** The ARN; undefined for trust policies, whose resource is the role that they belong to. */
  readonly resource?: string | undefined;
  /** Made only where a statement has a condition or a variable. */
  readonly context: () => Context;
}

/** What one kind of policies says. `delegate`: a resource's policy leaves it to the account's identity policies. */
export type Verdict = "allow" | "explicitDeny" | "implicitDeny" | "delegate";

/** Does a statement that found the requester speak of what is asked? */
function speaks({ action, resource, tests }: CompiledStatement, question: AccessQuestion): boolean {
  if (action && !action(question.action)) return false;
  if (resource && !resource.covers(question.resource ?? "", question.context)) return false;
  return tests.length === 0 || holds(tests, question.context());
}

function holds(tests: CompiledStatement["tests"], context: Context): boolean {
  for (const test of tests) if (!test.holds(context)) return false;
  return true;
}

/** What policies say together: one explicit deny beats every allow. */
export function judge(policies: readonly CompiledPolicy[], question: AccessQuestion): Verdict {
  let verdict: Verdict = "implicitDeny";
  for (const { statements } of policies) {
    for (const statement of statements) {
      const found = foundBy(statement, question.requester);
      if (found === undefined || !speaks(statement, question)) continue;
      if (statement.effect === "Deny") return "explicitDeny";
      if (found === "named") verdict = "allow";
      else if (verdict === "implicitDeny") verdict = "delegate";
    }
  }
  return verdict;
}

/** The part of a refusal that AWS tells: which kind of policy refused, and whether it did so by name. */
export interface Denial {
  readonly kind: "explicitDeny" | "implicitDeny";
  readonly policy: "identity-based policy" | "resource-based policy" | "role trust policy" | "VPC endpoint policy";
}

/** What belongs to the resource: an ordinary policy adds to the identity's, a key's or a role's trust policy must agree as well. */
export interface ResourcePolicy {
  readonly kind: "resource" | "key" | "trust";
  readonly policies: readonly CompiledPolicy[];
}

/**
 * One account's decision; undefined = allowed. IAM user guide, "Policy evaluation logic", and for keys and trust
 * policies "How IAM roles differ from resource-based policies" and KMS developer guide, "Key policies in AWS KMS":
 * without their word no identity policy counts.
 * @param identity the requester's own policies; `unknown` = an identity that is not known here, whose own policies are taken to allow
 */
export function decide(question: AccessQuestion, identity: readonly CompiledPolicy[] | "unknown", resource?: ResourcePolicy): Denial | undefined {
  const own: Verdict = identity === "unknown" ? "allow" : judge(identity, question);
  const theirs: Verdict = resource ? judge(resource.policies, question) : "implicitDeny";
  const place = resource?.kind === "trust" ? "role trust policy" : "resource-based policy";
  if (own === "explicitDeny") return { kind: own, policy: "identity-based policy" };
  if (theirs === "explicitDeny") return { kind: theirs, policy: place };
  if (theirs === "allow") return undefined;
  const mustAgree = resource !== undefined && resource.kind !== "resource";
  if (mustAgree && theirs !== "delegate") return { kind: "implicitDeny", policy: place };
  // A service has no identity policies.
  if ("service" in question.requester) return { kind: "implicitDeny", policy: place };
  return own === "allow" ? undefined : { kind: "implicitDeny", policy: "identity-based policy" };
}

/**
 * Does a VPC endpoint let a request pass? Undefined = yes. Its policy allows nothing by itself: the requester's and the resource's
 * policies are asked as well. "Control access to VPC endpoints using endpoint policies" (AWS PrivateLink).
 */
export function passes(question: AccessQuestion, endpoint: CompiledPolicy): Denial | undefined {
  const verdict = judge([endpoint], question);
  // An account in Principal means whoever acts for it: nothing is left to delegate to.
  if (verdict === "allow" || verdict === "delegate") return undefined;
  return { kind: verdict, policy: "VPC endpoint policy" };
}
