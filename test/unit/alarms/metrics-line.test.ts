import { createMetrics, count, type Figure } from "../../../lambda/shared/metrics";
import { FaultBoard } from "../../../twin/kernel/faults";
import { VirtualKernel, VIRTUAL_EPOCH } from "../../../twin/kernel/virtual";
import { MetricBoard } from "../../../twin/services/cloudwatch/board";
import { takeEmbeddedMetrics } from "../../../twin/services/cloudwatch/emf";

const board = (): MetricBoard => {
  const kernel = new VirtualKernel(1);
  return new MetricBoard(kernel, new FaultBoard(kernel));
};
const minute = VIRTUAL_EPOCH / 60_000;

function written(...figures: readonly Figure[]): unknown {
  const lines: unknown[] = [];
  const clock = { now: () => 1000, sleep: async () => undefined };
  createMetrics({ env: { AWS_LAMBDA_FUNCTION_NAME: "health" }, clock, log: (line) => lines.push(line) })(...figures);
  return lines[0];
}

test("the line has the shape that CloudWatch reads: metadata under _aws, dimensions and values beside it", () => {
  expect(written(count("HealthWriteFailures", 0), { name: "HealthWriteLatency", value: 12, unit: "Milliseconds" })).toEqual({
    _aws: {
      Timestamp: 1000,
      CloudWatchMetrics: [
        {
          Namespace: "Payments",
          Dimensions: [["FunctionName"]],
          Metrics: [
            { Name: "HealthWriteFailures", Unit: "Count" },
            { Name: "HealthWriteLatency", Unit: "Milliseconds" },
          ],
        },
      ],
    },
    FunctionName: "health",
    HealthWriteFailures: 0,
    HealthWriteLatency: 12,
  });
});

test("CloudWatch takes the figures from the line", () => {
  const metrics = board();
  takeEmbeddedMetrics(metrics, "us-east-1", JSON.stringify(written(count("HealthWriteFailures"))));
  const series = metrics.find("us-east-1", { namespace: "Payments", name: "HealthWriteFailures", dimensions: { FunctionName: "health" } });
  expect(series?.at(minute)).toMatchObject({ sum: 1, count: 1 });
});

test.each([
  ["no JSON", 'broken "_aws"'],
  ["no object", '["_aws"]'],
  ["no timestamp", '{"_aws":{"CloudWatchMetrics":[]}}'],
  ["no namespace", '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Dimensions":[[]],"Metrics":[{"Name":"a"}]}]},"a":1}'],
  ["a dimension without its value", '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["d"]],"Metrics":[{"Name":"a"}]}]},"a":1}'],
  ["a value that is no number", '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[[]],"Metrics":[{"Name":"a"}]}]},"a":"1"}'],
])("a line with %s stays a log line", (_, line) => {
  const metrics = board();
  takeEmbeddedMetrics(metrics, "us-east-1", line);
  expect(metrics.list("us-east-1")).toEqual([]);
});
