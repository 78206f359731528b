import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Cloud } from "../../../twin/cloud";
import { sdkClient } from "../../../twin/runtime";
import { cloudwatch } from "../../../twin/services/cloudwatch/index";
import { createTable } from "../../../twin/services/dynamodb";
import { iam } from "../../../twin/services/iam";
import { orders, testCloud } from "../dynamodb/cloud";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clerk`;
const ORDERS = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`;
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] });

const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, Resource = ORDERS, more: object = {}) => ({ Effect: "Allow", Action, Resource, ...more });
const leading = (...keys: readonly string[]) => ({ Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } } });

/** A cloud with the table `orders` and the role `clerk`. */
function clerk(...statements: readonly object[]): { readonly cloud: Cloud; readonly send: (command: object, principal?: string) => Promise<string> } {
  const { cloud } = testCloud();
  createTable(cloud, orders("regional"));
  iam(cloud).putRole({ name: "clerk", arn: ROLE, trust: TRUST, maxSessionSeconds: 3600 });
  if (statements.length > 0) iam(cloud).putRolePolicy("clerk", "own", document(...statements));
  return { cloud, send: (command, principal = ROLE) => outcome(sdkClient(cloud, REGION, DynamoDBClient, { region: REGION, principal }), command) };
}

/** `ok`, or the error's name and message. */
const outcome = (client: DynamoDBClient, command: object): Promise<string> =>
  client.send(command as PutItemCommand).then(
    // the commands of this file alone
    () => "ok",
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );

const put = (id: string, table = "orders") => new PutItemCommand({ TableName: table, Item: { id: { S: id } } });
const query = (owner: string) =>
  new QueryCommand({ TableName: "orders", IndexName: "ByOwner", KeyConditionExpression: "#o = :o", ExpressionAttributeNames: { "#o": "owner_id" }, ExpressionAttributeValues: { ":o": { S: owner } } });

describe("what a role may call", () => {
  const DENIED = /^AccessDeniedException: User: /;
  test.each<[string, readonly object[], object, RegExp]>([
    ["what its policy allows", [allow("dynamodb:PutItem")], put("a"), /^ok$/],
    ["nothing without a policy", [], put("a"), DENIED],
    ["no other operation", [allow("dynamodb:GetItem")], put("a"), DENIED],
    ["no other table, there or not", [allow("dynamodb:PutItem")], put("a", "secrets"), DENIED],
    ["a table by its ARN is the same table", [allow("dynamodb:PutItem")], put("a", ORDERS), /^ok$/],
    ["no table of another region", [allow("dynamodb:PutItem", ORDERS.replace(REGION, "us-east-2"))], put("a"), DENIED],
    ["an item by its key", [allow("dynamodb:PutItem", ORDERS, leading("canary#*"))], put("canary#1"), /^ok$/],
    ["no item of another key", [allow("dynamodb:PutItem", ORDERS, leading("canary#*"))], put("pay_1"), DENIED],
    ["reading by key is judged by that key", [allow("dynamodb:GetItem", ORDERS, leading("b"))], new GetItemCommand({ TableName: "orders", Key: { id: { S: "a" } } }), DENIED],
    ["an index by its own ARN", [allow("dynamodb:Query", `${ORDERS}/index/ByOwner`)], query("o"), /^ok$/],
    ["a table's permission is not its indexes'", [allow("dynamodb:Query")], query("o"), DENIED],
    ["a query is judged by the index's key", [allow("dynamodb:Query", `${ORDERS}/index/*`, leading("me"))], query("you"), DENIED],
    ["and may read its own part", [allow("dynamodb:Query", `${ORDERS}/index/*`, leading("me"))], query("me"), /^ok$/],
    ["a scan has no leading key, so Null refuses it", [allow("dynamodb:Scan", ORDERS, { Condition: { Null: { "dynamodb:LeadingKeys": "false" } } })], new ScanCommand({ TableName: "orders" }), DENIED],
    ["a description", [allow("dynamodb:DescribeTable")], new DescribeTableCommand({ TableName: "orders" }), /^ok$/],
    ["a list belongs to no table", [allow("dynamodb:ListTables")], new ListTablesCommand({}), DENIED],
    ["a list is allowed on *", [allow("dynamodb:ListTables", "*")], new ListTablesCommand({}), /^ok$/],
    ["an explicit deny wins", [allow("dynamodb:*"), { ...allow("dynamodb:PutItem"), Effect: "Deny" }], put("a"), DENIED],
    ["only in the region that the policy names", [allow("dynamodb:PutItem", ORDERS, { Condition: { StringEquals: { "aws:RequestedRegion": "us-east-2" } } })], put("a"), DENIED],
  ])("%s", async (_, statements, command, expected) => {
    expect(await clerk(...statements).send(command)).toMatch(expected);
  });

  test("the refusal says what AWS says: who, what, on what, and which kind of policy was missing or refused", async () => {
    expect(await clerk().send(put("a"))).toBe(
      `AccessDeniedException: User: ${ROLE} is not authorized to perform: dynamodb:PutItem on resource: ${ORDERS} because no identity-based policy allows the dynamodb:PutItem action`,
    );
    expect(await clerk(allow("dynamodb:*"), { ...allow("dynamodb:PutItem"), Effect: "Deny" }).send(put("a"))).toBe(
      `AccessDeniedException: User: ${ROLE} is not authorized to perform: dynamodb:PutItem on resource: ${ORDERS} with an explicit deny in an identity-based policy`,
    );
  });

  test("a refused write leaves nothing behind", async () => {
    const { cloud, send } = clerk();
    await send(put("a"));
    const client = sdkClient(cloud, REGION, DynamoDBClient);
    expect(await client.send(new ScanCommand({ TableName: "orders" }))).toMatchObject({ Count: 0 });
  });
});

