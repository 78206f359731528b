import { instant } from "../../../lambda/shared/clock";
import { AwsError } from "../../errors";
import { notFound, oneOf, positive, required } from "./input";
import { validation } from "./intake";
import type { Replica } from "./replica";
import type { Stream, StreamRecord } from "./stream";

interface ListStreamsInput {
  readonly TableName?: string;
  readonly Limit?: number;
  readonly ExclusiveStartStreamArn?: string;
}

interface DescribeStreamInput {
  readonly StreamArn?: string;
}

/** Streams of a region as ListStreams tells them; `LastEvaluatedStreamArn` when there are more. */
export function listStreams(input: ListStreamsInput, tables: readonly Replica[]) {
  const limit = positive(input.Limit, "Limit") ?? 100;
  const all = tables.flatMap(({ definition, stream }) =>
    stream && (input.TableName === undefined || input.TableName === definition.name)
      ? [{ StreamArn: stream.arn, TableName: definition.name, StreamLabel: stream.label }]
      : [],
  );
  const from = all.findIndex(({ StreamArn }) => StreamArn === input.ExclusiveStartStreamArn) + 1;
  const page = all.slice(from, from + limit);
  const last = page.at(-1);
  return { Streams: page, ...(last && from + limit < all.length ? { LastEvaluatedStreamArn: last.StreamArn } : {}) };
}

interface ShardIteratorInput extends DescribeStreamInput {
  readonly ShardId?: string;
  readonly ShardIteratorType?: string;
  readonly SequenceNumber?: string;
}

interface GetRecordsInput {
  readonly ShardIterator?: string;
  readonly Limit?: number;
}

function streamOf(given: string | undefined, tables: readonly Replica[]): { readonly table: Replica; readonly stream: Stream } {
  const arn = required(given, "StreamArn");
  const table = tables.find(({ stream }) => stream?.arn === arn);
  const stream = table?.stream;
  if (!table || !stream) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  return { table, stream };
}

export function describeStream(input: DescribeStreamInput, tables: readonly Replica[]) {
  const { table, stream } = streamOf(input.StreamArn, tables);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: "ENABLED",
      StreamViewType: stream.viewType,
      TableName: table.definition.name,
      Shards: [{ ShardId: SHARD_ID, SequenceNumberRange: sequenceRange(stream) }],
    },
  };
}

const ITERATOR_TYPES = ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"] as const;

/** The stream's ARN and the last sequence number that was read. Iterators of this twin do not expire (AWS's do after 15 minutes). */
const iteratorOf = ({ arn }: Stream, after: string | undefined): string => `${arn}|1|${Buffer.from(after ?? "").toString("base64url")}`;

/** The stream's ARN in an iterator; empty where it is none. */
export const streamIn = (iterator: string): string => iterator.split("|")[0] ?? "";

/** DynamoDB API reference, "GetShardIterator". */
export function getShardIterator(input: ShardIteratorInput, tables: readonly Replica[]) {
  const { stream } = streamOf(input.StreamArn, tables);
  if (required(input.ShardId, "ShardId") !== SHARD_ID) throw notFound(`Requested resource not found: Shard does not exist: ${String(input.ShardId)}`);
  const type = oneOf(required(input.ShardIteratorType, "ShardIteratorType"), "ShardIteratorType", ITERATOR_TYPES);
  if (type === "TRIM_HORIZON") return { ShardIterator: iteratorOf(stream, undefined) };
  if (type === "LATEST") return { ShardIterator: iteratorOf(stream, stream.latest) };
  const number = required(input.SequenceNumber, "SequenceNumber");
  if (!/^\d{21,40}$/.test(number)) throw validation(`Invalid SequenceNumber: ${number}`);
  const before = String(Math.max(0, Number(number) - 1)).padStart(number.length, "0");
  return { ShardIterator: iteratorOf(stream, type === "AT_SEQUENCE_NUMBER" ? before : number) };
}

/** At most 1,000 records, oldest first. DynamoDB API reference, "GetRecords". */
export function getRecords(input: GetRecordsInput, tables: readonly Replica[], region: string) {
  const [arn, , position = ""] = required(input.ShardIterator, "ShardIterator").split("|");
  const after = Buffer.from(position, "base64url").toString();
  if (!/^\d*$/.test(after)) throw validation("Invalid ShardIterator");
  const { stream } = streamOf(arn, tables);
  const limit = positive(input.Limit, "Limit") ?? MAX_RECORDS;
  if (limit > MAX_RECORDS) throw validation(`1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${MAX_RECORDS}`);
  if (after !== "" && stream.oldest !== undefined && Number(after) < Number(stream.oldest) - 1) {
    throw new AwsError("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.");
  }
  const records = stream.read(after === "" ? undefined : after, limit);
  return { Records: records.map((record) => shown(record, stream, region)), NextShardIterator: iteratorOf(stream, records.at(-1)?.sequenceNumber ?? after) };
}

const MAX_RECORDS = 1000;

const shown = ({ eventName, keys, newImage, oldImage, sequenceNumber, approximateCreation }: StreamRecord, { viewType }: Stream, awsRegion: string): object => ({
  eventID: sequenceNumber,
  eventName,
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion,
  dynamodb: {
    ApproximateCreationDateTime: instant(Math.floor(approximateCreation / 1000) * 1000),
    Keys: keys,
    ...(newImage ? { NewImage: newImage } : {}),
    ...(oldImage ? { OldImage: oldImage } : {}),
    SequenceNumber: sequenceNumber,
    StreamViewType: viewType,
  },
});

/** The one shard of a replica's stream. */
export const SHARD_ID = "shardId-00000000000000000000-00000001";

const sequenceRange = ({ oldest }: Stream): { readonly StartingSequenceNumber?: string } =>
  oldest === undefined ? {} : { StartingSequenceNumber: oldest };
