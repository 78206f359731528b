import type { MetricBoard } from "./board";

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Metrics in a log line. CloudWatch user guide, "Specification: Embedded metric format": a line that does not keep to
 * it stays a log line, without a word. Most lines have none, so the first look is cheap.
 */
export function takeEmbeddedMetrics(board: MetricBoard, region: string, line: string): void {
  // Without the quote in front, of which lines are full: the search jumps from one underscore to the next.
  if (!line.includes('_aws"')) return;
  const root = parsed(line);
  const metadata = root?.["_aws"];
  if (!root || !isRecord(metadata) || typeof metadata["Timestamp"] !== "number") return;
  for (const directive of list(metadata["CloudWatchMetrics"])) {
    if (isRecord(directive)) publish(board, region, root, directive);
  }
}

function publish(board: MetricBoard, region: string, root: Readonly<Record<string, unknown>>, { Namespace, Dimensions, Metrics }: Directive): void {
  if (typeof Namespace !== "string") return;
  for (const names of list(Dimensions)) {
    const dimensions = Object.fromEntries(list(names).map((name) => [String(name), String(root[String(name)])]));
    if (Object.keys(dimensions).some((name) => root[name] === undefined)) continue;
    for (const metric of list(Metrics)) {
      const name = isRecord(metric) ? metric["Name"] : undefined;
      if (typeof name !== "string") continue;
      for (const value of [root[name]].flat()) {
        if (typeof value === "number") board.put(region, Namespace, name, dimensions, value);
      }
    }
  }
}
