import { ACCOUNT_THROTTLE } from "../../../rules/apigateway";
import type { Endpoint } from "./stage";

/** Requests per second, and how many may come at once. */
export interface Limit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** A method setting's limits; undefined = none of its own. */
export interface ThrottleSettings {
  readonly ratePerSecond: number | undefined;
  readonly burst: number | undefined;
}

/** A token bucket that fills with time: a request takes a token. */
class Bucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly limit: Limit,
    now: number,
  ) {
    this.tokens = limit.burst;
    this.at = now;
  }

  hasToken(now: number): boolean {
    const { ratePerSecond, burst } = this.limit;
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) / 1000) * ratePerSecond);
    this.at = now;
    return this.tokens >= 1;
  }

  take(): void {
    this.tokens -= 1;
  }
}

/**
 * The limits of one account in one region. "Throttle requests to your REST APIs for better throughput in API Gateway":
 * a method's own limit, else the stage's default, which holds for each method by itself; then the account's.
 */
export class Throttle {
  private readonly settings = new Map<string, ThrottleSettings>();
  /** By stage and method: a stage that is deployed anew has the tokens that it had. */
  private readonly buckets = new Map<string, Bucket>();
  /** The same for each endpoint, so that no key is put together at a request; undefined = no limit of its own. */
  private readonly known = new Map<Endpoint, Bucket | undefined>();
  private readonly account: Bucket;

  constructor(private readonly now: () => number) {
    this.account = new Bucket(ACCOUNT_THROTTLE, now());
  }

  /** @param methodPath `*` + `/*`, or e.g. `payments/POST` */
  set(stageKey: string, methodPath: string, settings: ThrottleSettings): void {
    this.settings.set(`${stageKey} ${methodPath}`, settings);
    this.buckets.clear();
    this.known.clear();
  }

  /** Takes a token of every bucket that counts, or of none: false = throttled. */
  admit(endpoint: Endpoint): boolean {
    const now = this.now();
    let method = this.known.get(endpoint);
    if (!method && !this.known.has(endpoint)) {
      method = this.bucket(endpoint, now);
      this.known.set(endpoint, method);
    }
    if ((method && !method.hasToken(now)) || !this.account.hasToken(now)) return false;
    method?.take();
    this.account.take();
    return true;
  }

  private bucket({ stage: { key: stageKey }, settingsPath }: Endpoint, now: number): Bucket | undefined {
    const key = `${stageKey} ${settingsPath}`;
    const known = this.buckets.get(key);
    if (known) return known;
    const own = this.settings.get(key);
    const stage = this.settings.get(`${stageKey} */*`);
    const ratePerSecond = own?.ratePerSecond ?? stage?.ratePerSecond;
    const burst = own?.burst ?? stage?.burst;
    if (ratePerSecond === undefined && burst === undefined) return undefined;
    const bucket = new Bucket({ ratePerSecond: ratePerSecond ?? ACCOUNT_THROTTLE.ratePerSecond, burst: burst ?? ACCOUNT_THROTTLE.burst }, now);
    this.buckets.set(key, bucket);
    return bucket;
  }
}
