import { isoTime } from "../../../lambda/shared/clock";
import { compilePolicy, decide, narrow, passes, type Context, type Denial, type Requester, type ResourcePolicy } from "../../../rules/iam-evaluate";
import type { AccessRequest, Caller, Cloud, Guard } from "../../cloud";
import type { Way } from "../vpc/index";
import { Role, type RoleSpec } from "./role";
import { Standing, type Parties } from "./standing";
import { endpointOf, wayKeys } from "./way";
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

/** Bounds the memory of callers who ask for ever new resources. */
const KEPT_STANDINGS = 5000;

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
  /** By principal, action and resource; forgotten whenever a role or a policy changes. */
  private readonly standings = new Map<string, Standing>();
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
  authorize(check: AccessCheck): Denial | undefined {
    const { principal, action, resource, policyOf = resource, region, context } = check;
    const standing = this.standing(principal, action, policyOf);
    return standing.decide(action, resource, region, context, this.contextOf(check, standing.parties.role));
  }

  private standing(principal: Principal, action: string, policyOf: string): Standing {
    const key = `${typeof principal === "string" ? principal : principal.service} ${action} ${policyOf}`;
    let standing = this.standings.get(key);
    if (!standing) {
      const role = typeof principal === "string" ? this.role(principal) : undefined;
      const whole = this.resources.get(policyOf);
      const own = whole && { ...whole, policies: [narrow(whole.policies, action)] };
      const policy = !role && this.isForeign(principal) ? ({ policies: [], ...own, kind: "key" } as const) : own;
      const identity = this.identity(principal, role, action);
      const policies = [...(identity === "unknown" ? [] : identity), ...(policy?.policies ?? [])];
      standing = this.keep(key, { role, requester: this.requester(principal, role), policies, decide: (question) => decide(question, identity, policy) });
    }
    return standing;
  }

  /** May the request pass the endpoint that it takes? Undefined = yes. */
  private throughEndpoint(check: AccessCheck & { readonly principal: string }, way: Way | undefined): Denial | undefined {
    const { id, policy } = endpointOf(way) ?? {};
    if (!policy) return undefined;
    const { principal, action, resource, region, context } = check;
    const key = `${principal} ${action} ${id}`;
    let standing = this.standings.get(key);
    if (!standing) {
      const role = this.role(principal);
      standing = this.keep(key, { role, requester: this.requester(principal, role), policies: [policy], decide: (question) => passes(question, policy) });
    }
    return standing.decide(action, resource, region, context, this.contextOf(check, standing.parties.role));
  }

  private keep(key: string, parties: Parties): Standing {
    const standing = new Standing(parties);
    if (this.standings.size >= KEPT_STANDINGS) this.standings.clear();
    this.standings.set(key, standing);
    return standing;
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
  private contextOf({ principal, resource, region, context }: AccessCheck, role: Role | undefined): () => Context {
    let made: Context | undefined;
    return () => {
      // ARNs of buckets and objects carry no account; the twin's are all of the one that it has.
      const owner = resource === "*" ? {} : { "aws:ResourceAccount": accountOf(resource) || this.cloud.accountId };
      made ??= this.context({ ...context?.(), ...owner }, principal, region, role);
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

  private refusal(route: Parameters<Guard>[0], needs: readonly AccessRequest[] | undefined, { principal }: Caller, way: Way | undefined): string | undefined {
    if (principal === undefined) return undefined;
    if (!needs) {
      if (!this.isOwnRole(principal)) return undefined;
      const what = `${route.service}:${route.operation}`;
      return `${denialMessage(principal, what, "*", NO_RULE)} (this twin has no rule that tells which permission ${what} needs)`;
    }
    for (const need of needs) {
      const taken = need.forwarded ? undefined : way;
      const check = { ...need, principal, region: route.region, context: wayKeys(need.context, taken) };
      const denial = this.authorize(check) ?? this.throughEndpoint(check, taken);
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
