import { isoTime } from "../../../lambda/shared/clock";
import type { Cloud } from "../../cloud";
import { SHARD_ID } from "../dynamodb/stream-operations";
import type { EventSourceSpec } from "./event-source";
import type { Pending } from "./event-source-record";

/** Why records are given up. Lambda developer guide, "Retain discarded records"; the name of the second is assumed. */
export type Condition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

/** Where and how the records of a batch are kept in a bucket. */
export interface DiscardedBatch {
  readonly key: string;
  readonly body: string;
}

/**
 * The object that Lambda writes for discarded records: their place in the stream and, in S3 alone, the records themselves.
 * Source: "Retaining discarded batches for a DynamoDB event source in Lambda".
 */
export function discardedBatch(spec: EventSourceSpec, batch: readonly Pending[], condition: Condition, attempts: number, id: string, now: number): DiscardedBatch {
  const [first, last] = [batch[0], batch.at(-1)];
  const at = isoTime(now);
  const day = at.slice(0, 10);
  const body = {
    requestContext: { requestId: id, functionArn: spec.functionArn, condition, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: null },
    version: "1.0",
    timestamp: at,
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: isoTime(first?.createdAt ?? now),
      approximateArrivalOfLastRecord: isoTime(last?.createdAt ?? now),
      batchSize: batch.length,
      streamArn: spec.streamArn,
    },
    payload: JSON.stringify({ Records: batch.map(({ event }) => event) }),
  };
  const time = at.slice(11, 19).replaceAll(":", ".");
  return { key: `aws/lambda/${spec.uuid}/${SHARD_ID}/${day.replaceAll("-", "/")}/${day}T${time}-${id}`, body: JSON.stringify(body) };
}

/** Puts discarded records into the failure destination, as the function's role. False where that fails: they are gone. */
export async function keepDiscarded(cloud: Cloud, spec: EventSourceSpec, { key, body }: DiscardedBatch): Promise<boolean> {
  const { region, role, failureBucket } = spec;
  if (failureBucket === undefined) return false;
  const put = { Bucket: failureBucket, Key: key, Body: body, ContentType: "application/json" };
  try {
    await cloud.call({ region, service: "s3", operation: "PutObject", from: region }, put, { region, principal: role });
    return true;
  } catch (error) {
    cloud.kernel.record("lambda.event-source.undelivered", { region, function: spec.functionName, error: String(error) });
    return false;
  }
}
