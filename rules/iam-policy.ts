import { compileCondition, type ConditionTest } from "./iam-conditions";
import { hasVariables, literally, matchesAll, substitute, variablesOf, wildcardMatcher, type Context, type Matcher } from "./iam-match";

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

/** How a statement's principal found the requester: by itself, or by its account alone. */
type Found = "named" | "account";

/** What Resource or NotResource says. */
interface ResourceTest {
  readonly covers: (resource: string, context: () => Context) => boolean;
  /** Names of the context keys in its variables. */
  readonly variables: readonly string[];
  /** Is the answer the same for every resource of this scope? Undefined = it may differ. */
  readonly settled: (scope: Scope) => boolean | undefined;
}

/** The resources that questions are about: one ARN, or the parts of what it stands for, whose ARNs go on after a slash. */
export interface Scope {
  readonly arn: string;
  readonly parts: boolean;
}

/** A statement that is ready to be asked. What is undefined is no question (any more). */
export interface CompiledStatement {
  readonly effect: "Allow" | "Deny";
  readonly action: Matcher | undefined;
  /** How it found the requester where that is settled, as in identity policies. */
  readonly principal: Found | ((requester: Requester) => Found | undefined);
  /** Undefined in trust policies, whose resource is the role that they belong to. */
  readonly resource: ResourceTest | undefined;
  /** All of them must hold. */
  readonly tests: readonly ConditionTest[];
}

/** All statements have one shape: they are asked at every call. */
const statementOf = ({ effect, action, principal, resource, tests }: CompiledStatement): CompiledStatement => ({ effect, action, principal, resource, tests });

/** Actions for which a policy keeps its statements: names come off the wire. */
const KEPT_ACTIONS = 500;

let made = 0;

/** A policy document that is ready to be asked. */
export class CompiledPolicy {
  /** Tells it from all others of this process. */
  readonly id = (made += 1);
  private byAction: Map<string, CompiledPolicy> | undefined;

  constructor(readonly statements: readonly CompiledStatement[]) {}

