import { randomUUID } from "node:crypto";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { IDEMPOTENCY_HEADER } from "../../lambda/shared/constants";
import type { Payment } from "../../lambda/shared/payment";
import { eventually, openTarget, primaryServes } from "../helpers/target";

const target = openTarget();
const { hostnames, regions, bucketNames, logBucketNames, alarmArns, alertTopicArns, eventTopicArns } = target.outputs;
const REGIONS = [regions.primary, regions.secondary];
/** Seconds from a payment to its receipt in both regions: stream, function, object. */
const DERIVED_SECONDS = 30;

const s3 = (region: string): S3Client => target.client("s3", S3Client, region);
const key = `integration-${randomUUID()}`;
let payment: Payment;

/** `receipts/2026/11/21/pay_….json`, as docs and operators know it. */
const receiptKey = ({ createdAt, paymentId }: Payment): string => `receipts/${createdAt.slice(0, 10).replaceAll("-", "/")}/${paymentId}.json`;

async function receipt(region: string): Promise<string> {
  const { Body } = await s3(region).send(new GetObjectCommand({ Bucket: bucketNames[region]?.receipts ?? "", Key: receiptKey(payment) }));
  return (await Body?.transformToString()) ?? "";
}

beforeAll(async () => {
  await primaryServes(target);
  const fields = { customerId: key, amount: 990, currency: "SEK", reference: "derived" };
  const headers = { "content-type": "application/json", [IDEMPOTENCY_HEADER]: key };
  const pay = () => target.ask(hostnames.failover, { method: "POST", target: "/payments", headers, body: JSON.stringify(fields) });
  payment = (await eventually(30, pay, ({ status }) => status === 201 || status === 200)).body as unknown as Payment; // the answer to both
}, 120_000);
afterAll(() => target.close());

describe(`what is derived from a payment (${target.kind})`, () => {
  test.each(REGIONS)("its receipt is in the bucket of %s within seconds, with the payment's facts", async (region) => {
    const text = await eventually(DERIVED_SECONDS, () => receipt(region), (found) => found !== "");
    expect(JSON.parse(text)).toEqual({
      format: 1,
      paymentId: payment.paymentId,
      customerId: key,
      amount: 990,
      currency: "SEK",
      reference: "derived",
      acceptedIn: regions.primary,
      acceptedAt: payment.createdAt,
    });
  });

  test("both regions derived the same bytes, each encrypted with its own region's key", async () => {
    const [first, second] = await Promise.all(REGIONS.map(receipt));
    expect(first).toBe(second);
    for (const region of REGIONS) {
      const head = await s3(region).send(new HeadObjectCommand({ Bucket: bucketNames[region]?.receipts ?? "", Key: receiptKey(payment) }));
      expect(head.ServerSideEncryption).toBe("aws:kms");
      expect(head.SSEKMSKeyId).toContain(`:${region}:`);
    }
  });
});

describe("what both regions log", () => {
  /** Firehose gathers for some seconds before it writes. */
  const DELIVERED_SECONDS = 90;
  const startedAt = new Date();

  /** All that was delivered to a region's log bucket since the tests began. */
  async function delivered(region: string): Promise<string> {
    const Bucket = logBucketNames[region] ?? "";
    const { Contents = [] } = await s3(region).send(new ListObjectsV2Command({ Bucket, Prefix: "logs/" }));
    const fresh = Contents.filter(({ LastModified }) => LastModified !== undefined && LastModified >= startedAt);
    const texts = fresh.map(async ({ Key }) => (await s3(region).send(new GetObjectCommand({ Bucket, Key: Key ?? "" }))).Body?.transformToString());
    return (await Promise.all(texts)).join("\n");
  }

  test.each(REGIONS)("a line of a function of %s comes to the central bucket in the secondary", async (region) => {
    const group = `/aws/lambda/payments-notify-${region}-${target.outputs.environment}`;
    const lines = await eventually(DELIVERED_SECONDS, () => delivered(regions.secondary), (found) => found.includes(group) && found.includes(payment.paymentId));
    expect(lines).toContain(payment.paymentId);
    // A payer's data is in no log.
    expect(lines).not.toContain(`"${key}"`);
  }, 120_000);
});

describe("whom an alarm wakes", () => {
  const regionOf = (arn: string): string => arn.split(":")[3] ?? "";
  const nameOf = (arn: string): string => arn.split(":").slice(6).join(":");
  const alarmRegions = [...new Set(alarmArns.map(regionOf))];

  test.each(alarmRegions)("every alarm of %s is there and tells that region's alert topic", async (region) => {
    const names = alarmArns.filter((arn) => regionOf(arn) === region).map(nameOf);
    const client = target.client("cloudwatch", CloudWatchClient, region);
    const found = new Map<string, readonly string[]>();
    // DescribeAlarms answers 50 alarms at a time unless asked for more.
    for (let start = 0; start < names.length; start += 50) {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: names.slice(start, start + 50) }));
      for (const { AlarmName, AlarmActions } of MetricAlarms) found.set(AlarmName ?? "", AlarmActions ?? []);
    }
    expect(names.length).toBeGreaterThan(0);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(names.map((name) => [name, [alertTopicArns[region]]])));
  });

  test.each(REGIONS)("alerts and events of %s are encrypted with a key of the stack, not with AWS's, which alarms could not use", async (region) => {
    for (const TopicArn of [alertTopicArns[region], eventTopicArns[region]]) {
      const { Attributes } = await target.client("sns", SNSClient, region).send(new GetTopicAttributesCommand({ TopicArn: TopicArn ?? "" }));
      expect(Attributes?.["KmsMasterKeyId"]).toMatch(new RegExp(`^arn:aws:kms:${region}:`));
    }
  });
});
