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

/** Hears how a call ended that was answered or refused; `error` undefined = well. Must be quick and never throw. */
export type Ended = (error: unknown) => void;

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

const isPromise = <T>(value: T | Promise<T>): value is Promise<T> => typeof (value as Partial<Promise<T>> | null | undefined)?.then === "function"; // any value may be asked

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
   * @param ended hears of the end in the moment in which it is decided, before the caller
   */
  call<T>(route: Route, effect: () => T | Promise<T>, ended?: Ended): Promise<T> {
    this.count += 1;
    return this.pass(route, effect, this.observers.size === 0 ? ended : this.observed(route, ended));
  }

  private observed(route: Route, ended: Ended | undefined): Ended {
    this.unreached(route);
    return (error) => {
      ended?.(error);
      if (!isSilence(error)) for (const observer of this.observers) observer(route, "answered");
    };
  }

  /** There, effect, and back. In callbacks, not as an async function: every call of every service comes through here. */
  private pass<T>(route: Route, effect: () => T | Promise<T>, ended: Ended | undefined): Promise<T> {
    const { low, high } = this.latency(route);
    const oneWay = high > 0 ? this.draw(route.service).between(low, high) / 2 : 0;
    return new Promise<T>((resolve, reject) => {
      const failed = (error: unknown): void => {
        ended?.(error);
        reject(error as Error); // what the effect threw, whatever it is
      };
      const home = (result: T): void => {
        const lost = this.faults.outage(route.region) ?? (route.from === undefined ? undefined : this.faults.outage(route.from));
        if (lost === "refuse") return failed(new ConnectionRefused(route, "ECONNRESET"));
        if (lost === "vanish") return;
        ended?.(undefined);
        resolve(result);
      };
      const answered = (result: T): void => {
        if (oneWay > 0) this.kernel.timer(oneWay, () => home(result));
        else home(result);
      };
      const arrived = (): void => {
        try {
          const fault = this.faults.effect(route);
          const result = fault ? this.faulted(fault, route, effect) : effect();
          if (isPromise(result)) result.then(answered, failed);
          else answered(result);
        } catch (error) {
          failed(error);
        }
      };
      if (oneWay > 0) this.kernel.timer(oneWay, arrived);
      else arrived();
    });
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
