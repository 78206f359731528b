import type { InvokeResult } from "./index";
import type { Pending } from "./event-source-record";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/**
 * Where a batch must be taken up again: the index of its first record that failed; undefined = all is done. "Configuring
 * partial batch response with DynamoDB and Lambda": the lowest of the reported numbers counts; a report that names
 * nothing of the batch, or an error, is a complete failure; no report, or an empty one, is a complete success.
 */
export function failedFrom({ payload, functionError }: Pick<InvokeResult, "payload" | "functionError">, batch: readonly Pending[], partial: boolean): number | undefined {
  if (functionError) return 0;
  if (!partial || !isRecord(payload)) return undefined;
  const { batchItemFailures: failures } = payload;
  if (failures === undefined || failures === null) return undefined;
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return undefined;
  const indexes = failures.map((failure: unknown) => {
    const number = isRecord(failure) ? failure["itemIdentifier"] : undefined;
    return batch.findIndex(({ sequenceNumber }) => sequenceNumber === number);
  });
  return Math.max(0, Math.min(...indexes));
}
