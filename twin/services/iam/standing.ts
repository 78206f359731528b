import { contextKeys, type AccessQuestion, type CompiledPolicy, type Context, type Denial, type Requester } from "../../../rules/iam-evaluate";
import { valuesOf } from "../../../rules/iam-match";
import type { Role } from "./role";

/** Keys whose values differ from call to call: answers that depend on them hold for one call. */
const TIMES = new Set(["aws:currenttime", "aws:epochtime"]);

/** Answers that are kept: those for objects of a bucket would grow without end. */
const KEPT_ANSWERS = 1000;

/** Who asks for an action, and those who have a say in it. */
export interface Parties {
  readonly role: Role | undefined;
  readonly requester: Requester;
  /** All that `decide` looks at. */
  readonly policies: readonly CompiledPolicy[];
  readonly decide: (question: AccessQuestion) => Denial | undefined;
}

/** How a principal stands to one action under one resource's or endpoint's policy; holds until a role or a policy changes. Keeps its answers. */
export class Standing {
  private readonly answers = new Map<string, Denial | undefined>();
  private readonly reads: readonly string[];
  private readonly timed: boolean;

  constructor(readonly parties: Parties) {
    this.reads = [...new Set(parties.policies.flatMap(contextKeys))];
    this.timed = this.reads.some((key) => TIMES.has(key.toLowerCase()));
  }

  /**
   * Undefined = allowed.
   * @param given the service's own context keys; the others are the same at every call, but for the times and the region
   * @param context all of them
   */
  decide(action: string, resource: string, region: string | undefined, given: (() => Context) | undefined, context: () => Context): Denial | undefined {
    const key = this.reads.length === 0 ? resource : this.key(resource, region, given?.() ?? {});
    if (this.answers.has(key)) return this.answers.get(key);
    const answer = this.parties.decide({ requester: this.parties.requester, action, resource, context });
    if (this.timed) return answer;
    if (this.answers.size >= KEPT_ANSWERS) this.answers.clear();
    this.answers.set(key, answer);
    return answer;
  }

  private key(resource: string, region: string | undefined, given: Context): string {
    return JSON.stringify([resource, region, this.reads.map((name) => valuesOf(given, name))]);
  }
}
