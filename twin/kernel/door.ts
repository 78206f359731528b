import { AnswerError } from "../errors";
import type { Effect, FaultBoard, Route } from "./faults";
import type { Kernel } from "./kernel";
import type { RandomStream } from "./random";
import { throttled } from "./throttled";

/**
 * The other end refused the connection (ECONNREFUSED: nothing was sent) or closed it after the request had gone out
 * (ECONNRESET: the request may have taken effect). The caller knows at once.
 */
export class ConnectionRefused extends AnswerError {
  override readonly name = "ConnectionRefused";
  constructor(
    route: Route,
    readonly code: "ECONNREFUSED" | "ECONNRESET" = "ECONNREFUSED",
  ) {
    super(`${code === "ECONNRESET" ? "read" : "connect"} ${code} ${route.service}.${route.region}`);
  }
}

/** An answer 500 that a fault made. Services translate it into their own protocol's internal error. */
export class InjectedError extends AnswerError {
  override readonly name = "InternalServerError";
  readonly $fault = "server";
  readonly $metadata = { httpStatusCode: 500 };
  constructor(route: Route) {
    super(`Internal server error (${route.service} ${route.operation} in ${route.region})`);
  }
}

/** Nothing of the service's own came back. */
const isSilence = (error: unknown): boolean => error instanceof ConnectionRefused || error instanceof InjectedError;

/** How long a call takes on its way there and back together, milliseconds; drawn per call. */
export interface Latency {
  readonly low: number;
  readonly high: number;
}

/** Latency by route. Its values are assumptions; the drill's report lists them. */
export type LatencyModel = (route: Route) => Latency;

export const noLatency: LatencyModel = () => ({ low: 0, high: 0 });

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Hears of every call: when it sets out, and when its answer, an error of the service's own included, is back. Must never throw. */
export type CallObserver = (route: Route, moment: "called" | "answered") => void;

/**
 * The one door through which every call to a service goes: it adds latency, faults and a region's death. The call
 * takes effect half-way; when the region dies before the answer is back, the answer is lost and the effect stays.
 */
export class Door {
  private count = 0;
  private readonly observers = new Set<CallObserver>();
  /** Streams of latencies, by service: a name put together for every call costs more than the draw. */
  private readonly draws = new Map<string, RandomStream>();

  constructor(
    private readonly kernel: Kernel,
    private readonly faults: FaultBoard,
    private readonly latency: LatencyModel,
  ) {}

  /** Calls that came to the door so far, whatever became of them. */
  get calls(): number {
    return this.count;
  }

  /** From now on `observer` hears of every call; returns the function that stops it. */
  observe(observer: CallObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** A call that never comes as far as the door: its sender has no way to the service. */
  unreached(route: Route): void {
    for (const observer of this.observers) observer(route, "called");
  }

  /**
   * Rejects with {@link ConnectionRefused}, {@link InjectedError}, a throttling error or what `effect` throws; never settles when
   * packets vanish, so callers need a time limit of their own.
   */
  call<T>(route: Route, effect: () => T | Promise<T>): Promise<T> {
    this.count += 1;
    return this.observers.size === 0 ? this.pass(route, effect) : this.observed(route, effect);
  }

  private async observed<T>(route: Route, effect: () => T | Promise<T>): Promise<T> {
    this.unreached(route);
    const answered = (): void => {
      for (const observer of this.observers) observer(route, "answered");
    };
    try {
      const result = await this.pass(route, effect);
      answered();
      return result;
    } catch (error) {
      if (!isSilence(error)) answered();
      throw error;
    }
  }

  private async pass<T>(route: Route, effect: () => T | Promise<T>): Promise<T> {
    const { low, high } = this.latency(route);
    const oneWay = high > 0 ? this.draw(route.service).between(low, high) / 2 : 0;
    if (oneWay > 0) await this.kernel.sleep(oneWay);

    const fault = this.faults.effect(route);
    const result = fault ? await this.faulted(fault, route, effect) : await effect();
    if (oneWay > 0) await this.kernel.sleep(oneWay);

    const lost = this.faults.outage(route.region) ?? (route.from ? this.faults.outage(route.from) : undefined);
    if (lost === "vanish") return never();
    if (lost === "refuse") throw new ConnectionRefused(route, "ECONNRESET");
    return result;
  }

  private draw(service: string): RandomStream {
    let stream = this.draws.get(service);
    if (!stream) {
      stream = this.kernel.random(`latency/${service}`);
      this.draws.set(service, stream);
    }
    return stream;
  }

  /** After the effect it does not matter how that ended: the caller is not told. */
  private async faulted<T>(fault: Effect, route: Route, effect: () => T | Promise<T>): Promise<T> {
    if (fault.when === "before") {
      await this.strike(fault, route);
      return effect();
    }
    try {
      return await effect();
    } finally {
      await this.strike(fault, route);
    }
  }

  /** Comes back only from a delay. */
  private async strike({ mode, when, ms }: Effect, route: Route): Promise<void> {
    switch (mode) {
      case "refuse":
        throw new ConnectionRefused(route, when === "after" ? "ECONNRESET" : "ECONNREFUSED");
      case "error":
        throw new InjectedError(route);
      case "throttle":
        throw throttled(route.service);
      case "vanish":
        return never();
      case "delay":
        return this.kernel.sleep(ms);
      case "crash":
        route.caller?.die();
        return never();
    }
  }
}
