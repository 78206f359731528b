import { policyObjections } from "../../../rules/iam";
import { wildcardFindings, type PolicyPlace } from "../../../rules/iam-wildcards";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { iam } from "../../../twin/models/iam";

const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const ALLOW = { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:aws:dynamodb:us-east-1:123456789012:table/t"] };

describe("a condition that IAM would refuse is refused before deployment", () => {
  test.each<[string, unknown, RegExp]>([
    ["an operator that does not exist", { StringMatches: { "a:b": "x" } }, /got the operator StringMatches; allowed StringEquals, .*, Null, with IfExists/],
    ["a prefix that does not exist", { "ForEachValue:StringEquals": { "a:b": "x" } }, /got the operator ForEachValue:StringEquals/],
    ["Null has no IfExists", { NullIfExists: { "a:b": "true" } }, /got the operator NullIfExists/],
    ["no number", { NumericLessThan: { "a:b": "ten" } }, /NumericLessThan a:b: got ten, which this operator cannot compare/],
    ["no date", { DateLessThan: { "a:b": "soon" } }, /got soon/],
    ["no truth value", { Bool: { "a:b": "yes" } }, /got yes/],
    ["no range", { IpAddress: { "a:b": "10.0.0.0/33" } }, /got 10\.0\.0\.0\/33/],
    ["no key", { StringEquals: {} }, /needs a condition key/],
    ["no value", { StringEquals: { "a:b": [] } }, /needs a value/],
    ["no object", "x", /is no object/],
  ])("%s", (_, Condition, message) => {
    const found = policyObjections(document({ ...ALLOW, Condition }), "identity");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test.each<[string, object]>([
    ["a set operator with IfExists", { "ForAllValues:StringLikeIfExists": { "a:b": ["x*"] } }],
    ["numbers, dates, addresses, truth", { NumericEquals: { "a:b": "1" }, DateEquals: { "a:c": "2026-01-01T00:00:00Z" }, IpAddress: { "a:d": "2001:db8::/32" }, Bool: { "a:e": "False" } }],
    ["variables are judged when they have a value", { NumericEquals: { "a:b": "${aws:PrincipalTag/n}" } }],
  ])("but not its allowed neighbour: %s", (_, Condition) => {
    expect(policyObjections(document({ ...ALLOW, Condition }), "identity")).toEqual([]);
  });
});

describe("names of statements", () => {
  const objections = (...sids: readonly unknown[]): readonly string[] =>
    policyObjections(JSON.stringify({ Version: "2012-10-17", Statement: sids.map((Sid, index) => ({ ...ALLOW, Sid, Action: `dynamodb:Op${String(index)}` })) }), "identity");

  test("one that is there twice is refused, which AWS would do at deployment only", () => {
    expect(objections("UseKey", "Read", "UseKey")).toEqual(["Sid: got UseKey more than once; allowed once in a policy"]);
  });

  test("one with other characters than letters and digits is refused", () => {
    expect(objections("Use key")).toEqual(["Statement 0: Sid: got Use key; allowed letters and digits"]);
  });

  test("different ones, and none at all, are fine", () => {
    expect(objections("UseKey", "Read", undefined, undefined)).toEqual([]);
  });
});

describe("an Allow that gives more than it names is found", () => {
  const ROOT = { AWS: "arn:aws:iam::123456789012:root" };
  test.each<[string, object, PolicyPlace, readonly string[]]>([
    ["all actions", { ...ALLOW, Action: "*" }, "identity", ["0: the action *"]],
    ["all of a service", { ...ALLOW, Sid: "All", Action: ["s3:*"] }, "identity", ["All: the action s3:*"]],
    ["all resources", { ...ALLOW, Resource: "*" }, "identity", ["0: dynamodb:GetItem on every resource"]],
    ["all resources of a service", { ...ALLOW, Resource: ["arn:aws:dynamodb:*:*:*"] }, "identity", ["0: dynamodb:GetItem on every resource"]],
    ["one action too many on what has no resource", { ...ALLOW, Action: ["cloudwatch:PutMetricData", "dynamodb:GetItem"], Resource: "*" }, "identity", ["0: dynamodb:GetItem on every resource"]],
    ["all but an action", { ...ALLOW, Action: undefined, NotAction: "iam:*" }, "identity", ["0: NotAction with Allow gives all but what it names"]],
    ["all but a resource", { ...ALLOW, Resource: undefined, NotResource: "x" }, "identity", ["0: NotResource with Allow gives all but what it names"]],
    ["all but a principal", { ...ALLOW, NotPrincipal: ROOT }, "resource", ["0: NotPrincipal with Allow gives all but what it names"]],
    ["everybody", { ...ALLOW, Principal: "*" }, "resource", ["0: everybody without a condition"]],
    ["everybody, spelled out", { ...ALLOW, Principal: { AWS: ["*"] } }, "resource", ["0: everybody without a condition"]],
    ["an endpoint for everybody", { ...ALLOW, Principal: "*" }, "endpoint", ["0: everybody without a condition"]],
    ["an endpoint for all of AWS", { ...ALLOW, Action: ["*"], Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "1" } } }, "endpoint", ["0: the action *"]],
    ["a key for a role as a whole", { ...ALLOW, Action: "kms:*", Resource: "*", Principal: { AWS: "arn:aws:iam::123456789012:role/r" } }, "key", ["0: the action kms:*"]],
  ])("%s", (_, statement, place, findings) => {
    expect(wildcardFindings(document(statement), place)).toEqual(findings);
  });

  test.each<[string, object, PolicyPlace]>([
    ["an action and a resource by name", ALLOW, "identity"],
    ["a Deny as wide as it likes", { Effect: "Deny", Action: "*", Resource: "*", Principal: "*" }, "resource"],
    ["what AWS ties to no resource", { ...ALLOW, Action: ["cloudwatch:PutMetricData"], Resource: "*" }, "identity"],
    ["a key's account, which governs it", { ...ALLOW, Action: "kms:*", Resource: "*", Principal: ROOT }, "key"],
    ["an endpoint for the account's own", { ...ALLOW, Action: ["s3:*"], Resource: ["*"], Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } }, "endpoint"],
    ["everybody on a condition", { ...ALLOW, Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } }, "resource"],
  ])("but not its allowed neighbour: %s", (_, statement, place) => {
    expect(wildcardFindings(document(statement), place)).toEqual([]);
  });
});

