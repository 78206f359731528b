import { compilePolicy, type CompiledPolicy } from "../../../rules/iam-evaluate";

/** A role as CreateRole takes it. */
export interface RoleSpec {
  readonly name: string;
  readonly arn: string;
  /** The trust policy as JSON. */
  readonly trust: string;
  readonly maxSessionSeconds: number;
}

/** A role with its trust policy and its inline policies. */
export class Role {
  readonly trust: CompiledPolicy;
  private readonly inline = new Map<string, { readonly text: string; readonly policy: CompiledPolicy }>();

  constructor(readonly spec: RoleSpec) {
    this.trust = compilePolicy(spec.trust);
  }

  /** Its inline policies by name, as JSON. */
  get policies(): ReadonlyMap<string, string> {
    return new Map([...this.inline].map(([name, { text }]) => [name, text]));
  }

  put(policyName: string, text: string): void {
    this.inline.set(policyName, { text, policy: compilePolicy(text) });
  }

  delete(policyName: string): void {
    this.inline.delete(policyName);
  }

  identityPolicies(): readonly CompiledPolicy[] {
    return [...this.inline.values()].map(({ policy }) => policy);
  }
}
