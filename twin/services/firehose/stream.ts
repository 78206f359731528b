import { isoTime } from "../../../lambda/shared/clock";
import type { Cloud } from "../../cloud";
import { within } from "../../kernel/kernel";
import { LazyText, lengthOf, textOf, type Text } from "../../lazy-text";

export interface DeliverySpec {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly bucket: string;
  readonly prefix: string;
  /** With its dot. */
  readonly extension: string;
  readonly intervalSeconds: number;
  readonly bufferBytes: number;
  readonly keyArn?: string;
  /** Its own error log. */
  readonly errorLog?: { readonly group: string; readonly stream: string };
}

/** What has become of what a stream took. */
export interface DeliveryFigures {
  readonly objects: number;
  readonly waitingRecords: number;
  /** Given up for the twin's memory. */
  readonly droppedRecords: number;
}

const ATTEMPT_MS = 10_000;
const RETRY_MS = 10_000;
/** The twin's own bound for what waits: beyond it the oldest are dropped, and counted. AWS keeps 24 hours. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** "Custom prefixes for Amazon S3 objects": times in UTC. */
export function prefixAt(prefix: string, at: number): string {
  const [year = "", month = "", day = "", hour = ""] = isoTime(at).split(/[-T:]/);
  const parts: Readonly<Record<string, string>> = { yyyy: year, MM: month, dd: day, HH: hour };
  const formatted = (format: string): string => format.replace(/yyyy|MM|dd|HH/g, (part) => parts[part] ?? part);
  return prefix.includes("!{") ? prefix.replace(/!\{timestamp:([^}]*)\}/g, (_, format: string) => formatted(format)) : `${prefix}${formatted("yyyy/MM/dd/HH/")}`;
}

const total = (texts: readonly Text[]): number => texts.reduce((sum, text) => sum + lengthOf(text), 0);

/** A delivery stream: gathers records and puts them into its bucket as its role, one object for each interval. */
export class DeliveryStream {
  private waiting: Text[] = [];
  /** Of what waits: at most, or exactly. */
  private bytes = 0;
  private exact = true;
  private scheduled = false;
  private objects = 0;
  private dropped = 0;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
    readonly spec: DeliverySpec,
  ) {}

  put(data: Text): void {
    this.waiting.push(data);
    this.bytes += lengthOf(data);
    if (typeof data !== "string") this.exact = false;
    if (!this.exact && this.bytes >= Math.min(this.spec.bufferBytes, MAX_WAITING_BYTES)) this.measure();
    if (this.bytes > MAX_WAITING_BYTES) this.shed();
    this.schedule(this.bytes >= this.spec.bufferBytes ? 0 : this.spec.intervalSeconds * 1000);
  }

  figures(): DeliveryFigures {
    return { objects: this.objects, waitingRecords: this.waiting.length, droppedRecords: this.dropped };
  }

  /** The buffer may be full. */
  private measure(): void {
    this.waiting = this.waiting.map(textOf);
    this.bytes = total(this.waiting);
    this.exact = true;
  }

  private shed(): void {
    const half = this.waiting.splice(0, Math.ceil(this.waiting.length / 2));
    this.dropped += half.length;
    this.bytes -= total(half);
  }

  private schedule(ms: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.cloud.kernel.spawn(ms, async () => {
      const done = await this.deliver();
      this.scheduled = false;
      if (this.waiting.length > 0) this.schedule(done ? this.spec.intervalSeconds * 1000 : RETRY_MS);
    });
  }

  private async deliver(): Promise<boolean> {
    const { kernel, faults } = this.cloud;
    if (faults.outage(this.region)) return false;
    const batch = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    this.exact = true;
    try {
      const answer = await within(kernel, ATTEMPT_MS, this.write(batch));
      if (!answer.timedOut) {
        this.objects += 1;
        return true;
      }
    } catch (error) {
      this.complain(error);
    }
    this.waiting = [...batch, ...this.waiting];
    this.bytes = total(this.waiting);
    this.exact = false;
    return false;
  }

  private write(batch: readonly Text[]): Promise<unknown> {
    const { name, bucket, prefix, extension, keyArn } = this.spec;
    const { kernel } = this.cloud;
    const now = kernel.now();
    const time = isoTime(now).slice(0, 19).replace(/[T:]/g, "-");
    const Key = `${prefixAt(prefix, now)}${name}-1-${time}-${kernel.random("firehose/objects").id(16)}${extension}`;
    const encryption = keyArn === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn };
    const Body = new LazyText(() => `${batch.map(textOf).join("\n")}\n`, total(batch) + batch.length);
    const input = { Bucket: bucket, Key, Body, ...encryption };
    return this.as("s3", "PutObject", input);
  }

  /** Into its own log group, like "Monitor Amazon Data Firehose using CloudWatch Logs". */
  private complain(error: unknown): void {
    const { errorLog, arn, bucket } = this.spec;
    const message = JSON.stringify({ deliveryStreamARN: arn, destination: `arn:aws:s3:::${bucket}`, message: String(error), errorCode: error instanceof Error ? error.name : "Unknown" });
    this.cloud.kernel.record("firehose.failed", { region: this.region, stream: this.spec.name, why: String(error) });
    if (!errorLog) return;
    const input = { logGroupName: errorLog.group, logStreamName: errorLog.stream, logEvents: [{ timestamp: this.cloud.kernel.now(), message }] };
    this.as("logs", "PutLogEvents", input).catch(() => undefined);
  }

  private as(service: string, operation: string, input: object): Promise<unknown> {
    return this.cloud.call({ region: this.region, service, operation, from: this.region }, input, { principal: this.spec.roleArn, region: this.region });
  }
}
