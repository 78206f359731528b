import type { FaultBoard } from "../../kernel/faults";
import type { Kernel } from "../../kernel/kernel";
import { Series, type MetricId } from "./series";

export type Dimensions = Readonly<Record<string, string>>;

interface RegionMetrics {
  dead: boolean;
  readonly series: Map<string, Series>;
}

function keyOf(namespace: string, name: string, dimensions: Dimensions): string {
  let key = `${namespace}\n${name}`;
  for (const dimension of Object.keys(dimensions).sort()) key += `\n${dimension}=${dimensions[dimension] ?? ""}`;
  return key;
}

/**
 * Where services publish their metrics: plain memory, no call through the door. A service on a hot path asks for its
 * series once and adds values to it.
 */
export class MetricBoard {
  private readonly regions = new Map<string, RegionMetrics>();

  constructor(
    private readonly kernel: Kernel,
    private readonly faults: FaultBoard,
  ) {
    faults.onChange(() => {
      for (const [region, metrics] of this.regions) metrics.dead = faults.outage(region) !== undefined;
    });
  }

  /** The metric, made when it is asked for first. A metric is its namespace, its name and all its dimensions. */
  series(region: string, namespace: string, name: string, dimensions: Dimensions): Series {
    const metrics = this.region(region);
    const key = keyOf(namespace, name, dimensions);
    let series = metrics.series.get(key);
    if (!series) {
      series = new Series({ namespace, name, dimensions }, this.kernel, metrics);
      metrics.series.set(key, series);
    }
    return series;
  }

  /** One value of now. A dead region's is dropped. */
  put(region: string, namespace: string, name: string, dimensions: Dimensions, value: number): void {
    this.series(region, namespace, name, dimensions).add(value);
  }

  /** The metric, where it has ever been published. */
  find(region: string, { namespace, name, dimensions }: MetricId): Series | undefined {
    return this.regions.get(region)?.series.get(keyOf(namespace, name, dimensions));
  }

  list(region: string): readonly MetricId[] {
    return [...(this.regions.get(region)?.series.values() ?? [])].map(({ id }) => id);
  }

  private region(region: string): RegionMetrics {
    let metrics = this.regions.get(region);
    if (!metrics) {
      metrics = { dead: this.faults.outage(region) !== undefined, series: new Map() };
      this.regions.set(region, metrics);
    }
    return metrics;
  }
}
