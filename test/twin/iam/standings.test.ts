import { iam, type AccessCheck, type Iam } from "../../../twin/services/iam/index";
import { testCloud } from "../dynamodb/cloud";

const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clerk`;
const BUCKET = "arn:aws:s3:::receipts";
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:events`;

const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, Resource: string, more: object = {}): object => ({ Effect: "Allow", Action, Resource, ...more });
const trusting = (Service: string): string => document({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" });

function account(...statements: readonly object[]): { readonly account: Iam; readonly may: (action: string, resource: string, more?: Partial<AccessCheck>) => boolean; readonly kernel: ReturnType<typeof testCloud>["kernel"] } {
  const { cloud, kernel } = testCloud();
  const account = iam(cloud);
  account.putRole({ name: "clerk", arn: ROLE, trust: trusting("s3.amazonaws.com"), maxSessionSeconds: 3600 });
  account.putRolePolicy("clerk", "own", document(...statements));
  return { account, kernel, may: (action, resource, more) => account.authorize({ principal: ROLE, action, resource, region: "us-east-1", ...more }) === undefined };
}

describe("an answer that was given before is forgotten when", () => {
  test("a role's policy changes or goes", () => {
    const { account: own, may } = account(allow("sns:Publish", TOPIC));
    expect(may("sns:Publish", TOPIC)).toBe(true);
    own.putRolePolicy("clerk", "more", document({ Effect: "Deny", Action: "sns:*", Resource: "*" }));
    expect(may("sns:Publish", TOPIC)).toBe(false);
    own.deleteRolePolicy("clerk", "more");
    expect(may("sns:Publish", TOPIC)).toBe(true);
  });

  test("a resource's policy changes", () => {
    const { account: own, may } = account(allow("sns:Publish", TOPIC));
    expect(may("sns:Publish", TOPIC)).toBe(true);
    own.putResourcePolicy(TOPIC, document({ Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: TOPIC }));
    expect(may("sns:Publish", TOPIC)).toBe(false);
  });

  test("a role trusts somebody else", () => {
    const { account: own } = account();
    const taken = (): boolean => own.assume({ principal: { service: "s3.amazonaws.com" }, roleArn: ROLE }) === undefined;
    expect(taken()).toBe(true);
    own.putRole({ name: "clerk", arn: ROLE, trust: trusting("lambda.amazonaws.com"), maxSessionSeconds: 3600 });
    expect(taken()).toBe(false);
  });
});

describe("one standing answers", () => {
  test("for each object by itself", () => {
    const { may } = account(allow("s3:GetObject", `${BUCKET}/2026/*`));
    const read = (key: string): boolean => may("s3:GetObject", `${BUCKET}/${key}`, { policyOf: BUCKET });
    expect(["2026/a", "2025/a", "2026/b", "2026/a"].map(read)).toEqual([true, false, true, true]);
  });

  test.each<[string, string, readonly boolean[]]>([
    ["all objects", `${BUCKET}/*`, [true, true, false]],
    ["everything", "*", [true, true, true]],
    ["buckets whose names begin so", "arn:aws:s3:::rec*", [true, true, true]],
    ["one object", `${BUCKET}/a`, [true, false, false]],
    ["the bucket", BUCKET, [false, false, true]],
    ["objects of a kind", `${BUCKET}/*b`, [false, true, false]],
    ["another bucket's objects", `${BUCKET}-old/*`, [false, false, false]],
  ])("%s: an object, another one, the bucket itself", (_, resource, expected) => {
    const { may } = account(allow("s3:GetObject", resource));
    const asked = [`${BUCKET}/a`, `${BUCKET}/b`, BUCKET];
    expect(asked.map((arn) => may("s3:GetObject", arn, { policyOf: BUCKET }))).toEqual(expected);
  });

  test("by what the service says of each call", () => {
    const { may } = account(allow("s3:PutObject", `${BUCKET}/*`, { Condition: { StringEquals: { "s3:X-amz-ACL": "private" } } }));
    const put = (acl?: string): boolean => may("s3:PutObject", `${BUCKET}/a`, { policyOf: BUCKET, context: () => (acl === undefined ? {} : { "s3:x-amz-acl": acl }) });
    expect(["private", "public-read", undefined, "private"].map(put)).toEqual([true, false, false, true]);
  });

  test("for hundreds of values of what the service says", () => {
    const { may } = account(allow("dynamodb:GetItem", "*", { Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "pay_*7" } } }));
    const get = (...keys: readonly string[]): boolean => may("dynamodb:GetItem", "*", { context: () => ({ "dynamodb:LeadingKeys": keys }) });
    const ids = Array.from({ length: 500 }, (_, index) => `pay_${index}`);
    expect([...ids, ...ids].filter((id) => get(id) !== id.endsWith("7"))).toEqual([]);
    expect([get("pay_7", "pay_17"), get("pay_7", "pay_8"), get()]).toEqual([true, false, true]);
  });

  test("by the region in which the call arrives", () => {
    const { may } = account(allow("sns:Publish", TOPIC, { Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }));
    expect(["us-east-1", "us-east-2", "us-east-1"].map((region) => may("sns:Publish", TOPIC, { region }))).toEqual([true, false, true]);
  });

  test("by the time of each call", async () => {
    const { may, kernel } = account(allow("sns:Publish", TOPIC, { Condition: { NumericLessThan: { "aws:EpochTime": String(Math.floor(testCloud().kernel.now() / 1000) + 60) } } }));
    expect(may("sns:Publish", TOPIC)).toBe(true);
    kernel.spawn(61_000, async () => undefined);
    await kernel.run();
    expect(may("sns:Publish", TOPIC)).toBe(false);
  });

  test("by variables of the resource, the principal's and the service's together", () => {
    const { may } = account(allow("s3:GetObject", `${BUCKET}/\${aws:PrincipalAccount}/\${s3:prefix}/*`));
    const read = (account: string, prefix: string): boolean => may("s3:GetObject", `${BUCKET}/${account}/${prefix}/a`, { policyOf: BUCKET, context: () => ({ "s3:prefix": "mine" }) });
    expect([read(ACCOUNT, "mine"), read(ACCOUNT, "theirs"), read("210987654321", "mine")]).toEqual([true, false, false]);
  });
});
