import { isoTime } from "../../../lambda/shared/clock";
import { compilePolicy, decide, type Context, type Denial, type Requester, type ResourcePolicy } from "../../../rules/iam-evaluate";
import type { AccessRequest, Caller, Cloud, Guard } from "../../cloud";
import { Role, type RoleSpec } from "./role";
import { denialMessage, requesterName } from "./wording";

export type { RoleSpec } from "./role";
export { denialMessage } from "./wording";

/** Who asks: the ARN of a role, of its session or of a user; or a service of AWS. */
export type Principal = string | { readonly service: string };

/** A question to the account's policies. */
export interface AccessCheck extends AccessRequest {
  readonly principal: Principal;
  /** The region in which the call arrives: `aws:RequestedRegion`. */
  readonly region?: string;
}

/** A question whether a role may be taken. */
export interface AssumeCheck {
  readonly principal: Principal;
  readonly roleArn: string;
  /** What is known of the caller's session, e.g. `{"aws:MultiFactorAuthPresent": "true"}`. */
  readonly context?: Context;
}

const NO_RULE: Denial = { kind: "implicitDeny", policy: "identity-based policy" };

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>` -> the account and the role's name. */
const SESSION = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\//;
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\//;

const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/**
 * IAM: the account's roles, the policies of resources, and the decision over every call. As soon as the account has a
 * role, a role's calls are judged; callers without a principal are the account's owner. The twin knows no users: a
 * user's own policies are taken to allow, what the resource, key or trust policy says still counts.
 */
export class Iam {
  private readonly byArn = new Map<string, Role>();
  private readonly byName = new Map<string, Role>();
  private readonly resources = new Map<string, ResourcePolicy>();

  constructor(private readonly cloud: Cloud) {
    const guard: Guard = (route, needs, caller) => this.refusal(route, needs, caller);
    cloud.enforce(guard);
  }

  putRole(spec: RoleSpec): void {
    const role = new Role(spec);
    this.byArn.set(spec.arn, role);
    this.byName.set(spec.name, role);
  }

  /** @param text the policy document as JSON */
  putRolePolicy(roleName: string, policyName: string, text: string): void {
    this.named(roleName).put(policyName, text);
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    this.named(roleName).delete(policyName);
  }

  /** A role by its name, its ARN or the ARN of one of its sessions. */
  role(reference: string): Role | undefined {
    const known = this.byArn.get(reference);
    if (known) return known;
    const [, account, name] = SESSION.exec(reference) ?? [];
    if (name === undefined) return this.byName.get(reference);
    return account === this.cloud.accountId ? this.byName.get(name) : undefined;
  }

  roles(): readonly RoleSpec[] {
    return [...this.byArn.values()].map(({ spec }) => spec);
  }

  /**
   * The policy of a bucket, topic, table, function or key; a key's must agree with every use.
   * @param text the policy document as JSON
   */
  putResourcePolicy(arn: string, text: string, kind: "resource" | "key" = "resource"): void {
    this.resources.set(arn, { kind, policies: [compilePolicy(text)] });
  }

  /** Undefined = allowed. */
  authorize(check: AccessCheck): Denial | undefined {
    const { principal, action, resource, policyOf = resource } = check;
    const role = typeof principal === "string" ? this.role(principal) : undefined;
    const policy = this.resources.get(policyOf);
    // Most calls: a role's own policy, and an answer that does not depend on the request's context.
    if (role && !policy && role.knows(action, resource)) return role.answer(action, resource);
    const question = { requester: this.requester(principal, role), action, resource, context: this.contextOf(check, role) };
    if (role && !policy) return role.decide(question);
    return decide(question, this.identity(principal, role, action), this.isForeign(principal) ? { policies: [], ...policy, kind: "key" } : policy);
  }

  /** Another account's principals need the resource's word as well, whatever it is. "Cross-account policy evaluation logic". */
  private isForeign(principal: Principal): boolean {
    return typeof principal === "string" && accountOf(principal) !== this.cloud.accountId;
  }

  /**
   * Use of a key on the principal's behalf: by the key's policy, which may leave it to the principal's own policies.
   * A key without a policy here is one that AWS manages: every principal of the account may use it through its service.
   * @param viaService the service that calls KMS, e.g. `s3.us-east-1.amazonaws.com`
   */
  authorizeKey(principal: Principal, keyArn: string, action: string, viaService: string, context: Context = {}): Denial | undefined {
    if (!this.resources.has(keyArn)) return undefined;
    const account = { "kms:ViaService": viaService, "kms:CallerAccount": this.cloud.accountId };
    return this.authorize({ principal, action, resource: keyArn, context: () => ({ ...context, ...account }) });
  }

  /** May the principal take the role? By the trust policy, which may leave it to the principal's own policies. */
  assume({ principal, roleArn, context = {} }: AssumeCheck): Denial | undefined {
    const target = this.role(roleArn);
    const role = typeof principal === "string" ? this.role(principal) : undefined;
    const action = "sts:AssumeRole";
    const check: AccessCheck = { principal, action, resource: roleArn, context: () => context };
    const question = { requester: this.requester(principal, role), action, resource: roleArn, context: this.contextOf(check, role) };
    return decide(question, this.identity(principal, role, action), { kind: "trust", policies: target ? [target.trust] : [] });
  }

  private identity(principal: Principal, role: Role | undefined, action: string): Parameters<typeof decide>[1] {
    if (role) return [role.identityPolicy(action)];
    return typeof principal === "string" && !this.isOwnRole(principal) ? "unknown" : [];
  }

  /** A role of this account that does not exist may do nothing. */
  private isOwnRole(principal: string): boolean {
    return (ROLE.exec(principal) ?? SESSION.exec(principal))?.[1] === this.cloud.accountId;
  }

  private requester(principal: Principal, role: Role | undefined): Requester {
    if (typeof principal !== "string") return principal;
    const arn = role?.spec.arn ?? principal;
    return { arn, accountId: accountOf(arn), ...(arn === principal ? {} : { sessionArn: principal }) };
  }

  /** "AWS global condition context keys" (IAM user guide), and what the service adds; made once, when a policy asks. */
  private contextOf({ principal, region, context }: AccessCheck, role: Role | undefined): () => Context {
    let made: Context | undefined;
    return () => {
      made ??= this.context(context?.(), principal, region, role);
      return made;
    };
  }

  private context(own: Context | undefined, principal: Principal, region: string | undefined, role: Role | undefined): Context {
    const now = this.cloud.kernel.now();
    const arn = typeof principal === "string" ? (role?.spec.arn ?? principal) : undefined;
    const who = arn === undefined ? {} : { "aws:PrincipalArn": arn, "aws:PrincipalAccount": accountOf(arn), "aws:PrincipalType": role ? "AssumedRole" : "User" };
    return {
      ...own,
      ...who,
      ...(region === undefined ? {} : { "aws:RequestedRegion": region }),
      "aws:PrincipalIsAWSService": String(arn === undefined),
      "aws:SecureTransport": "true",
      "aws:EpochTime": String(Math.floor(now / 1000)),
      // Few policies ask for the date, and it takes longer than the rest.
      get "aws:CurrentTime"() {
        return isoTime(now);
      },
    };
  }

  private refusal(route: Parameters<Guard>[0], needs: readonly AccessRequest[] | undefined, { principal }: Caller): string | undefined {
    if (principal === undefined) return undefined;
    if (!needs) {
      if (!this.isOwnRole(principal)) return undefined;
      const what = `${route.service}:${route.operation}`;
      return `${denialMessage(principal, what, "*", NO_RULE)} (this twin has no rule that tells which permission ${what} needs)`;
    }
    for (const need of needs) {
      const denial = this.authorize({ ...need, principal, region: route.region });
      if (denial) return denialMessage(requesterName(principal), need.action, need.resource, denial);
    }
    return undefined;
  }

  private named(name: string): Role {
    const role = this.byName.get(name);
    if (!role) throw new Error(`no role ${name}; known: ${[...this.byName.keys()].join(", ")}`);
    return role;
  }
}

/** IAM of the account, made on first use; from then on calls of roles are judged. */
export const iam = (cloud: Cloud): Iam => cloud.service("iam", "global", () => new Iam(cloud));
