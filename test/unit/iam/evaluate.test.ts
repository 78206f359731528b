import { compilePolicy, decide, judge, type Context, type Requester } from "../../../rules/iam-evaluate";

const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/payments`;
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/t`;
const ME: Requester = { arn: ROLE, accountId: ACCOUNT, sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/payments/s` };

const policy = (...statements: readonly object[]) => compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "dynamodb:PutItem", Resource: TABLE, ...more });
const ask = (context: Context = {}, action = "dynamodb:PutItem", resource = TABLE) => ({ requester: ME, action, resource, context: () => context });

describe("which actions and resources a statement covers", () => {
  test.each<[string, object, string, string, string]>([
    ["its own action on its own resource", allow(), "dynamodb:PutItem", TABLE, "allow"],
    ["actions have no case", allow({ Action: "DynamoDB:putitem" }), "dynamodb:PutItem", TABLE, "allow"],
    ["resources have", allow({ Resource: TABLE.toUpperCase() }), "dynamodb:PutItem", TABLE, "implicitDeny"],
    ["no other action", allow(), "dynamodb:DeleteItem", TABLE, "implicitDeny"],
    ["no other region's table", allow(), "dynamodb:PutItem", TABLE.replace("us-east-1", "us-east-2"), "implicitDeny"],
    ["a table is not its indexes", allow({ Action: "dynamodb:Query" }), "dynamodb:Query", `${TABLE}/index/i`, "implicitDeny"],
    ["wildcards in actions", allow({ Action: ["dynamodb:*Item"] }), "dynamodb:PutItem", TABLE, "allow"],
    ["a question mark is one character", allow({ Resource: TABLE.replace("us-east-1", "us-east-?") }), "dynamodb:PutItem", TABLE, "allow"],
    ["a question mark is not none", allow({ Resource: `${TABLE}?` }), "dynamodb:PutItem", TABLE, "implicitDeny"],
    ["a dot is a dot", allow({ Resource: TABLE.replace("table/t", "table.t*") }), "dynamodb:PutItem", TABLE, "implicitDeny"],
    ["everything but an action", allow({ Action: undefined, NotAction: "dynamodb:DeleteItem" }), "dynamodb:PutItem", TABLE, "allow"],
    ["the action of NotAction itself", allow({ Action: undefined, NotAction: "dynamodb:PutItem" }), "dynamodb:PutItem", TABLE, "implicitDeny"],
    ["everything but a resource", allow({ Resource: undefined, NotResource: [TABLE] }), "dynamodb:PutItem", `${TABLE}2`, "allow"],
    ["the resource of NotResource itself", allow({ Resource: undefined, NotResource: [TABLE] }), "dynamodb:PutItem", TABLE, "implicitDeny"],
  ])("%s", (_, statement, action, resource, verdict) => {
    expect(judge([policy(statement)], ask({}, action, resource))).toBe(verdict);
  });

  test("an explicit deny beats every allow, whatever their order and policy", () => {
    const deny = allow({ Effect: "Deny" });
    expect(judge([policy(allow(), deny)], ask())).toBe("explicitDeny");
    expect(judge([policy(deny, allow())], ask())).toBe("explicitDeny");
    expect(judge([policy(allow()), policy(deny)], ask())).toBe("explicitDeny");
  });
});

describe("conditions", () => {
  const KEYS = "dynamodb:LeadingKeys";
  const latch = { [KEYS]: ["latch"] };
  test.each<[string, object, Context, boolean]>([
    ["equal", { StringEquals: { "a:b": "x" } }, { "a:b": "x" }, true],
    ["any one of the values", { StringEquals: { "a:b": ["y", "x"] } }, { "a:b": "x" }, true],
    ["key names have no case", { StringEquals: { "A:b": "x" } }, { "a:B": "x" }, true],
    ["values have", { StringEquals: { "a:b": "X" } }, { "a:b": "x" }, false],
    ["unless it says so", { StringEqualsIgnoreCase: { "a:b": "X" } }, { "a:b": "x" }, true],
    ["a star is a character for StringEquals", { StringEquals: { "a:b": "*" } }, { "a:b": "x" }, false],
    ["a missing key equals nothing", { StringEquals: { "a:b": "x" } }, {}, false],
    ["but is unequal to everything", { StringNotEquals: { "a:b": "x" } }, {}, true],
    ["unequal means to all values", { StringNotEquals: { "a:b": ["x", "y"] } }, { "a:b": "y" }, false],
    ["IfExists bears with a missing key", { StringEqualsIfExists: { "a:b": "x" } }, {}, true],
    ["IfExists still compares", { StringEqualsIfExists: { "a:b": "x" } }, { "a:b": "y" }, false],
    ["like", { StringLike: { "a:b": "canary#*" } }, { "a:b": "canary#1" }, true],
    ["not like", { StringNotLike: { "a:b": "canary#*" } }, { "a:b": "canary#1" }, false],
    ["every operator must hold", { StringEquals: { "a:b": "x" }, Bool: { "a:c": "true" } }, { "a:b": "x" }, false],
    ["every key must hold", { StringEquals: { "a:b": "x", "a:c": "x" } }, { "a:b": "x" }, false],
    ["ForAllValues: all", { "ForAllValues:StringEquals": { [KEYS]: ["latch"] } }, latch, true],
    ["ForAllValues: one is another", { "ForAllValues:StringEquals": { [KEYS]: ["latch"] } }, { [KEYS]: ["latch", "pay_1"] }, false],
    ["ForAllValues of nothing holds, as AWS warns", { "ForAllValues:StringEquals": { [KEYS]: ["latch"] } }, {}, true],
    ["unless Null asks for the key", { "ForAllValues:StringEquals": { [KEYS]: ["latch"] }, Null: { [KEYS]: "false" } }, {}, false],
    ["ForAnyValue: one suffices", { "ForAnyValue:StringEquals": { [KEYS]: ["latch"] } }, { [KEYS]: ["x", "latch"] }, true],
    ["ForAnyValue of nothing does not hold", { "ForAnyValue:StringEquals": { [KEYS]: ["latch"] } }, {}, false],
    ["Null true: the key is missing", { Null: { "a:b": "true" } }, {}, true],
    ["Null true: the key is there", { Null: { "a:b": "true" } }, { "a:b": "x" }, false],
    ["a second factor", { Bool: { "aws:MultiFactorAuthPresent": "true" } }, { "aws:MultiFactorAuthPresent": "true" }, true],
    ["no second factor", { Bool: { "aws:MultiFactorAuthPresent": "true" } }, { "aws:MultiFactorAuthPresent": "false" }, false],
    ["long-term keys know no second factor", { Bool: { "aws:MultiFactorAuthPresent": "true" } }, {}, false],
    ["an ARN part by part", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/p*` } }, { "aws:PrincipalArn": ROLE }, true],
    ["ArnEquals knows wildcards too", { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/p*` } }, { "aws:PrincipalArn": ROLE }, true],
    ["a star does not leave its part of an ARN", { ArnLike: { "aws:PrincipalArn": "arn:aws:*:role/payments" } }, { "aws:PrincipalArn": ROLE }, false],
    ["another ARN", { ArnNotEquals: { "aws:PrincipalArn": ROLE } }, { "aws:PrincipalArn": ROLE }, false],
    ["numbers, not texts", { NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } }, { "aws:MultiFactorAuthAge": "900" }, true],
    ["numbers at their bound", { NumericLessThanEquals: { "a:b": "10" } }, { "a:b": "10" }, true],
    ["a date before", { DateLessThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } }, { "aws:CurrentTime": "2025-12-31T23:59:59Z" }, true],
    ["a date in seconds", { DateGreaterThan: { "aws:EpochTime": "1700000000" } }, { "aws:EpochTime": "1699999999" }, false],
    ["an address in a range", { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } }, { "aws:SourceIp": "203.0.113.9" }, true],
    ["an address outside", { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } }, { "aws:SourceIp": "203.0.114.9" }, false],
    ["an address of the other family", { NotIpAddress: { "aws:SourceIp": "2001:db8::/32" } }, { "aws:SourceIp": "203.0.113.9" }, true],
    ["a variable", { StringEquals: { "a:b": "x-${aws:PrincipalAccount}" } }, { "a:b": "x-1", "aws:PrincipalAccount": "1" }, true],
    ["a variable's default", { StringEquals: { "a:b": "x-${aws:PrincipalTag/team, 'none'}" } }, { "a:b": "x-none" }, true],
    ["a variable without a value", { StringEquals: { "a:b": "x-${aws:PrincipalTag/team}" } }, { "a:b": "x-" }, false],
    ["a caller's star is no wildcard", { StringLike: { "a:b": "${aws:username}-1" } }, { "a:b": "x-1", "aws:username": "*" }, false],
    ["an operator that does not exist", { StringSame: { "a:b": "x" } }, { "a:b": "x" }, false],
  ])("%s", (_, Condition, context, holds) => {
    expect(judge([policy(allow({ Condition }))], ask(context))).toBe(holds ? "allow" : "implicitDeny");
  });

  test("a variable in a resource is the caller's own value", () => {
    const own = policy(allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${aws:PrincipalAccount}/*" }));
    expect(judge([own], ask({ "aws:PrincipalAccount": "7" }, "s3:GetObject", "arn:aws:s3:::b/7/x"))).toBe("allow");
    expect(judge([own], ask({ "aws:PrincipalAccount": "8" }, "s3:GetObject", "arn:aws:s3:::b/7/x"))).toBe("implicitDeny");
    expect(judge([own], ask({}, "s3:GetObject", "arn:aws:s3:::b//x"))).toBe("implicitDeny");
  });
});

describe("how an account's policies decide together", () => {
  const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const mine = [policy(allow())];
  const none = [policy(allow({ Action: "s3:GetObject" }))];
  const denied = [policy(allow({ Effect: "Deny" }))];
  const theirs = (Principal: unknown, more: object = {}) => [policy(allow({ Principal, ...more }))];
  const silent = theirs({ AWS: `arn:aws:iam::${ACCOUNT}:role/other` });
  const by = (policyKind: string, kind = "implicitDeny") => ({ kind, policy: policyKind });

  test.each<[string, Parameters<typeof decide>[1], Parameters<typeof decide>[2], ReturnType<typeof decide> | object]>([
    ["the identity's allow is enough for an ordinary resource", mine, { kind: "resource", policies: silent }, undefined],
    ["so is the resource's for a principal that it names", none, { kind: "resource", policies: theirs({ AWS: ROLE }) }, undefined],
    ["also by its session", none, { kind: "resource", policies: theirs({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/payments/s` }) }, undefined],
    ["also as everybody", none, { kind: "resource", policies: theirs("*") }, undefined],
    ["an account that is named leaves it to the identity", none, { kind: "resource", policies: theirs(ROOT) }, by("identity-based policy")],
    ["nobody allows", none, undefined, by("identity-based policy")],
    ["the identity's deny beats the resource's allow", denied, { kind: "resource", policies: theirs("*") }, by("identity-based policy", "explicitDeny")],
    ["the resource's deny beats the identity's allow", mine, { kind: "resource", policies: theirs("*", { Effect: "Deny" }) }, by("resource-based policy", "explicitDeny")],
    ["a deny but for some principals spares them", mine, { kind: "resource", policies: [policy(allow({ Effect: "Deny", NotPrincipal: { AWS: ROLE } }))] }, undefined],
    ["a key's silence refuses, whatever the identity may", mine, { kind: "key", policies: silent }, by("resource-based policy")],
    ["a key that names the account leaves it to the identity", mine, { kind: "key", policies: theirs(ROOT) }, undefined],
    ["and the identity may still be silent", none, { kind: "key", policies: theirs(ROOT) }, by("identity-based policy")],
    ["a key that names the role is enough", none, { kind: "key", policies: theirs({ AWS: ROLE }) }, undefined],
    ["a role's trust must speak", mine, { kind: "trust", policies: silent }, by("role trust policy")],
    ["a trust in the account leaves it to the identity", none, { kind: "trust", policies: theirs({ AWS: ACCOUNT }) }, by("identity-based policy")],
    ["a principal that is not known here obeys the resource alone", "unknown", { kind: "trust", policies: theirs({ AWS: ROLE }) }, undefined],
    ["and is refused by it", "unknown", { kind: "trust", policies: silent }, by("role trust policy")],
  ])("%s", (_, identity, resource, expected) => {
    expect(decide(ask(), identity, resource)).toEqual(expected);
  });

  test("a service of AWS has the resource's word alone", () => {
    const question = { ...ask(), requester: { service: "cloudwatch.amazonaws.com" } };
    const named = { kind: "resource" as const, policies: theirs({ Service: "cloudwatch.amazonaws.com" }) };
    expect(decide(question, [], named)).toBeUndefined();
    expect(decide(question, [], { kind: "resource", policies: theirs({ Service: "s3.amazonaws.com" }) })).toEqual(by("resource-based policy"));
    expect(decide(question, [], { kind: "resource", policies: theirs(ROOT) })).toEqual(by("resource-based policy"));
  });
});
