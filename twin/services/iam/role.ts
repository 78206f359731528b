import { compilePolicy, decide, isContextual, narrow, type AccessQuestion, type CompiledPolicy, type Denial } from "../../../rules/iam-evaluate";

/** A role as CreateRole takes it. */
export interface RoleSpec {
  readonly name: string;
  readonly arn: string;
  /** The trust policy as JSON. */
  readonly trust: string;
  readonly maxSessionSeconds: number;
}

/** What a role may do with one action: its statements, and the answers that depend on the resource alone. */
interface Access {
  readonly policy: CompiledPolicy;
  readonly contextual: boolean;
  readonly answers: Map<string, Denial | undefined>;
}

/** Answers that are kept for one action: those for objects of a bucket would grow without end. */
const KEPT_ANSWERS = 1000;

/** A role with its trust policy and its inline policies. */
export class Role {
  readonly trust: CompiledPolicy;
  private readonly inline = new Map<string, { readonly text: string; readonly policy: CompiledPolicy }>();
  private readonly accesses = new Map<string, Access>();

  constructor(readonly spec: RoleSpec) {
    this.trust = compilePolicy(spec.trust);
  }

  /** Its inline policies by name, as JSON. */
  get policies(): ReadonlyMap<string, string> {
    return new Map([...this.inline].map(([name, { text }]) => [name, text]));
  }

  put(policyName: string, text: string): void {
    this.inline.set(policyName, { text, policy: compilePolicy(text) });
    this.accesses.clear();
  }

  delete(policyName: string): void {
    this.inline.delete(policyName);
    this.accesses.clear();
  }

  /** What its own policies say of an action. */
  identityPolicy(action: string): CompiledPolicy {
    return this.access(action).policy;
  }

  /** Has {@link decide} given an answer that holds whatever the context? */
  knows(action: string, resource: string): boolean {
    return this.accesses.get(action)?.answers.has(resource) === true;
  }

  /** What {@link knows} found; undefined = allowed. */
  answer(action: string, resource: string): Denial | undefined {
    return this.accesses.get(action)?.answers.get(resource);
  }

  /** Its own policies alone, for resources without a policy; undefined = allowed. */
  decide(question: AccessQuestion & { readonly resource: string }): Denial | undefined {
    const { policy, contextual, answers } = this.access(question.action);
    const answer = decide(question, [policy]);
    if (contextual) return answer;
    if (answers.size >= KEPT_ANSWERS) answers.clear();
    answers.set(question.resource, answer);
    return answer;
  }

  private access(action: string): Access {
    let access = this.accesses.get(action);
    if (!access) {
      const policy = narrow([...this.inline.values()].map(({ policy: one }) => one), action);
      access = { policy, contextual: isContextual(policy), answers: new Map<string, Denial | undefined>() };
      this.accesses.set(action, access);
    }
    return access;
  }
}
