import { PAYMENTS } from "../lambda/shared/constants";
import { COUNT, type AlarmLine } from "./alarms";
import type { PaymentsTable } from "./dynamo";
import type { RegionContext } from "./regions";

const NAMESPACE = "AWS/DynamoDB";

/** UserErrors has no table dimension and could never alarm. DynamoDB developer guide, "DynamoDB metrics and dimensions". */
export const tableAlarms = (table: PaymentsTable, context: RegionContext): readonly AlarmLine[] => [
  ...["PutItem", "GetItem", "Query"].flatMap((operation) => ofOperation(table, operation)),
  ...(["Read", "Write"] as const).flatMap((kind) => [throttled(table, kind), ...INDEXES.map((index) => throttledIndex(table, kind, index))]),
  ...(table.consistency === "eventual" ? [replication(table, context)] : []),
];

const ofOperation = ({ name }: PaymentsTable, operation: string): readonly AlarmLine[] => {
  const own = { namespace: NAMESPACE, dimensions: { TableName: name, Operation: operation } };
  return [
    {
      ...COUNT,
      ...own,
      service: `payments-table-${operation.toLowerCase()}-errors`,
      severity: "page",
      means: `DynamoDB failed to ${operation}: without its quorum the replica takes no payments.`,
      runbook: "table-errors",
      metric: "SystemErrors",
      minutes: 2,
    },
    {
      ...own,
      service: `payments-table-${operation.toLowerCase()}-latency`,
      severity: "ticket",
      means: `A ${operation} takes longer than 200 ms on average, of the second that an attempt may take.`,
      runbook: "table-latency",
      metric: "SuccessfulRequestLatency",
      // DynamoDB publishes no percentiles, and its maximum says nothing about a table.
      statistic: "Average",
      minutes: 3,
      threshold: 200,
      beyond: "above",
      missing: "notBreaching",
    },
  ];
};

const throttled = ({ name }: PaymentsTable, kind: "Read" | "Write"): AlarmLine => ({
  ...COUNT,
  service: `payments-table-${kind.toLowerCase()}-throttles`,
  severity: "ticket",
  means: `The table throttles ${kind.toLowerCase()}s: a key is hot, or the load grew faster than the table.`,
  runbook: "table-throttles",
  namespace: NAMESPACE,
  metric: `${kind}ThrottleEvents`,
  dimensions: { TableName: name },
  minutes: 3,
});

const INDEXES = [
  { name: PAYMENTS.customerIndex.name, service: "customer-index", hot: "one customer has more of them" },
  { name: PAYMENTS.statusIndex.name, service: "status-index", hot: "one shard of a status has more of them" },
] as const;

/** The table's own figures leave its indexes out, and an index that takes no more holds up the table's writes. */
const throttledIndex = (table: PaymentsTable, kind: "Read" | "Write", { name, service, hot }: (typeof INDEXES)[number]): AlarmLine => ({
  ...throttled(table, kind),
  service: `payments-${service}-${kind.toLowerCase()}-throttles`,
  means: `The ${name} throttles ${kind.toLowerCase()}s: ${hot} than a partition takes.`,
  dimensions: { TableName: table.name, GlobalSecondaryIndexName: name },
});

/** Published in the region of the write, for the region that receives it; a strong table has none. */
const replication = ({ name }: PaymentsTable, { peer }: RegionContext): AlarmLine => ({
  service: "payments-table-replication-latency",
  severity: "page",
  means: `Payments reach ${peer} more than 5 s late: so much would be lost with this region.`,
  runbook: "table-replication-latency",
  namespace: NAMESPACE,
  metric: "ReplicationLatency",
  dimensions: { TableName: name, ReceivingRegion: peer },
  statistic: "Average",
  minutes: 3,
  threshold: 5000,
  beyond: "above",
  // No figures while the regions are cut off from each other: silence is no recovery.
  missing: "ignore",
});
