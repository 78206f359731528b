import { VirtualKernel } from "../../../twin/kernel/virtual";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { kms, kmsOf } from "../../../twin/services/kms/index";

const REGION = "us-east-1";
const KEY = "0d1e2f30-1111-2222-3333-444455556666";
const ARN = `arn:aws:kms:${REGION}:123456789012:key/${KEY}`;

function world() {
  const cloud: Cloud = new Cloud({ kernel: new VirtualKernel(1), latency: noLatency, functions: new InProcessHost(() => cloud), accountId: "123456789012" });
  const service = kms(cloud, REGION);
  service.createKey({ keyId: KEY, arn: ARN, description: "d", enabled: true, policy: "" });
  service.createAlias("alias/a", KEY);
  const call = (operation: string, input: object, region = REGION) => cloud.call({ region, service: "kms", operation }, input, {}) as Promise<Record<string, unknown>>; // see each operation
  return { cloud, service, call };
}

test.each([KEY, ARN, "alias/a", `arn:aws:kms:${REGION}:123456789012:alias/a`])("a key is found by %s", async (KeyId) => {
  await expect(world().call("DescribeKey", { KeyId })).resolves.toMatchObject({ KeyMetadata: { Arn: ARN, KeyState: "Enabled", Enabled: true } });
});

test.each(["none", "alias/none", ARN.replace(REGION, "us-east-2")])("%s is not found", async (KeyId) => {
  await expect(world().call("DescribeKey", { KeyId })).rejects.toMatchObject({ name: "NotFoundException" });
});

test("a data key comes back out of its blob, as bytes or in base64, and out of no other", async () => {
  const { call } = world();
  const { Plaintext, CiphertextBlob } = await call("GenerateDataKey", { KeyId: KEY, KeySpec: "AES_256" });
  expect(Plaintext).toHaveLength(32);
  const blob = Buffer.from(CiphertextBlob as Uint8Array); // the operation's answer
  await expect(call("Decrypt", { CiphertextBlob: blob })).resolves.toEqual({ KeyId: ARN, Plaintext });
  await expect(call("Decrypt", { CiphertextBlob: blob.toString("base64") })).resolves.toEqual({ KeyId: ARN, Plaintext });
  blob[blob.length - 1] = (blob.at(-1) ?? 0) ^ 1;
  await expect(call("Decrypt", { CiphertextBlob: blob })).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  await expect(call("Decrypt", { CiphertextBlob: Buffer.alloc(80) })).rejects.toMatchObject({ name: "InvalidCiphertextException" });
});

test("a disabled key and one that awaits its end encrypt nothing; both come back as KMS has it", async () => {
  const { call, service } = world();
  let changes = 0;
  service.onChange(() => (changes += 1));
  await call("DisableKey", { KeyId: KEY });
  await expect(call("GenerateDataKey", { KeyId: KEY })).rejects.toMatchObject({ name: "DisabledException" });
  await call("EnableKey", { KeyId: KEY });
  await call("ScheduleKeyDeletion", { KeyId: KEY });
  await expect(call("GenerateDataKey", { KeyId: KEY })).rejects.toMatchObject({ name: "KMSInvalidStateException" });
  await expect(call("EnableKey", { KeyId: KEY })).rejects.toMatchObject({ name: "KMSInvalidStateException" });
  await call("CancelKeyDeletion", { KeyId: KEY });
  await expect(call("GenerateDataKey", { KeyId: KEY })).rejects.toMatchObject({ name: "DisabledException" });
  await expect(call("CancelKeyDeletion", { KeyId: KEY })).rejects.toMatchObject({ name: "KMSInvalidStateException" });
  expect(changes).toBe(4);
});

test("an ARN leads to its own region's KMS", () => {
  const { cloud } = world();
  expect(kmsOf(cloud, ARN).usable(ARN).keyId).toBe(KEY);
  expect(() => kmsOf(cloud, ARN.replace(REGION, "us-east-2")).usable(ARN)).toThrow(expect.objectContaining({ name: "NotFoundException" }));
});
