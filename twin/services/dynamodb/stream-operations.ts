import { notFound, positive, required } from "./input";
import type { Replica } from "./replica";
import type { Stream } from "./stream";

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

export function describeStream(input: DescribeStreamInput, tables: readonly Replica[]) {
  const arn = required(input.StreamArn, "StreamArn");
  const table = tables.find(({ stream }) => stream?.arn === arn);
  const stream = table?.stream;
  if (!table || !stream) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
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

/** The one shard of a replica's stream. */
export const SHARD_ID = "shardId-00000000000000000000-00000001";

const sequenceRange = ({ oldest }: Stream): { readonly StartingSequenceNumber?: string } =>
  oldest === undefined ? {} : { StartingSequenceNumber: oldest };
