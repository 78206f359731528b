import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { ENV, REGION_VARIABLE } from "../shared/constants";
import { createLog, errorFields, type Log } from "../shared/log";
import { requireEnv, type Runtime } from "../shared/runtime";
import { DERIVE_BUDGET, PARALLEL, RECORD_LIMIT_MS } from "./budgets";
import { createDeriver } from "./derive";
import { failures, workOf, type BatchResponse, type StreamEvent, type StreamRecord } from "./logic";

export interface NotifyContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis(): number;
}

export type NotifyHandler = (event: StreamEvent, context: NotifyContext) => Promise<BatchResponse>;

/**
 * Receipt and event of every new payment. Records are worked on side by side and each on its own: one that fails, or
 * that nobody can read, is reported and holds up no other. Never rejects because of a record.
 */
export function createHandler(runtime: Runtime): NotifyHandler {
  const { clock, random } = runtime;
  const region = requireEnv(runtime, REGION_VARIABLE);
  const destination = { region, bucket: requireEnv(runtime, ENV.RECEIPTS_BUCKET), topicArn: requireEnv(runtime, ENV.EVENTS_TOPIC_ARN) };
  const deriver = createDeriver(
    { s3: runtime.client(S3Client, DERIVE_BUDGET), sns: runtime.client(SNSClient, DERIVE_BUDGET), clock, random },
    destination,
  );

  /** False where the record must come again. */
  const done = async (record: StreamRecord, log: Log): Promise<boolean> => {
    const sequenceNumber = record.dynamodb?.SequenceNumber;
    const work = workOf(record);
    if (work.kind === "ignored") return true;
    if (work.kind === "unreadable") {
      log.error("record not readable", { sequenceNumber, reason: work.reason });
      return false;
    }
    const { paymentId } = work.payment;
    try {
      const receipt = await deriver.receipt(work.payment);
      await deriver.event(work.payment);
      log.info("payment notified", { paymentId, receipt });
      return true;
    } catch (error) {
      log.error("payment not notified", { paymentId, sequenceNumber, ...errorFields(error) });
      return false;
    }
  };

  return async ({ Records: records = [] }, context) => {
    const log = createLog(runtime, { function: "notify", requestId: context.awsRequestId });
    const failed = new Set<StreamRecord>();
    const queue = [...records];
    const worker = async (): Promise<void> => {
      for (let record = queue.shift(); record; record = queue.shift()) {
        const inTime = context.getRemainingTimeInMillis() >= RECORD_LIMIT_MS;
        if (!inTime || !(await done(record, log))) failed.add(record);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, queue.length) }, worker));
    return failures(records.filter((record) => failed.has(record)));
  };
}