describe("roles across the graph", () => {
  const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  const role = (name: string, AWS: string): GraphResource => ({
    urn: `urn:${name}`,
    type: "aws:iam/role:Role",
    name,
    id: name,
    inputs: {},
    outputs: { name, arn: arn(name), assumeRolePolicy: document({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }) },
    dependsOn: [],
    propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const refusals = (...resources: readonly GraphResource[]) => iam.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph).map(({ code, resource }) => [code, resource]);

  test("two roles that trust each other by name cannot both be first", () => {
    expect(refusals(role("a", arn("b")), role("b", arn("a")))).toEqual([["iam.principal-order", "urn:a"]]);
  });

  test("a role cannot trust itself before it exists", () => {
    expect(refusals(role("a", arn("a")))).toEqual([["iam.principal-order", "urn:a"]]);
  });

  test("a role made before, one of another stack, and the account are principals", () => {
    expect(refusals(role("a", "arn:aws:iam::123456789012:root"), role("b", arn("a")), role("c", arn("elsewhere")))).toEqual([]);
  });

  test.each([3599, 43_201])("no session of %d seconds", (maxSessionDuration) => {
    const model = iam.resources.find(({ type }) => type === "aws:iam/role:Role");
    const inputs = { name: "r", assumeRolePolicy: role("r", arn("x")).outputs["assumeRolePolicy"], maxSessionDuration };
    expect(model?.check(inputs, { accountId: "123456789012", region: "us-east-1", name: "r" }).map(({ code }) => code)).toEqual(["iam.session-duration"]);
  });
});
