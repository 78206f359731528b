import { decide, passes, type CompiledPolicy, type Context, type Denial, type ResourcePolicy } from "../../../rules/iam-evaluate";
import { keyName, valueOf } from "../../../rules/iam-match";
import { contextNames, settle, type Known, type Scope } from "../../../rules/iam-policy";
import type { Kernel } from "../../kernel/kernel";
import { PLACE_KEYS, placeContext, TIME_KEYS, timeContext, type Place } from "./context";

/** Who asks for an action, and those who have a say in it. */
export interface Parties {
  readonly place: Place;
  readonly action: string;
  /** What has the policy that speaks; or its parts. */
  readonly scope: Scope;
  readonly policies: Policies;
}

/** All policies that have a say. */
export interface Policies {
  /** The requester's own ones; `unknown` = they are taken to allow. */
  readonly identity: readonly CompiledPolicy[] | "unknown";
  readonly resource: ResourcePolicy | undefined;
  /** Of the VPC endpoint on the way. */
  readonly endpoint: CompiledPolicy | undefined;
}

const NOTHING: Context = {};
const nothing = (): Context => NOTHING;

function settleAll({ identity, resource, endpoint }: Policies, known: Known): Policies {
  const settled = (policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] => policies.map((one) => settle(one, known));
  return {
    identity: identity === "unknown" ? identity : settled(identity),
    resource: resource && { ...resource, policies: settled(resource.policies) },
    endpoint: endpoint && settle(endpoint, known),
  };
}

const listed = ({ identity, resource, endpoint }: Policies): readonly CompiledPolicy[] => [
  ...(identity === "unknown" ? [] : identity),
  ...(resource?.policies ?? []),
  ...(endpoint ? [endpoint] : []),
];

/** All that a standing is made of, as a text. */
function identityOf({ place, action, scope, policies: { identity, resource, endpoint } }: Parties): string {
  const { requester, isRole, resourceAccount, region, endpoint: way } = place;
  const ids = (policies: readonly CompiledPolicy[]): readonly number[] => policies.map(({ id }) => id);
  const said = [identity === "unknown" ? identity : ids(identity), resource && [resource.kind, ids(resource.policies)], endpoint?.id];
  return JSON.stringify([requester, isRole, resourceAccount, region, way?.id, way?.vpcId, action, scope, said]);
}

/** What is left of all policies once so much is known: the answer itself, most often. */
class Verdict {
  /** Names of the context keys on which the answer depends. */
  readonly names: readonly string[];
  /** The answer is the same for all of the scope and in any context. */
  private readonly certain: boolean;
  private readonly answer: Denial | undefined;

  constructor(
    readonly policies: Policies,
    private readonly known: Known,
  ) {
    const left = listed(policies);
    this.names = [...new Set(left.flatMap(contextNames))];
    this.certain = left.every(({ statements }) => statements.every(({ resource, tests }) => resource === undefined && tests.length === 0));
    this.answer = this.certain ? this.ask(known.scope.arn, nothing) : undefined;
  }

  on(resource: string, context: () => Context): Denial | undefined {
    return this.certain ? this.answer : this.ask(resource, context);
  }

  private ask(resource: string, context: () => Context): Denial | undefined {
    const { requester, action } = this.known;
    const { identity, resource: policy, endpoint } = this.policies;
    const question = { requester, action, resource, context };
    return decide(question, identity, policy) ?? (endpoint && passes(question, endpoint));
  }
}

/** Values of context keys for which verdicts are kept: those of items and the like differ from request to request. */
const KEPT_VALUES = 200;

/** A fork on the way to a verdict, by the value of one context key. */
class Fork {
  readonly forks = new Map<string | undefined, Fork>();
  verdict: Verdict | undefined;
}

/** Standings that are kept by what they are made of. */
const KEPT_STANDINGS = 5000;

/**
 * How a requester at its place stands to one action on one resource or its parts; as long as these policies hold.
 * What its place decides is settled once, what the service says of a call once for the same values.
 */
export class Standing {
  /** Of all clouds: those of many drills have the same ones. */
  private static readonly known = new Map<string, Standing>();

  static of(parties: Parties): Standing {
    const key = identityOf(parties);
    let standing = this.known.get(key);
    if (!standing) {
      standing = new Standing(parties);
      if (this.known.size >= KEPT_STANDINGS) this.known.clear();
      this.known.set(key, standing);
    }
    return standing;
  }

  private readonly place: Known;
  private readonly verdict: Verdict;
  /** Nothing is left that differs from call to call but what the service says. */
  private readonly serviceOnly: boolean;
  private readonly verdicts = new Fork();
  private kept = 0;

  private constructor({ place, action, scope, policies }: Parties) {
    this.place = { requester: place.requester, action, scope, context: placeContext(place), knows: (name) => PLACE_KEYS.has(keyName(name)) };
    this.verdict = new Verdict(settleAll(policies, this.place), this.place);
    this.serviceOnly = !this.verdict.names.some((name) => PLACE_KEYS.has(keyName(name)) || TIME_KEYS.has(keyName(name)));
  }

  /**
   * Undefined = allowed.
   * @param resource an ARN of the scope
   * @param given the service's own context keys
   * @param kernel whose time it is
   */
  decide(resource: string, given: (() => Context) | undefined, kernel: Pick<Kernel, "now">): Denial | undefined {
    if (this.verdict.names.length === 0) return this.verdict.on(resource, nothing);
    const own = given ? given() : NOTHING;
    if (this.serviceOnly) return this.verdictIn(own).on(resource, () => own);
    return this.verdict.on(resource, () => ({ ...own, ...this.place.context, ...timeContext(kernel.now()) }));
  }

  private verdictIn(context: Context): Verdict {
    let fork = this.verdicts;
    for (const name of this.verdict.names) {
      const value = valueOf(context, name);
      if (typeof value === "object" && value.length !== 1) return this.verdict;
      const key = typeof value === "object" ? value[0] : value;
      let next = fork.forks.get(key);
      if (!next) {
        if (this.kept >= KEPT_VALUES) return this.verdict;
        next = new Fork();
        fork.forks.set(key, next);
        this.kept += 1;
      }
      fork = next;
    }
    return (fork.verdict ??= this.settledIn(context));
  }

  private settledIn(context: Context): Verdict {
    const known = { ...this.place, context, knows: () => true };
    return new Verdict(settleAll(this.verdict.policies, known), known);
  }
}
