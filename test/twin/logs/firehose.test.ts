import { LazyText } from "../../../twin/lazy-text";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { firehose } from "../../../twin/services/firehose/index";
import { s3 } from "../../../twin/services/s3/index";
import { iam } from "../../../twin/services/iam/index";
import { newCloud } from "../route53/world";

const REGION = "us-east-1";
const ROLE = "arn:aws:iam::123456789012:role/deliverer";

function stream() {
  const kernel = new VirtualKernel(1);
  const cloud = newCloud(kernel);
  iam(cloud).putRole({ name: "deliverer", arn: ROLE, trust: '{"Version":"2012-10-17","Statement":[]}', maxSessionSeconds: 3600 });
  iam(cloud).putRolePolicy("deliverer", "p", JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::b/*"] }] }));
  s3(cloud, REGION).createBucket("b");
  firehose(cloud, REGION).create({ name: "s", arn: "s", roleArn: ROLE, bucket: "b", prefix: "", extension: "", intervalSeconds: 5, bufferBytes: 100 });
  const bodies = (): readonly string[] => s3(cloud, REGION).objects("b").map(({ body }) => Buffer.from(body).toString("utf8"));
  return { cloud, to: firehose(cloud, REGION).stream("s"), bodies, until: (ms: number) => kernel.run({ untilMs: kernel.now() + ms }) };
}

test("a buffer is full by what texts are, not by what they might be at most", async () => {
  const { to, bodies, until } = stream();
  to.put(new LazyText(() => "short", 10_000));
  await until(1);
  expect(bodies()).toEqual([]);
  await until(5_000);
  expect(bodies()).toEqual(["short\n"]);
  to.put(new LazyText(() => "l".repeat(100), 10_000));
  await until(1);
  expect(bodies()).toHaveLength(2);
});

test("texts are put together not before their object, and once", async () => {
  const { to, bodies, until } = stream();
  let made = 0;
  for (const text of ["one", "two"]) to.put(new LazyText(() => (made += 1, text), 10));
  await until(4_000);
  expect(made).toBe(0);
  await until(2_000);
  expect([bodies(), bodies(), made]).toEqual([["one\ntwo\n"], ["one\ntwo\n"], 2]);
});

test("whoever reads a batch's answer finds an id for each record, the same ones again", async () => {
  const { cloud } = stream();
  const answer = await cloud.call({ region: REGION, service: "firehose", operation: "PutRecordBatch" }, { DeliveryStreamName: "s", Records: [{ Data: "a" }, { Data: Buffer.from("b") }] }, {});
  const { RequestResponses } = answer as { readonly RequestResponses: readonly { readonly RecordId: string }[] }; // the operation's answer
  expect(new Set(RequestResponses.map(({ RecordId }) => RecordId)).size).toBe(2);
  expect(answer).toEqual({ FailedPutCount: 0, RequestResponses });
});
