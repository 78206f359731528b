import { FUNCTION_VARIABLE, METRICS } from "./constants";
import { requireEnv, type Runtime } from "./runtime";

/** A figure that CloudWatch takes from a log line. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "Count" | "Milliseconds";
}

export interface Publication {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The log line that CloudWatch turns into metrics, without a call: CloudWatch user guide, "Specification: Embedded
 * metric format". One line of JSON on standard output.
 */
export function metricsLine({ namespace, dimensions, figures, at }: Publication): Readonly<Record<string, unknown>> {
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: figures.map(({ name, unit }) => ({ Name: name, Unit: unit })) },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(figures.map(({ name, value }) => [name, value])),
  };
}

/** Publishes figures of this function, all of one instant. */
export function createMetrics(runtime: Pick<Runtime, "env" | "log"> & { readonly clock: Pick<Runtime["clock"], "now"> }): (...figures: readonly Figure[]) => void {
  const { namespace, dimension } = METRICS;
  const dimensions = { [dimension]: requireEnv(runtime, FUNCTION_VARIABLE) };
  return (...figures) => runtime.log(metricsLine({ namespace, dimensions, figures, at: runtime.clock.now() }));
}

/** One thing that happened, or did not. */
export const count = (name: string, value = 1): Figure => ({ name, value, unit: "Count" });
