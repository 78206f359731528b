import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Clock, Random } from "../shared/clock";
import { eventOf } from "../shared/event";
import type { Payment } from "../shared/payment";
import { isNamed, property } from "../shared/property";
import { receiptOf } from "../shared/receipt";
import { CONFLICT_ATTEMPTS, CONFLICT_PAUSE_MS } from "./budgets";

/** Where a region keeps receipts and tells events. */
export interface Destination {
  readonly region: string;
  readonly bucket: string;
  readonly topicArn: string;
}

export interface DeriveDependencies {
  readonly s3: Pick<S3Client, "send">;
  readonly sns: Pick<SNSClient, "send">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Derives what follows from a payment; each of both may be repeated at will. Rejects with the SDK's errors. */
export interface Deriver {
  /** Resolves with `there` where the receipt existed already. */
  receipt(payment: Payment): Promise<"written" | "there">;
  event(payment: Payment): Promise<void>;
}

const status = (error: unknown): unknown => property(property(error, "$metadata"), "httpStatusCode");

/** "Add preconditions to S3 operations with conditional requests" (S3 user guide): 412, the object exists. */
const exists = (error: unknown): boolean => isNamed(error, "PreconditionFailed") || status(error) === 412;
/** The same page: 409, a conflicting write is under way; to be tried again. */
const conflicts = (error: unknown): boolean => isNamed(error, "ConditionalRequestConflict") || status(error) === 409;

export function createDeriver({ s3, sns, clock, random }: DeriveDependencies, { region, bucket, topicArn }: Destination): Deriver {
  return {
    receipt: async (payment) => {
      const { key, body } = receiptOf(payment);
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json", IfNoneMatch: "*" });
      for (let attempt = 1; ; attempt += 1) {
        try {
          await s3.send(put);
          return "written";
        } catch (error) {
          if (exists(error)) return "there";
          if (!conflicts(error) || attempt >= CONFLICT_ATTEMPTS) throw error;
          await clock.sleep(random() * CONFLICT_PAUSE_MS * attempt);
        }
      }
    },
    event: async (payment) => {
      const { message, attributes } = eventOf(payment, region);
      await sns.send(new PublishCommand({ TopicArn: topicArn, Message: message, MessageAttributes: attributes }));
    },
  };
}
