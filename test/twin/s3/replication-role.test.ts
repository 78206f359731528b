import { PutObjectCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import { replicate, type ReplicationEnd } from "../../../lib/policies/buckets";
import { iam } from "../../../twin/services/iam/index";
import { s3 } from "../../../twin/services/s3/index";
import { ACCOUNT } from "../lambda/support";
import { EAST, keyArn, OHIO, pair, rule, type World } from "./support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/replicator`;
const end = (region: string, bucket: string): ReplicationEnd => ({ region, bucketArns: [`arn:aws:s3:::${bucket}`], keyArn: keyArn(region) });

interface Spoilt {
  /** Statements of the program's own policy that are forgotten, by their Sid. */
  readonly without?: readonly string[];
  readonly trusts?: string;
}

/** East replicates to Ohio as a role with the program's own policy; both keys leave it to the account's policies. */
function world({ without = [], trusts = "s3.amazonaws.com" }: Spoilt = {}): World {
  const made = pair();
  const account = iam(made.cloud);
  const document = (Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  account.putRole({ name: "replicator", arn: ROLE, trust: document([{ Effect: "Allow", Principal: { Service: trusts }, Action: "sts:AssumeRole" }]), maxSessionSeconds: 3600 });
  account.putRolePolicy("replicator", "p", document(replicate(end(EAST, "east"), end(OHIO, "ohio")).filter(({ Sid }) => !without.includes(String(Sid)))));
  for (const region of [EAST, OHIO]) {
    account.putResourcePolicy(keyArn(region), document([{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }]), "key");
  }
  made.east.replicate([rule("ohio", { replicaKeyArn: keyArn(OHIO) })], ROLE);
  return made;
}

const put = ({ client }: World, Key: string, more: object = {}) => client(EAST).send(new PutObjectCommand({ Bucket: "east", Key, Body: "hello", ...more }));

const pass = async ({ kernel }: World, seconds: number): Promise<void> => {
  kernel.after(seconds * 1000, () => undefined);
  await kernel.run({ untilMs: kernel.now() + seconds * 1000 });
};

test("receipts are copied with their tags and delete markers under the policy that the program gives the role", async () => {
  const made = world();
  await put(made, "a", { Tagging: "state=paid" });
  await pass(made, 60);
  expect(made.ohio.current("a")?.tags).toEqual({ state: "paid" });
  await made.client(EAST).send(new DeleteObjectCommand({ Bucket: "east", Key: "a" }));
  await pass(made, 60);
  expect(made.ohio.current("a")).toBeUndefined();
});

test.each<[string, Spoilt, string]>([
  ["the configuration cannot be read", { without: ["ReadConfiguration"] }, "s3:GetReplicationConfiguration"],
  ["versions cannot be read", { without: ["ReadVersions"] }, "s3:GetObjectVersionForReplication"],
  ["replicas cannot be written", { without: ["WriteReplicas"] }, "s3:ReplicateObject"],
  ["the source's key is not granted", { without: ["DecryptSource"] }, "kms:Decrypt"],
  ["the target's key is not granted", { without: ["EncryptReplicas"] }, "kms:Encrypt"],
  ["the role trusts another service", { trusts: "lambda.amazonaws.com" }, "does not trust"],
])("a receipt stays in one region when %s: FAILED, counted, and alarms can see it", async (_, spoilt, says) => {
  const made = world(spoilt);
  const problems: string[] = [];
  made.kernel.observe(({ kind, data }) => void (kind === "s3.replicated" && problems.push(String(data["problem"]))));
  await put(made, "a");
  await pass(made, 130);
  expect(made.ohio.current("a")).toBeUndefined();
  expect(made.east.current("a")?.replication).toBe("FAILED");
  expect(s3(made.cloud, EAST).replication("east")).toMatchObject([{ failedOperations: 1, pendingOperations: 0 }]);
  expect(problems).toEqual([expect.stringContaining(says)]);
  const series = made.cloud.metrics.series(EAST, "AWS/S3", "OperationsFailedReplication", { SourceBucket: "east", DestinationBucket: "ohio", RuleId: "to-ohio" });
  const minute = Math.floor(made.kernel.now() / 60_000);
  expect([2, 1, 0].flatMap((ago) => series.at(minute - ago)?.values ?? [])).toContain(1);
});

test("a bucket policy that denies the role fails its copies too", async () => {
  const made = world();
  const deny = { Effect: "Deny", Principal: { AWS: ROLE }, Action: "s3:ReplicateObject", Resource: "arn:aws:s3:::ohio/*" };
  iam(made.cloud).putResourcePolicy("arn:aws:s3:::ohio", JSON.stringify({ Version: "2012-10-17", Statement: [deny] }));
  await put(made, "a");
  await pass(made, 60);
  expect(made.east.current("a")?.replication).toBe("FAILED");
});