  /** The statements that speak of one action. */
  about(action: string): CompiledPolicy {
    this.byAction ??= new Map<string, CompiledPolicy>();
    let narrow = this.byAction.get(action);
    if (!narrow) {
      const speaking = this.statements.filter((statement) => statement.action?.(action) ?? true);
      narrow = new CompiledPolicy(speaking.map((statement) => statementOf({ ...statement, action: undefined })));
      if (this.byAction.size >= KEPT_ACTIONS) this.byAction.clear();
      this.byAction.set(action, narrow);
    }
    return narrow;
  }
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

/** Compiled policies by their text, so many: the clouds of many drills have the same ones. */
const compiled = new Map<string, CompiledPolicy>();
const KEPT_POLICIES = 1000;

/** @param text a policy document as JSON, without objections (see rules/iam.ts) */
export function compilePolicy(text: string): CompiledPolicy {
  let policy = compiled.get(text);
  if (!policy) {
    const { Statement = [], Version } = JSON.parse(text) as { readonly Statement?: unknown; readonly Version?: unknown }; // parts are looked at one by one
    const variables = Version === "2012-10-17";
    policy = new CompiledPolicy([Statement].flat().map((statement) => compileStatement(statement as RawStatement, variables)));
    if (compiled.size >= KEPT_POLICIES) compiled.clear();
    compiled.set(text, policy);
  }
  return policy;
}

/** @param variables the older version of the language has none: `${…}` is text there */
function compileStatement(statement: RawStatement, variables: boolean): CompiledStatement {
  const resources = asList(statement.Resource ?? statement.NotResource);
  return statementOf({
    effect: statement.Effect === "Deny" ? "Deny" : "Allow",
    action: actionTest(statement),
    resource: resourceTest(resources, statement.NotResource !== undefined, variables),
    principal: principalTest(statement),
    tests: compileCondition(statement.Condition),
  });
}

function actionTest({ Action, NotAction }: RawStatement): Matcher {
  const patterns = asList(Action ?? NotAction).map((pattern) => wildcardMatcher(pattern.toLowerCase()));
  const named: Matcher = (action) => {
    const lower = action.toLowerCase();
    return patterns.some((matches) => matches(lower));
  };
  return NotAction === undefined ? named : (action) => !named(action);
}

function resourceTest(patterns: readonly string[], negated: boolean, variables: boolean): ResourceTest | undefined {
  if (patterns.length === 0) return undefined;
  const names = variables ? patterns.flatMap(variablesOf) : [];
  const tests = patterns.map((pattern) => (variables && hasVariables(pattern) ? ownResource(pattern) : wildcardMatcher(pattern)));
  const [only] = tests;
  const covers: ResourceTest["covers"] = only && tests.length === 1 && !negated ? only : (resource, context) => tests.some((matches) => matches(resource, context)) !== negated;
  const settled = ({ arn, parts }: Scope): boolean | undefined => {
    if (variables && patterns.some(hasVariables)) return undefined;
    const answers = patterns.map((pattern) => (parts ? matchesAll(pattern, `${arn}/`) : wildcardMatcher(pattern)(arn)));
    if (answers.includes(true)) return !negated;
    return answers.includes(undefined) ? undefined : negated;
  };
  return { covers, variables: names, settled };
}

const ownResource =
  (pattern: string): ResourceTest["covers"] =>
  (resource, context) => {
    const replaced = substitute(pattern, context());
    return replaced !== undefined && wildcardMatcher(replaced)(literally(resource));
  };

/** IAM user guide, "AWS JSON policy elements: Principal": an account stands for its root, which delegates to identity policies. */
function principalTest({ Principal, NotPrincipal }: RawStatement): CompiledStatement["principal"] {
  if (Principal === undefined && NotPrincipal === undefined) return "named";
  const given = Principal ?? NotPrincipal;
  const element: Readonly<Record<string, unknown>> = typeof given === "string" ? { AWS: given } : { ...(given as object) };
  const identities = asList(element["AWS"]);
  const services = asList(element["Service"]);
  const find = (requester: Requester): Found | undefined => {
    if ("service" in requester) return services.includes(requester.service) || identities.includes("*") ? "named" : undefined;
    const { arn, sessionArn, accountId } = requester;
    if (identities.some((one) => one === "*" || one === arn || one === sessionArn)) return "named";
    return identities.some((one) => one === accountId || one === `arn:aws:iam::${accountId}:root`) ? "account" : undefined;
  };
  return NotPrincipal === undefined ? find : (requester) => (find(requester) === undefined ? "named" : undefined);
}

/** What is known of a question before it is asked. */
export interface Known {
  readonly requester: Requester;
  readonly action: string;
  readonly scope: Scope;
  readonly context: Context;
  /** Is a context key known, by its name? The others may differ. One without a value is one that no question has. */
  readonly knows: (name: string) => boolean;
}

/** How a statement finds a requester; undefined = not at all. */
export const foundBy = ({ principal }: CompiledStatement, requester: Requester): Found | undefined =>
  typeof principal === "string" ? principal : principal(requester);

/** What is left of a policy when so much is known: the statements that may still speak, and what they still ask. */
export function settle(policy: CompiledPolicy, { requester, action, scope, context, knows }: Known): CompiledPolicy {
  const isKnown = ({ reads }: ConditionTest): boolean => reads.every(knows);
  return new CompiledPolicy(
    policy.about(action).statements.flatMap((statement) => {
      const principal = foundBy(statement, requester);
      const covered = statement.resource?.settled(scope);
      if (principal === undefined || covered === false || statement.tests.some((test) => isKnown(test) && !test.holds(context))) return [];
      const tests = statement.tests.filter((test) => !isKnown(test));
      return [statementOf({ ...statement, principal, resource: covered ? undefined : statement.resource, tests })];
    }),
  );
}

/** Names of the context keys that the answer depends on. */
export const contextNames = ({ statements }: CompiledPolicy): readonly string[] =>
  statements.flatMap(({ resource, tests }) => [...(resource?.variables ?? []), ...tests.flatMap(({ reads }) => reads)]);
