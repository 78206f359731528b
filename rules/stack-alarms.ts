/** Alarms that look for a metric where it is not published: they never have data. CloudWatch user guide, "Regions". */
import { allOf, fields, list, object, TYPES, type Declared, type StackRule } from "./stack";

/** Where a resource's metrics are published: its own region, and those of a global table's replicas. */
const metricRegions = ({ region, values }: Declared): readonly string[] => [
  ...(region === undefined ? [] : [region]),
  ...list(values["replicas"]).flatMap((replica) => {
    const name = fields(replica)["regionName"];
    return typeof name === "string" ? [name] : [];
  }),
];

/** An alarm on a metric of resources of the stack (a replication has two) stands in a region where one of them publishes. */
export const alarmsWhereMetricsAre: StackRule = (stack) => {
  const byUrn = new Map(stack.map((resource) => [resource.urn, resource]));
  return allOf(stack, TYPES.alarm).flatMap((alarm) => {
    const measured = (alarm.references["dimensions"] ?? []).flatMap((urn) => byUrn.get(urn) ?? []);
    const regions = [...new Set(measured.flatMap(metricRegions))];
    if (alarm.region === undefined || regions.length === 0 || regions.includes(alarm.region)) return [];
    const names = measured.map(({ name }) => name).join(", ");
    const message = `watches ${names}, whose metrics are in ${regions.join(", ")}, from ${alarm.region}, where they never are; give it the provider of ${regions[0] ?? ""}`;
    return [object(alarm, "cloudwatch.metric-region", "dimensions", message)];
  });
};
