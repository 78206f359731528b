import { PAYMENTS, RESERVED_PREFIXES } from "../shared/constants";
import type { Payment } from "../shared/payment";
import { derivable } from "../shared/receipt";
import { UnreadableItem, type Item } from "../shared/table";

/** A stream record as Lambda hands it over. Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB". */
export interface StreamRecord {
  readonly eventName?: string;
  readonly dynamodb?: {
    readonly Keys?: Item;
    readonly NewImage?: Item;
    readonly SequenceNumber?: string;
  };
}

export interface StreamEvent {
  readonly Records?: readonly StreamRecord[];
}

/** What a function answers that reports failed records. "Configuring partial batch response with DynamoDB and Lambda". */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What a record asks for: a payment to derive from, nothing, or something that nobody can read. */
export type Work =
  | { readonly kind: "payment"; readonly payment: Payment }
  | { readonly kind: "ignored" }
  | { readonly kind: "unreadable"; readonly reason: string };

const reserved = (id: string): boolean => Object.values(RESERVED_PREFIXES).some((prefix) => id.startsWith(prefix));

/** Inserts of payments alone; the mapping's filter says the same, but a mapping can be changed by hand. */
export function workOf({ eventName, dynamodb }: StreamRecord): Work {
  if (eventName !== "INSERT") return { kind: "ignored" };
  if (reserved(dynamodb?.Keys?.[PAYMENTS.hashKey]?.S ?? "")) return { kind: "ignored" };
  try {
    return { kind: "payment", payment: derivable(dynamodb?.NewImage ?? {}) };
  } catch (error) {
    if (error instanceof UnreadableItem) return { kind: "unreadable", reason: error.message };
    throw error;
  }
}

/** The failed records' numbers, oldest first: Lambda goes on from the lowest, so what comes after it is repeated too. */
export const failures = (records: readonly StreamRecord[]): BatchResponse => ({
  batchItemFailures: records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? "" })),
});
