import { decide, passes, type AccessQuestion, type CompiledPolicy, type Context, type Denial, type ResourcePolicy } from "../../../rules/iam-evaluate";
import { contextNames, settle } from "../../../rules/iam-policy";
import { PLACE_KEYS, placeContext, TIME_KEYS, timeContext, type Place } from "./context";

/** Who asks for an action, and those who have a say in it. */
export interface Parties {
  readonly place: Place;
  readonly action: string;
  /** The ARN whose resource policy speaks. */
  readonly resource: string;
  /** The requester's own policies; `unknown` = they are taken to allow. */
  readonly identity: readonly CompiledPolicy[] | "unknown";
  readonly policy: ResourcePolicy | undefined;
}

const NOTHING: Context = {};

/**
 * How a requester at its place stands to one action under one resource's policy; holds until a role or a policy changes.
 * Of all policies it keeps what is left to be asked: most often nothing, and the answer is known.
 */
export class Standing {
  private readonly identity: readonly CompiledPolicy[] | "unknown";
  private readonly policy: ResourcePolicy | undefined;
  private readonly endpoint: CompiledPolicy | undefined;
  private readonly context: Context;
  /** Nothing of the answer depends on the call's context … */
  private readonly certain: boolean;
  /** … or only on what the service says of the call. */
  private readonly serviceOnly: boolean;
  /** For the resource itself, where it is certain. */
  private readonly answer: Denial | undefined;

  /** @param now epoch milliseconds */
  constructor(
    private readonly parties: Parties,
    private readonly now: () => number,
  ) {
    const { place, action, identity, policy } = parties;
    this.context = placeContext(place);
    const known = { requester: place.requester, action, context: this.context, names: PLACE_KEYS };
    const settled = (policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] => policies.map((one) => settle(one, known));
    this.identity = identity === "unknown" ? identity : settled(identity);
    this.policy = policy && { ...policy, policies: settled(policy.policies) };
    this.endpoint = place.endpoint?.policy && settle(place.endpoint.policy, known);
    const open = [...(this.identity === "unknown" ? [] : this.identity), ...(this.policy?.policies ?? []), ...(this.endpoint ? [this.endpoint] : [])].flatMap(contextNames);
    this.certain = open.length === 0;
    this.serviceOnly = !open.some((name) => PLACE_KEYS.has(name) || TIME_KEYS.has(name));
    this.answer = this.certain ? this.ask(parties.resource, () => NOTHING) : undefined;
  }

  /**
   * Undefined = allowed.
   * @param resource the ARN, which may be of a part of the resource whose policy speaks
   * @param given the service's own context keys
   */
  decide(resource: string, given: (() => Context) | undefined): Denial | undefined {
    if (this.certain && resource === this.parties.resource) return this.answer;
    let made: Context | undefined;
    return this.ask(resource, () => (made ??= this.contextOf(given)));
  }

  private ask(resource: string, context: () => Context): Denial | undefined {
    const { place, action } = this.parties;
    const question: AccessQuestion = { requester: place.requester, action, resource, context };
    return decide(question, this.identity, this.policy) ?? (this.endpoint && passes(question, this.endpoint));
  }

  private contextOf(given: (() => Context) | undefined): Context {
    const own = given ? given() : NOTHING;
    return this.serviceOnly ? own : { ...own, ...this.context, ...timeContext(this.now()) };
  }
}