describe("who is judged", () => {
  test("the account's owner is not", async () => {
    const { cloud } = clerk();
    expect(await outcome(sdkClient(cloud, REGION, DynamoDBClient), put("a"))).toBe("ok");
  });

  test("a session is its role", async () => {
    const { send } = clerk(allow("dynamodb:PutItem"));
    expect(await send(put("a"), `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/today`)).toBe("ok");
    expect(await send(query("o"), `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/today`)).toMatch(/^AccessDeniedException/);
  });

  test("a role that nobody made may do nothing", async () => {
    expect(await clerk(allow("dynamodb:PutItem")).send(put("a"), `${ROLE}2`)).toMatch(/^AccessDeniedException/);
  });

  test("another account's principals are let in by the resource alone, and are not the own roles of that name", async () => {
    const foreign = ROLE.replace(ACCOUNT, "210987654321");
    const session = "arn:aws:sts::210987654321:assumed-role/clerk/today";
    const { cloud, send } = clerk(allow("dynamodb:PutItem"));
    expect(await send(put("a"), foreign)).toMatch(/no resource-based policy allows the dynamodb:PutItem action$/);
    expect(await send(put("a"), session)).toMatch(/no resource-based policy allows/);
    iam(cloud).putResourcePolicy(ORDERS, document(allow("dynamodb:PutItem", ORDERS, { Principal: { AWS: "arn:aws:iam::210987654321:root" } })));
    expect(await send(put("a"), foreign)).toBe("ok");
  });

  test("a table's policy lets in a role whose own policies are silent, and keeps out one that they allow", async () => {
    const open = clerk();
    iam(open.cloud).putResourcePolicy(ORDERS, document(allow("dynamodb:PutItem", ORDERS, { Principal: { AWS: ROLE } })));
    expect(await open.send(put("a"))).toBe("ok");
    const closed = clerk(allow("dynamodb:PutItem"));
    iam(closed.cloud).putResourcePolicy(ORDERS, document({ ...allow("dynamodb:PutItem"), Effect: "Deny", Principal: "*" }));
    expect(await closed.send(put("a"))).toMatch(/with an explicit deny in a resource-based policy$/);
  });

  test("a permission that is taken away is gone at once", async () => {
    const { cloud, send } = clerk(allow("dynamodb:PutItem"));
    expect(await send(put("a"))).toBe("ok");
    iam(cloud).deleteRolePolicy("clerk", "own");
    expect(await send(put("b"))).toMatch(/^AccessDeniedException/);
  });

  test("an operation of which nobody knows what it needs is denied to roles, and the message names it", async () => {
    const { cloud } = clerk(allow("*", "*"));
    cloud.publish("queue", REGION, { Send: () => ({}) });
    const call = (caller: object) => cloud.call({ region: REGION, service: "queue", operation: "Send" }, {}, caller);
    await expect(call({ principal: ROLE })).rejects.toMatchObject({ name: "AccessDeniedException", message: expect.stringContaining("no rule that tells which permission queue:Send needs") as string });
    await expect(call({})).resolves.toEqual({});
  });

  test("a service words its refusal in its own exception", async () => {
    const { cloud } = clerk();
    const denied = (message: string) => Object.assign(new Error(message), { name: "AccessDenied" }) as never; // stands for the service's AwsError
    cloud.publish("queue", REGION, { Send: () => ({}) }, { needs: { Send: () => [{ action: "queue:Send", resource: "arn:q" }] }, denied });
    await expect(cloud.call({ region: REGION, service: "queue", operation: "Send" }, {}, { principal: ROLE })).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

test.each([
  ["by a name that it may see", { AlarmNames: ["errors-dev"] }, "ok"],
  ["by another environment's", { AlarmNames: ["errors-dev", "errors-prod"] }, "AccessDenied"],
  ["by the beginning of names", { AlarmNamePrefix: "errors" }, "AccessDenied"],
  ["all of them", {}, "AccessDenied"],
])("a role of one environment's alarms looks at alarms %s: %j %s", async (_, input, expected) => {
  const { cloud } = clerk(allow("cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:*-dev`));
  cloudwatch(cloud, REGION);
  const client = sdkClient(cloud, REGION, CloudWatchClient, { region: REGION, principal: ROLE });
  const ended = await client.send(new DescribeAlarmsCommand(input)).then(() => "ok", (error: unknown) => String(error).match(/AccessDenied/)?.[0] ?? String(error));
  expect(ended).toBe(expected);
});

describe("the use of a key", () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
  const via = `dynamodb.${REGION}.amazonaws.com`;
  const root = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
  const verdict = (identity: readonly object[], keyPolicy?: object, principal: string | { service: string } = ROLE): string => {
    const { cloud } = clerk(...identity);
    if (keyPolicy) iam(cloud).putResourcePolicy(KEY, document(keyPolicy), "key");
    return iam(cloud).authorizeKey(principal, KEY, "kms:Decrypt", via)?.policy ?? "allowed";
  };
  const decrypt = allow("kms:Decrypt", KEY);

  test.each<[string, string, readonly object[], object | undefined]>([
    ["a key that AWS manages", "allowed", [], undefined],
    ["the key leaves it to the account, the role may", "allowed", [decrypt], allow("kms:*", "*", root)],
    ["the key leaves it to the account, the role may not", "identity-based policy", [], allow("kms:*", "*", root)],
    ["the key names another role only", "resource-based policy", [decrypt], allow("kms:Decrypt", "*", { Principal: { AWS: `${ROLE}2` } })],
    ["the key names the role", "allowed", [], allow("kms:Decrypt", "*", { Principal: { AWS: ROLE } })],
    ["through the service that the key expects", "allowed", [], allow("kms:Decrypt", "*", { Principal: { AWS: ROLE }, Condition: { StringEquals: { "kms:ViaService": via } } })],
    ["through another service", "resource-based policy", [], allow("kms:Decrypt", "*", { Principal: { AWS: ROLE }, Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } } })],
  ])("%s: %s", (_, expected, identity, keyPolicy) => {
    expect(verdict(identity, keyPolicy)).toBe(expected);
  });

  test("a service of AWS needs the key's own word", () => {
    const service = "cloudwatch.amazonaws.com";
    expect(verdict([], allow("kms:Decrypt", "*", { Principal: { Service: service } }), { service })).toBe("allowed");
    expect(verdict([], allow("kms:*", "*", root), { service })).toBe("resource-based policy");
  });
});
