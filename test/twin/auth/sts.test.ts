import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { Cloud } from "../../../twin/cloud";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { noLatency } from "../../../twin/kernel/door";
import { RealKernel } from "../../../twin/kernel/real";
import { credentials, type AccessCredentials } from "../../../twin/services/auth/index";
import { iam } from "../../../twin/services/iam/index";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { sns } from "../../../twin/services/sns/index";
import { sts } from "../../../twin/services/sts/index";

const REGION = "us-east-2";
const ACCOUNT = "123456789012";
const ANNA = `arn:aws:iam::${ACCOUNT}:user/anna`;
const BOB = `arn:aws:iam::${ACCOUNT}:user/bob`;
const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/operator`;

let kernel: RealKernel;
let cloud: Cloud;
let wire: AwsWire;

beforeAll(async () => {
  kernel = new RealKernel(1, (error) => {
    throw error;
  });
  cloud = new Cloud({ kernel, latency: noLatency, functions: new InProcessHost(() => cloud), accountId: ACCOUNT });
  sts(cloud, REGION);
  sns(cloud, REGION);
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: ANNA }, Action: "sts:AssumeRole", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }] };
  iam(cloud).putRole({ name: "operator", arn: OPERATOR, trust: JSON.stringify(trust), maxSessionSeconds: 3600 });
  wire = await AwsWire.start(cloud, { region: REGION, address: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await wire.stop();
  kernel.stop();
});

const client = (given: AccessCredentials): STSClient => new STSClient({ region: REGION, endpoint: wire.url, credentials: given, maxAttempts: 1 });
const keyOf = (principal: string): AccessCredentials => credentials(cloud).createAccessKey(principal);
const MFA = { SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/anna`, TokenCode: "123456" };

describe("STS, as the SDK reaches it", () => {
  it("tells a caller who it is", async () => {
    expect(await client(keyOf(ANNA)).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: ACCOUNT, Arn: ANNA });
    const unknown = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
    expect(await client(unknown).send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:root` });
  });

  it("gives a role's session, whose holder is the session", async () => {
    const taken = await client(keyOf(ANNA)).send(new AssumeRoleCommand({ RoleArn: OPERATOR, RoleSessionName: "drill", DurationSeconds: 900, ...MFA }));
    expect(taken.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/operator/drill`);
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = taken.Credentials ?? {};
    expect(Math.round(((Expiration?.getTime() ?? 0) - kernel.now()) / 60_000)).toBe(15);
    const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    expect(await client(session).send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: taken.AssumedRoleUser?.Arn, UserId: taken.AssumedRoleUser?.AssumedRoleId });
  });

  it("gives a user's own session, which SigV4A takes", async () => {
    const { Credentials } = await client(keyOf(ANNA)).send(new GetSessionTokenCommand({}));
    expect(credentials(cloud).find(Credentials?.AccessKeyId ?? "")).toMatchObject({ principal: ANNA, session: { stsEndpoint: REGION } });
  });

  it("gives a user a session that keeps its second factor: it opens a role that asks for one, without another code", async () => {
    const sessionOf = async (more: object): Promise<AccessCredentials> => {
      const { Credentials } = await client(keyOf(ANNA)).send(new GetSessionTokenCommand(more));
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    };
    const take = (given: AccessCredentials) => client(given).send(new AssumeRoleCommand({ RoleArn: OPERATOR, RoleSessionName: "drill" }));
    const [plain, strong] = [await sessionOf({}), await sessionOf(MFA)];
    await expect(take(plain)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(take(strong)).resolves.toMatchObject({ AssumedRoleUser: { Arn: expect.stringContaining("assumed-role/operator/drill") } });
  });

  it.each([
    ["a user whom the role does not trust", BOB, { RoleArn: OPERATOR, RoleSessionName: "drill", ...MFA }, "AccessDenied"],
    ["a trusted user without a code of a device", ANNA, { RoleArn: OPERATOR, RoleSessionName: "drill" }, "AccessDenied"],
    ["a role that does not exist", ANNA, { RoleArn: `arn:aws:iam::${ACCOUNT}:role/none`, RoleSessionName: "drill", ...MFA }, "AccessDenied"],
    ["a session that is longer than the role allows", ANNA, { RoleArn: OPERATOR, RoleSessionName: "drill", DurationSeconds: 7200, ...MFA }, "ValidationError"],
    ["a name that is no session name", ANNA, { RoleArn: OPERATOR, RoleSessionName: "a b", ...MFA }, "ValidationError"],
    ["a device's code that is none", ANNA, { RoleArn: OPERATOR, RoleSessionName: "drill", ...MFA, TokenCode: "abc123" }, "AccessDenied"],
  ])("refuses %s", async (_name, principal, input, error) => {
    await expect(client(keyOf(principal)).send(new AssumeRoleCommand(input))).rejects.toMatchObject({ name: error });
  });

  it("refuses the account's root a role", async () => {
    const root = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
    await expect(client(root).send(new AssumeRoleCommand({ RoleArn: OPERATOR, RoleSessionName: "drill" }))).rejects.toMatchObject({ name: "AccessDenied", message: "Roles may not be assumed by root accounts." });
  });
});

describe("the query protocol", () => {
  it("carries lists of other services", async () => {
    const topics = await new SNSClient({ region: REGION, endpoint: wire.url, credentials: keyOf(ANNA), maxAttempts: 1 }).send(new ListTopicsCommand({}));
    expect(topics.Topics).toEqual([]);
  });

  it.each([
    ["an operation that the twin does not have", "Action=GetFederationToken&Version=2011-06-15", "GetFederationToken"],
    ["a version that it does not know", "Action=DescribeStacks&Version=2010-05-15", "DescribeStacks"],
  ])("names %s", async (_name, body, operation) => {
    const answer = await fetch(wire.url, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
    const text = await answer.text();
    expect([answer.status, text.includes("<Code>InvalidAction</Code>"), text.includes(operation)]).toEqual([400, true, true]);
  });
});
