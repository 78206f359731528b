import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { HEALTH_BUDGET, HEALTH_DEADLINE_MS } from "./budgets";
import { isoTime } from "./clock";
import { ENV, METRICS, PAYMENTS, REGION_VARIABLE, RESERVED_PREFIXES } from "./constants";
import { within } from "./deadline";
import { errorFields } from "./log";
import { count, createMetrics } from "./metrics";
import { endingOf } from "./outcome";
import { requireEnv, type Runtime } from "./runtime";
import { createVerdict, type Reading, type WriteAnswer } from "./verdict";

/**
 * Whether this region can take payments: a write through the table's quorum, since a replica that is cut off from the
 * others still reads. Each region writes its own item, so that the two never conflict; it has no index keys.
 */
export function createTableVerdict(runtime: Runtime): () => Promise<Reading> {
  const { clock } = runtime;
  const tableName = requireEnv(runtime, ENV.TABLE_NAME);
  const region = requireEnv(runtime, REGION_VARIABLE);
  const publish = createMetrics(runtime);
  const client = runtime.client(DynamoDBClient, HEALTH_BUDGET);

  const write = async (): Promise<WriteAnswer> => {
    const item = { [PAYMENTS.hashKey]: { S: RESERVED_PREFIXES.health + region }, writtenAt: { S: isoTime(clock.now()) } };
    const start = clock.now();
    try {
      const put = client.send(new PutItemCommand({ TableName: tableName, Item: item }));
      await within(clock, HEALTH_DEADLINE_MS, "the health write", put);
      publish(count(METRICS.healthWriteFailures, 0), { name: METRICS.healthWriteLatency, value: clock.now() - start, unit: "Milliseconds" });
      return "done";
    } catch (error) {
      const answer = endingOf(error) === "silent" ? "silent" : "failed";
      publish(count(METRICS.healthWriteFailures));
      runtime.log({ level: "error", message: "health write", answer, ...errorFields(error) });
      return answer;
    }
  };
  return createVerdict(clock, write);
}
