import { compilePolicy, type Context, type Denial, type Requester, type ResourcePolicy } from "../../../rules/iam-evaluate";
import type { AccessRequest, Caller, Cloud, Guard } from "../../cloud";
import type { Way } from "../vpc/index";
import { Role, type RoleSpec } from "./role";
import { Standing } from "./standing";
import { Standings, type Asked } from "./standings";
import { denialMessage, requesterName, type Principal } from "./wording";

export type { RoleSpec } from "./role";
export { denialMessage, type Principal } from "./wording";

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

function requesterOf(principal: Principal, role: Role | undefined): Requester {
  if (typeof principal !== "string") return principal;
  const arn = role?.spec.arn ?? principal;
  return { arn, accountId: accountOf(arn), ...(arn === principal ? {} : { sessionArn: principal }) };
}

/**
 * IAM: the account's roles, the policies of resources, and the decision over every call. As soon as the account has a
 * role, a role's calls are judged; callers without a principal are the account's owner. The twin knows no users: a
 * user's own policies are taken to allow, what the resource, key or trust policy says still counts.
 */
export class Iam {
  private readonly byArn = new Map<string, Role>();
  private readonly byName = new Map<string, Role>();
  private readonly resources = new Map<string, ResourcePolicy>();
  /** Of calls, and of those who would take a role; forgotten whenever a role or a policy changes. */
  private readonly standings = new Standings((asked) => this.stand(asked, this.policyFor(asked)));
  private readonly trusted = new Standings((asked) => this.stand(asked, this.trustOf(asked.scope.arn)));
  private readonly listeners = new Set<() => void>();

  constructor(private readonly cloud: Cloud) {
    const guard: Guard = (route, needs, caller, way) => this.refusal(route, needs, caller, way);
    cloud.enforce(guard);
  }

  putRole(spec: RoleSpec): void {
    const role = new Role(spec);
    this.byArn.set(spec.arn, role);
    this.byName.set(spec.name, role);
    this.changed();
  }

  /** @param text the policy document as JSON */
  putRolePolicy(roleName: string, policyName: string, text: string): void {
    this.named(roleName).put(policyName, text);
    this.changed();
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    this.named(roleName).delete(policyName);
    this.changed();
  }

  /** Calls `listener` after every change of a role or a policy. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private changed(): void {
    this.standings.clear();
    this.trusted.clear();
    for (const listener of this.listeners) listener();
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
    this.changed();
  }

  /** Undefined = allowed. */
  authorize({ principal, action, resource, policyOf, region, context }: AccessCheck): Denial | undefined {
    return this.standings.of(principal, region, undefined, action, resource, policyOf).decide(resource, context, this.cloud.kernel);
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
  assume({ principal, roleArn, context }: AssumeCheck): Denial | undefined {
    return this.trusted.of(principal, undefined, undefined, "sts:AssumeRole", roleArn).decide(roleArn, context && (() => context), this.cloud.kernel);
  }

  private stand({ principal, region, endpoint, action, scope }: Asked, resource: ResourcePolicy | undefined): Standing {
    const role = typeof principal === "string" ? this.role(principal) : undefined;
    const unknown = typeof principal === "string" && !this.isOwnRole(principal) ? "unknown" : [];
    // ARNs of buckets and objects carry no account; the twin's are all of the one that it has.
    const resourceAccount = scope.arn === "*" ? undefined : accountOf(scope.arn) || this.cloud.accountId;
    const place = { requester: requesterOf(principal, role), isRole: role !== undefined, resourceAccount, region, endpoint };
    const policies = { identity: role?.identityPolicies() ?? unknown, resource, endpoint: endpoint?.policy } as const;
    return Standing.of({ place, action, scope, policies });
  }

  /** Another account's principals need the resource's word as well, whatever it is. "Cross-account policy evaluation logic". */
  private policyFor({ principal, scope }: Asked): ResourcePolicy | undefined {
    const policy = this.resources.get(scope.arn);
    const isForeign = typeof principal === "string" && !this.role(principal) && accountOf(principal) !== this.cloud.accountId;
    return isForeign ? { kind: "key", policies: policy?.policies ?? [] } : policy;
  }

  /** A role that does not exist trusts nobody. */
  private trustOf(roleArn: string): ResourcePolicy {
    const role = this.role(roleArn);
    return { kind: "trust", policies: role ? [role.trust] : [] };
  }

  /** A role of this account that does not exist may do nothing. */
  private isOwnRole(principal: string): boolean {
    return (ROLE.exec(principal) ?? SESSION.exec(principal))?.[1] === this.cloud.accountId;
  }

  private refusal(route: Parameters<Guard>[0], needs: readonly AccessRequest[] | undefined, { principal }: Caller, way: Way | undefined): string | undefined {
    if (principal === undefined) return undefined;
    if (!needs) {
      if (!this.isOwnRole(principal)) return undefined;
      const what = `${route.service}:${route.operation}`;
      return `${denialMessage(principal, what, "*", NO_RULE)} (this twin has no rule that tells which permission ${what} needs)`;
    }
    const taken = way === "nat" ? undefined : way;
    for (const { action, resource, policyOf, forwarded, context } of needs) {
      const endpoint = forwarded ? undefined : taken;
      const denial = this.standings.of(principal, route.region, endpoint, action, resource, policyOf).decide(resource, context, this.cloud.kernel);
      if (denial) return denialMessage(requesterName(principal), action, resource, denial);
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
