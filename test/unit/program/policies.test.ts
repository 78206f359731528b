import type { PolicyDocument, Statement } from "../../../lib/policies/document";
import { deploy, MINIMAL, type Deployed } from "./helper";

const TABLE = "arn-of-payments-table-global-dev-strong";
const REPLICA = `${TABLE}-in-us-east-2`;
const logsOf = (name: string) => ({
  Sid: "WriteLogs",
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [`arn-of-/aws/lambda/${name}:*`],
});
const INTERFACES = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"];
const DESCRIBE = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
/** In a VPC: what Lambda does with the role, and the function's code may not. */
const inVpc = (name: string, region: string) => [
  allow("FindSubnets", DESCRIBE, ["*"]),
  allow("UseNetworkInterfaces", INTERFACES, [`arn:aws:ec2:${region}:123456789012:*/*`]),
  {
    Sid: "NotByItsCode",
    Effect: "Deny",
    Action: [...INTERFACES.slice(0, 3), ...DESCRIBE, ...INTERFACES.slice(3)],
    Resource: ["*"],
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": `arn:aws:lambda:${region}:123456789012:function:${name}` } },
  },
];
const only = (key: string) => ({ Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [key] }, Null: { "dynamodb:LeadingKeys": "false" } } });
const allow = (Sid: string, Action: string[], Resource: string[], more: object = {}) => ({ Sid, Effect: "Allow", Action, Resource, ...more });

const usesTableKey = (region: string) =>
  allow("UseTableKey", ["kms:Decrypt"], [`arn-of-payments-${region}-dev`], { Condition: { StringEquals: { "kms:ViaService": `dynamodb.${region}.amazonaws.com` } } });

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy({ ...MINIMAL, "tap:manageAccountSettings": "true" });
});

const parsed = (type: string, name: string, property: string): PolicyDocument =>
  JSON.parse(String(stack.one(type, name).inputs[property])) as PolicyDocument; // written by the program under test

describe.each([
  ["us-east-1", TABLE],
  ["us-east-2", REPLICA],
])("in %s each function may do what it is for, on its own region's replica, and nothing else", (region, table) => {
  test.each<[string, readonly object[]]>([
    ["process", [allow("AcceptPayments", ["dynamodb:PutItem"], [table]), usesTableKey(region)]],
    ["validate", []],
    [
      "read",
      [
        allow("ReadPayment", ["dynamodb:GetItem"], [table]),
        allow("FindPayments", ["dynamodb:Query"], [`${table}/index/CustomerIndex`, `${table}/index/StatusIndex`]),
        usesTableKey(region),
      ],
    ],
    ["health", [allow("ProveHealth", ["dynamodb:PutItem"], [table], only(`health#${region}`)), usesTableKey(region)]],
  ])("%s", (name, statements) => {
    const full = `payments-${name}-${region}-dev`;
    expect(parsed("aws:iam/rolePolicy:RolePolicy", full, "policy")).toEqual({ Version: "2012-10-17", Statement: [logsOf(full), ...(name === "validate" ? [] : inVpc(full, region)), ...statements] });
    expect(parsed("aws:iam/role:Role", full, "assumeRolePolicy")).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: ["sts:AssumeRole"] }],
    });
  });
});

test("the switch may move the latch and prove its own region's health", () => {
  const name = "payments-switch-us-east-2-dev";
  expect(parsed("aws:iam/rolePolicy:RolePolicy", name, "policy").Statement).toEqual([
    logsOf(name),
    ...inVpc(name, "us-east-2"),
    allow("MoveLatch", ["dynamodb:GetItem", "dynamodb:PutItem"], ["arn-of-payments-control-us-east-2-dev"], only("latch")),
    usesTableKey("us-east-2"),
    allow("ProveHealth", ["dynamodb:PutItem"], [REPLICA], only("health#us-east-2")),
  ]);
});

/** Actions for which AWS takes no ARN. */
const WITHOUT_ARN: readonly string[] = [...DESCRIBE, "dynamodb:ListStreams"];

test("no policy of the stack allows * for an action, nor for a resource where AWS takes an ARN", () => {
  const policies = stack.all("aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => JSON.parse(String(inputs["policy"])) as PolicyDocument); // see parsed
  const statements = policies.flatMap(({ Statement }) => Statement);
  const wild = (statement: Statement): boolean =>
    statement.Effect === "Allow" &&
    !statement.Action.every((action) => WITHOUT_ARN.includes(action)) &&
    (statement.Action.some((action) => action.includes("*")) || (statement.Resource ?? ["*"]).some((resource) => resource === "*"));
  expect(statements.length).toBeGreaterThan(15);
  expect(statements.filter(wild)).toEqual([]);
});

test("what a grant permits it also wires: every function that may use the table knows its name", () => {
  for (const { name, inputs } of stack.all("aws:iam/rolePolicy:RolePolicy").filter(({ name }) => stack.all("aws:lambda/function:Function").some((user) => user.name === name))) {
    const mayUse = String(inputs["policy"]).includes(TABLE);
    const { environment } = stack.one("aws:lambda/function:Function", name).inputs as { environment: { variables: Record<string, string> } }; // the program's own
    expect([name, environment.variables["TABLE_NAME"]]).toEqual([name, mayUse ? "payments-table-global-dev" : undefined]);
  }
});
