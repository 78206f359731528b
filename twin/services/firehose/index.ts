import { remembered } from "../../../rules/remembered";
import type { AccessRules, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import type { Text } from "../../lazy-text";
import { DeliveryStream, type DeliverySpec } from "./stream";

export type { DeliveryFigures, DeliverySpec } from "./stream";

interface StreamInput {
  readonly DeliveryStreamName?: string;
}

interface RecordInput {
  readonly Data?: Text | Uint8Array;
}

const dataOf = ({ Data = "" }: RecordInput): Text => (Data instanceof Uint8Array ? Buffer.from(Data).toString("utf8") : Data);

interface Receipt {
  readonly RecordId: string;
}

/** Records of a batch. Firehose API reference, "PutRecordBatch". */
const MAX_RECORDS = 500;

/**
 * Firehose of one region: streams into S3, a record for a line. Not modelled: compression, transformations, other
 * destinations, quotas of a stream's throughput.
 */
export class Firehose {
  private readonly streams = new Map<string, DeliveryStream>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    const operations = {
      ListDeliveryStreams: () => ({ DeliveryStreamNames: [...this.streams.keys()].sort(), HasMoreDeliveryStreams: false }),
      PutRecord: (input: StreamInput & { readonly Record?: RecordInput }) => {
        this.take(input, [input.Record ?? {}]);
        return this.receipt();
      },
      PutRecordBatch: (input: StreamInput & { readonly Records?: readonly RecordInput[] }) => {
        const { Records = [] } = input;
        this.take(input, Records);
        return this.batchAnswer(Records.length);
      },
    };
    cloud.publish("firehose", region, operations, this.access());
  }

  create(spec: DeliverySpec): void {
    this.streams.set(spec.name, new DeliveryStream(this.cloud, this.region, spec));
  }

  /** Throws ResourceNotFoundException. */
  stream(name: string): DeliveryStream {
    const stream = this.streams.get(name);
    if (!stream) throw new AwsError("ResourceNotFoundException", `Firehose ${name} under account ${this.cloud.accountId} not found.`);
    return stream;
  }

  private take({ DeliveryStreamName = "" }: StreamInput, records: readonly RecordInput[]): void {
    const stream = this.stream(DeliveryStreamName);
    if (records.length === 0 || records.length > MAX_RECORDS) throw new AwsError("InvalidArgumentException", `Records: got ${records.length}; allowed 1..${MAX_RECORDS}`);
    for (const record of records) stream.put(dataOf(record));
  }

  /** Ids are drawn for who reads them: CloudWatch Logs, which sends the most, does not. */
  private batchAnswer(count: number): { readonly FailedPutCount: number; readonly RequestResponses: readonly Receipt[] } {
    const draw = (): readonly Receipt[] => Array.from({ length: count }, () => this.receipt());
    let receipts: readonly Receipt[] | undefined;
    return {
      FailedPutCount: 0,
      get RequestResponses() {
        return (receipts ??= draw());
      },
    };
  }

  private receipt(): Receipt {
    return { RecordId: this.cloud.kernel.random("firehose/records").id(32) };
  }

  /** Service authorization reference, "Amazon Kinesis Firehose". */
  private access(): AccessRules {
    const arnOf = remembered((name) => `arn:aws:firehose:${this.region}:${this.cloud.accountId}:deliverystream/${name}`);
    const on = (action: string) => ({ DeliveryStreamName = "" }: StreamInput) => [{ action, resource: arnOf(DeliveryStreamName) }];
    return {
      needs: {
        ListDeliveryStreams: () => [{ action: "firehose:ListDeliveryStreams", resource: "*" }],
        PutRecord: on("firehose:PutRecord"),
        PutRecordBatch: on("firehose:PutRecordBatch"),
      },
    };
  }
}

/** Firehose of a region, made on first use. */
export const firehose = (cloud: Cloud, region: string): Firehose => cloud.service("firehose", region, () => new Firehose(cloud, region));
