import type { Filter } from "../../../rules/lambda-filter";
import type { Stream, StreamRecord } from "../dynamodb/stream";

/** A record on its way to a function. */
export interface Pending {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** As the function sees it. Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB". */
  readonly event: Readonly<Record<string, unknown>>;
}

/** The record as a function sees it; undefined where no filter lets it pass (none = all pass). */
export function pending(record: StreamRecord, { viewType }: Stream, eventSourceARN: string, awsRegion: string, filters: readonly Filter[]): Pending | undefined {
  const { eventName, keys, newImage, oldImage, sequenceNumber, approximateCreation } = record;
  const dynamodb: Record<string, unknown> = { ApproximateCreationDateTime: Math.floor(approximateCreation / 1000), Keys: keys };
  if (newImage) dynamodb["NewImage"] = newImage;
  if (oldImage) dynamodb["OldImage"] = oldImage;
  dynamodb["SequenceNumber"] = sequenceNumber;
  dynamodb["StreamViewType"] = viewType;
  const event = { eventID: sequenceNumber, eventName, eventVersion: "1.1", eventSource: "aws:dynamodb", awsRegion, dynamodb, eventSourceARN };
  if (filters.length > 0 && !filters.some((passes) => passes(event))) return undefined;
  return { sequenceNumber, createdAt: approximateCreation, event };
}

/** Which of `lanes` a record belongs to: changes of one item stay in one lane, so in their order. */
export function laneOf({ keys }: StreamRecord, lanes: number): number {
  if (lanes === 1) return 0;
  const text = JSON.stringify(keys);
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0) % lanes;
}
