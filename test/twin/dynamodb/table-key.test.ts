import type { Caller } from "../../../twin/cloud";
import { createTable, dynamodb, TABLE_KEY_HOLD_MS } from "../../../twin/services/dynamodb";
import { iam } from "../../../twin/services/iam/index";
import { kms } from "../../../twin/services/kms/index";
import { orders, PRIMARY, SECONDARY, TABLE, testCloud } from "./cloud";

const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clerk`;
const keyIn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/k-${region}`;

const document = (...statements: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (action: string, resource: string, more: object = {}): object => ({ Effect: "Allow", Action: [action], Resource: [resource], ...more });
const throughDynamoDb = { Condition: { StringEquals: { "kms:ViaService": `dynamodb.${PRIMARY}.amazonaws.com` } } };
const useKey = allow("kms:Decrypt", keyIn(PRIMARY), throughDynamoDb);

/** A global table with a key in each region, and a role that may use table and key. */
function world() {
  const { cloud, kernel } = testCloud();
  for (const region of [PRIMARY, SECONDARY]) {
    const policy = document({ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ["kms:*"], Resource: ["*"] });
    kms(cloud, region).createKey({ keyId: `k-${region}`, arn: keyIn(region), description: "", enabled: true, policy });
    iam(cloud).putResourcePolicy(keyIn(region), policy, "key");
  }
  iam(cloud).putRole({ name: "clerk", arn: ROLE, trust: document(), maxSessionSeconds: 3600 });
  const grant = (...statements: readonly object[]): void => iam(cloud).putRolePolicy("clerk", "p", document(allow("dynamodb:*", "*"), ...statements));
  grant(useKey);
  createTable(cloud, { ...orders("strong"), keys: { [PRIMARY]: keyIn(PRIMARY), [SECONDARY]: keyIn(SECONDARY) } });
  const call = async (operation: string, input: object, who: Caller = {}, region = PRIMARY): Promise<string> => {
    try {
      await cloud.call({ region, service: "dynamodb", operation }, { TableName: TABLE, ...input }, who);
      return "ok";
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : "";
    }
  };
  const put = (who?: Caller, region?: string): Promise<string> => call("PutItem", { Item: { id: { S: "1" } } }, who, region);
  const pass = (ms: number): Promise<void> => {
    kernel.after(ms, () => undefined);
    return kernel.run({ untilMs: kernel.now() + ms });
  };
  return { cloud, call, put, pass, grant, disable: () => kms(cloud, PRIMARY).setState(`k-${PRIMARY}`, "Disabled"), enable: () => kms(cloud, PRIMARY).setState(`k-${PRIMARY}`, "Enabled") };
}

const clerk: Caller = { principal: ROLE };
const REFUSED = /^AccessDeniedException: KMS key access denied error: /;

test.each<[string, object]>([
  ["PutItem", { Item: { id: { S: "1" } } }],
  ["GetItem", { Key: { id: { S: "1" } } }],
  ["UpdateItem", { Key: { id: { S: "1" } } }],
  ["DeleteItem", { Key: { id: { S: "1" } } }],
  ["Query", { KeyConditionExpression: "id = :i", ExpressionAttributeValues: { ":i": { S: "1" } } }],
  ["Scan", {}],
])("%s of a table whose key is disabled is denied in KMS's words, and the other region serves", async (operation, input) => {
  const { call, disable } = world();
  disable();
  expect(await call(operation, input)).toMatch(/^AccessDeniedException: KMS key access denied error: .*DisabledException: .*key\/k-us-east-1 is disabled/);
  expect(await call(operation, input, {}, SECONDARY)).toBe("ok");
});

test("what a table is can still be asked, and checkers see its items, when its key is disabled", async () => {
  const { cloud, call, put, disable } = world();
  await put();
  disable();
  expect(await call("DescribeTable", {})).toBe("ok");
  expect(dynamodb(cloud, PRIMARY).items(TABLE)).toEqual([{ id: { S: "1" } }]);
});

test.each<[string, readonly object[]]>([
  ["has no grant on the key", []],
  ["may use the key through another service only", [allow("kms:Decrypt", keyIn(PRIMARY), { Condition: { StringEquals: { "kms:ViaService": `s3.${PRIMARY}.amazonaws.com` } } })]],
  ["may use another region's key", [allow("kms:Decrypt", keyIn(SECONDARY))]],
])("a role that may write the table but %s is denied", async (_, statements) => {
  const { put, grant } = world();
  grant(...statements);
  expect(await put(clerk)).toMatch(REFUSED);
});

test("a role with the grant that the program's helper makes writes", async () => {
  expect(await world().put(clerk)).toBe("ok");
});

test("a connection works on with the key it has, for five minutes at most; a new one is denied at once; healing serves all at once", async () => {
  const { put, pass, disable, enable } = world();
  const [old, fresh] = [{ ...clerk, process: { function: "f", die: () => undefined } }, { ...clerk, process: { function: "f", die: () => undefined } }];
  expect(await put(old)).toBe("ok");
  await pass(TABLE_KEY_HOLD_MS / 2);
  disable();
  expect([await put(old), await put(fresh)]).toEqual(["ok", expect.stringMatching(REFUSED)]);
  await pass(TABLE_KEY_HOLD_MS / 2 - 1);
  expect(await put(old)).toBe("ok");
  await pass(1);
  expect(await put(old)).toMatch(REFUSED);
  enable();
  expect([await put(old), await put(fresh)]).toEqual(["ok", "ok"]);
});

test("a key that was disabled and enabled between two refreshes is never missed", async () => {
  const { put, pass, disable, enable } = world();
  await put(clerk);
  await pass(1000);
  disable();
  enable();
  await pass(TABLE_KEY_HOLD_MS);
  expect(await put(clerk)).toBe("ok");
});

test("a grant that is taken away is noticed at the next refresh too, however long the connection has lasted", async () => {
  const { put, pass, grant } = world();
  await put(clerk);
  await pass(10 * TABLE_KEY_HOLD_MS + 60_000);
  grant();
  expect(await put(clerk)).toBe("ok");
  await pass(TABLE_KEY_HOLD_MS - 60_000);
  expect(await put(clerk)).toMatch(REFUSED);
});
