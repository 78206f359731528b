import type { FaultBoard, Route } from "./faults";
import type { Kernel } from "./kernel";

/**
 * The other end refused the connection (ECONNREFUSED: nothing was sent) or closed it after the request had gone out
 * (ECONNRESET: the request may have taken effect). The caller knows at once.
 */
export class ConnectionRefused extends Error {
  override readonly name = "ConnectionRefused";
  constructor(
    route: Route,
    readonly code: "ECONNREFUSED" | "ECONNRESET" = "ECONNREFUSED",
  ) {
    super(`${code === "ECONNRESET" ? "read" : "connect"} ${code} ${route.service}.${route.region}`);
  }
}

/** An answer 500 that a fault made. Services translate it into their own protocol's internal error. */
export class InjectedError extends Error {
  override readonly name = "InternalServerError";
  readonly $fault = "server";
  readonly $metadata = { httpStatusCode: 500 };
  constructor(route: Route) {
    super(`Internal server error (${route.service} ${route.operation} in ${route.region})`);
  }
}

/** How long a call takes on its way there and back together, milliseconds; drawn per call. */
export interface Latency {
  readonly low: number;
  readonly high: number;
}

/** Latency by route. Its values are assumptions; the drill's report lists them. */
export type LatencyModel = (route: Route) => Latency;

export const noLatency: LatencyModel = () => ({ low: 0, high: 0 });

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * The one door through which every call to a service goes: it adds latency, faults and a region's death. The call
 * takes effect half-way; when the region dies before the answer is back, the answer is lost and the effect stays.
 */
export class Door {
  constructor(
    private readonly kernel: Kernel,
    private readonly faults: FaultBoard,
    private readonly latency: LatencyModel,
  ) {}

  /**
   * Rejects with {@link ConnectionRefused}, {@link InjectedError} or what `effect` throws; never settles when
   * packets vanish, so callers need a time limit of their own.
   */
  async call<T>(route: Route, effect: () => T | Promise<T>): Promise<T> {
    const { low, high } = this.latency(route);
    const oneWay = high > 0 ? this.kernel.random(`latency/${route.service}`).between(low, high) / 2 : 0;
    if (oneWay > 0) await this.kernel.sleep(oneWay);

    const fault = this.faults.effect(route);
    if (fault) {
      switch (fault.mode) {
        case "refuse":
          throw new ConnectionRefused(route);
        case "vanish":
          return never();
        case "error":
          throw new InjectedError(route);
        case "delay":
          await this.kernel.sleep(fault.ms);
      }
    }
    const result = await effect();
    if (oneWay > 0) await this.kernel.sleep(oneWay);

    const lost = this.faults.outage(route.region) ?? (route.from ? this.faults.outage(route.from) : undefined);
    if (lost === "vanish") return never();
    if (lost === "refuse") throw new ConnectionRefused(route, "ECONNRESET");
    return result;
  }
}
