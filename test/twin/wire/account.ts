import type { Cloud } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { RealKernel } from "../../../twin/kernel/real";
import { credentials } from "../../../twin/services/auth/index";
import { cloudwatch } from "../../../twin/services/cloudwatch/index";
import { createTable } from "../../../twin/services/dynamodb/index";
import { iam } from "../../../twin/services/iam/index";
import { kms } from "../../../twin/services/kms/index";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { logs } from "../../../twin/services/logs/index";
import { s3 } from "../../../twin/services/s3/index";
import { sns } from "../../../twin/services/sns/index";
import { sts } from "../../../twin/services/sts/index";
import { orders } from "../dynamodb/cloud";
import { ACCOUNT, makeCloud, REGION } from "../lambda/support";

export { REGION } from "../lambda/support";

export const BUCKET = "documents-bucket";
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
export const GROUP = "/aws/lambda/f";
export const ALARM = "errors";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/operator`;
const ANNA = `arn:aws:iam::${ACCOUNT}:user/anna`;

export interface Account {
  readonly cloud: Cloud;
  readonly url: string;
  /** A user's own access key, who may assume {@link ROLE}. */
  readonly user: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

/** A region behind its AWS endpoint, with one thing of each kind: table `orders` with a stream, bucket, topic, log group, alarm, key, role. */
export async function openAccount(): Promise<Account> {
  const kernel = new RealKernel(1, (error) => {
    throw error;
  });
  const cloud: Cloud = makeCloud(kernel, new InProcessHost(() => cloud));
  createTable(cloud, orders("regional", { stream: true }));
  s3(cloud, REGION).createBucket(BUCKET).versioning = "Enabled";
  sns(cloud, REGION).createTopic({ arn: TOPIC, name: "alerts" });
  sns(cloud, REGION).subscribe({ arn: `${TOPIC}:1`, topicArn: TOPIC, protocol: "email", endpoint: "ops@example.com" });
  logs(cloud, REGION).createGroup({ name: GROUP, arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}` });
  logs(cloud, REGION).append(GROUP, '{"level":"error","n":1}', "stream");
  cloudwatch(cloud, REGION).putAlarm({
    name: ALARM, arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${ALARM}`, metric: { namespace: "App", name: "Errors", dimensions: { Function: "f" } },
    statistic: "Sum", period: 60, evaluationPeriods: 1, datapointsToAlarm: 1, comparison: "GreaterThanThreshold", threshold: 2.5, missing: "notBreaching",
    actionsEnabled: true, actions: { OK: [], ALARM: [TOPIC], INSUFFICIENT_DATA: [] },
  });
  kms(cloud, REGION).createKey({ keyId: "key", arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/key`, description: "", enabled: true, policy: "" });
  sts(cloud, REGION);
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: ANNA }, Action: "sts:AssumeRole" }] };
  iam(cloud).putRole({ name: "operator", arn: ROLE, trust: JSON.stringify(trust), maxSessionSeconds: 3600 });
  const user = credentials(cloud).createAccessKey(ANNA);
  const wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
  return { cloud, url: wire.url, user, close: async () => (await wire.stop(), kernel.stop()) };
}
