import { compileCondition, conditionKeys, type Condition } from "./iam-conditions";
import { hasVariables, literally, substitute, variablesOf, wildcardMatch, type Context } from "./iam-match";

export type { Context } from "./iam-match";

/** Who asks: an identity of an account, or a service of AWS. */
export type Requester =
  | {
      /** The role's or user's ARN; for a session its role's. */
      readonly arn: string;
      readonly accountId: string;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly sessionArn?: string;
    }
  | { readonly service: string };

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

type Test = (question: AccessQuestion) => boolean;

interface CompiledStatement {
  readonly effect: "Allow" | "Deny";
  readonly action: (action: string) => boolean;
  readonly resource: Test;
  /** Undefined in identity policies. */
  readonly principal: ((requester: Requester) => "named" | "account" | undefined) | undefined;
  readonly condition: Condition | undefined;
  /** The context keys that the answer depends on. */
  readonly reads: readonly string[];
}

/** A policy document that is ready to be asked. */
export interface CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
}

interface RawStatement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

const asList = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(String));

/** @param text a policy document as JSON, without objections (see rules/iam.ts) */
export function compilePolicy(text: string): CompiledPolicy {
  const { Statement = [], Version } = JSON.parse(text) as { readonly Statement?: unknown; readonly Version?: unknown }; // parts are looked at one by one
  const variables = Version === "2012-10-17";
  return { statements: [Statement].flat().map((statement) => compileStatement(statement as RawStatement, variables)) };
}

/** @param variables the older version of the language has none: `${…}` is text there */
function compileStatement(statement: RawStatement, variables: boolean): CompiledStatement {
  const condition = compileCondition(statement.Condition);
  const resources = asList(statement.Resource ?? statement.NotResource);
  return {
    effect: statement.Effect === "Deny" ? "Deny" : "Allow",
    action: actionTest(statement),
    resource: resourceTest(resources, statement.NotResource !== undefined, variables),
    principal: principalTest(statement),
    condition,
    reads: [...conditionKeys(statement.Condition), ...(variables ? resources.flatMap(variablesOf) : [])],
  };
}

function actionTest({ Action, NotAction }: RawStatement): (action: string) => boolean {
  const patterns = asList(Action ?? NotAction).map((pattern) => pattern.toLowerCase());
  const named = (action: string): boolean => patterns.some((pattern) => wildcardMatch(pattern, action.toLowerCase()));
  return NotAction === undefined ? named : (action) => !named(action);
}

function resourceTest(patterns: readonly string[], negated: boolean, variables: boolean): Test {
  // A trust policy names no resource: it belongs to one.
  if (patterns.length === 0) return () => true;
  const matches = (pattern: string, resource: string, context: () => Context): boolean => {
    if (!variables || !hasVariables(pattern)) return wildcardMatch(pattern, resource);
    const replaced = substitute(pattern, context());
    return replaced !== undefined && wildcardMatch(replaced, literally(resource));
  };
  return ({ resource = "", context }) => patterns.some((pattern) => matches(pattern, resource, context)) !== negated;
}

/** IAM user guide, "AWS JSON policy elements: Principal": an account stands for its root, which delegates to identity policies. */
function principalTest({ Principal, NotPrincipal }: RawStatement): CompiledStatement["principal"] {
  if (Principal === undefined && NotPrincipal === undefined) return undefined;
  const given = Principal ?? NotPrincipal;
  const element: Readonly<Record<string, unknown>> = typeof given === "string" ? { AWS: given } : { ...(given as object) };
  const identities = asList(element["AWS"]);
  const services = asList(element["Service"]);
  const find = (requester: Requester): "named" | "account" | undefined => {
    if ("service" in requester) return services.includes(requester.service) || identities.includes("*") ? "named" : undefined;
    const { arn, sessionArn, accountId } = requester;
    if (identities.some((one) => one === "*" || one === arn || one === sessionArn)) return "named";
    return identities.some((one) => one === accountId || one === `arn:aws:iam::${accountId}:root`) ? "account" : undefined;
  };
  return NotPrincipal === undefined ? find : (requester) => (find(requester) === undefined ? "named" : undefined);
}

/** The statements that speak of an action, with the principal that they found. */
const speaks = (statement: CompiledStatement, question: AccessQuestion): boolean =>
  statement.action(question.action) && statement.resource(question) && (statement.condition?.(question.context()) ?? true);

/** What policies say together: one explicit deny beats every allow. */
export function judge(policies: readonly CompiledPolicy[], question: AccessQuestion): Verdict {
  let verdict: Verdict = "implicitDeny";
  for (const { statements } of policies) {
    for (const statement of statements) {
      const found = statement.principal ? statement.principal(question.requester) : "named";
      if (found === undefined || !speaks(statement, question)) continue;
      if (statement.effect === "Deny") return "explicitDeny";
      if (found === "named") verdict = "allow";
      else if (verdict === "implicitDeny") verdict = "delegate";
    }
  }
  return verdict;
}

/** The statements that speak of one action: what is asked often is narrowed once. */
export const narrow = (policies: readonly CompiledPolicy[], action: string): CompiledPolicy => ({
  statements: policies.flatMap(({ statements }) => statements.filter((statement) => statement.action(action)).map((statement) => ({ ...statement, action: () => true }))),
});

/** The context keys that the answer depends on, besides requester, action and resource. */
export const contextKeys = ({ statements }: CompiledPolicy): readonly string[] => [...new Set(statements.flatMap(({ reads }) => reads))];

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
