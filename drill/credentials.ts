import type { Credentials, CredentialSource } from "../client/index";
import type { Clock } from "../lambda/shared/clock";

export type TokenSource = "primary" | "secondary" | "global";

/** Where a client's credentials come from. Times in milliseconds. */
export interface CredentialPlan {
  /** The STS endpoint that issues and renews them: a region's, or the global one (sts.amazonaws.com). */
  readonly from: TokenSource;
  /** How long the first ones are good: they were issued before the drill began. */
  readonly firstMs: number;
  /** How long renewed ones are: STS gives a user's sessions at least 15 minutes ("GetSessionToken", STS API reference). */
  readonly lifetimeMs: number;
}

/** Longer than any drill. */
export const LASTING: CredentialPlan = { from: "secondary", firstMs: 12 * 3_600_000, lifetimeMs: 12 * 3_600_000 };

/** No credentials, so nothing can be signed, and nothing was sent. */
export class NoCredentials extends Error {
  override readonly name = "NoCredentials";
  constructor(cause: unknown) {
    super(`credentials have expired and STS gives no new ones: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** STS as clients see it. Rejects where it does not answer in time. */
export interface TokenService {
  /** Credentials that were issued beforehand, without a call. */
  issued(forMs: number, from: TokenSource): Credentials;
  renew(forMs: number, from: TokenSource): Promise<Credentials>;
}

/** Credentials that are renewed when they have expired; one renewal at a time. */
export function renewing(plan: CredentialPlan, sts: TokenService, clock: Pick<Clock, "now">): CredentialSource {
  let current = { credentials: sts.issued(plan.firstMs, plan.from), until: clock.now() + plan.firstMs };
  let renewal: Promise<Credentials> | undefined;
  const renewed = async (): Promise<Credentials> => {
    const asked = clock.now();
    try {
      const credentials = await sts.renew(plan.lifetimeMs, plan.from);
      current = { credentials, until: asked + plan.lifetimeMs };
      return credentials;
    } catch (error) {
      throw new NoCredentials(error);
    } finally {
      renewal = undefined;
    }
  };
  return () => (clock.now() < current.until ? Promise.resolve(current.credentials) : (renewal ??= renewed()));
}
