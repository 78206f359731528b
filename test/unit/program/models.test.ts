import { cloudwatch } from "../../../twin/models/cloudwatch";
import { iam } from "../../../twin/models/iam";
import type { ServiceModels } from "../../../twin/models/model";
import { sns } from "../../../twin/models/sns";
import { sts } from "../../../twin/models/sts";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";

const PLACE = { accountId: "123456789012", region: "us-east-2", name: "it" };
const modelOf = ({ resources }: ServiceModels, type: string) => {
  const found = resources.find((model) => model.type === type);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
};

const ALARM = {
  name: "a",
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: "f" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 2,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
  alarmActions: ["arn:aws:sns:us-east-2:123456789012:t"],
};
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] });
const policy = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const ALLOW = { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn"] };

/** A type, inputs that AWS takes, and changes of them that it refuses, each with the code of its rule. */
const CASES: readonly [ServiceModels, string, Record<string, unknown>, readonly [string, Record<string, unknown>, string][]][] = [
  [
    cloudwatch,
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    ALARM,
    [
      ["an operator is needed though the types do not say so", { comparisonOperator: undefined }, "cloudwatch.comparison"],
      ["so are periods", { evaluationPeriods: undefined }, "cloudwatch.evaluation-periods"],
      ["more points than periods", { datapointsToAlarm: 3 }, "cloudwatch.datapoints"],
      ["an odd period", { period: 45 }, "cloudwatch.period"],
      ["a statistic AWS has not", { statistic: "Median" }, "cloudwatch.statistic"],
      ["two statistics", { extendedStatistic: "p99" }, "cloudwatch.statistic"],
      ["missing data treated in a way AWS has not", { treatMissingData: "ok" }, "cloudwatch.missing-data"],
      ["no metric", { metricName: undefined }, "cloudwatch.metric"],
      ["a topic of another region stays silent", { alarmActions: ["arn:aws:sns:us-east-1:123456789012:t"] }, "cloudwatch.action-region"],
      ["Route 53 publishes in us-east-1 only", { namespace: "AWS/Route53", metricName: "HealthCheckStatus", dimensions: { HealthCheckId: "h" } }, "cloudwatch.route53-region"],
      ["a dimension the metric has not", { namespace: "AWS/DynamoDB", metricName: "UserErrors", dimensions: { TableName: "t" } }, "cloudwatch.dimensions"],
      ["an over-long name", { name: "a".repeat(256) }, "cloudwatch.alarm-name"],
      ["a percentile that is none", { statistic: undefined, extendedStatistic: "p101" }, "cloudwatch.extended-statistic"],
      ["a percentile of a service that has none", { namespace: "AWS/DynamoDB", metricName: "SuccessfulRequestLatency", dimensions: { Operation: "PutItem", TableName: "t" }, statistic: undefined, extendedStatistic: "p99" }, "cloudwatch.percentile"],
      ["more than a day", { period: 3600, evaluationPeriods: 25 }, "cloudwatch.evaluation-range"],
      ["no threshold", { threshold: undefined }, "cloudwatch.threshold"],
      ["metric math", { metricQueries: [{ id: "a" }], metricName: undefined, namespace: undefined, statistic: undefined, period: undefined }, "twin.not-modelled"],
    ],
  ],
  [
    cloudwatch,
    "aws:cloudwatch/logGroup:LogGroup",
    { name: "/aws/lambda/f", retentionInDays: 30 },
    [
      ["a retention outside the list", { retentionInDays: 31 }, "cloudwatch.retention"],
      ["a name with a space", { name: "a b" }, "cloudwatch.log-group-name"],
    ],
  ],
  [
    iam,
    "aws:iam/role:Role",
    { name: "r", assumeRolePolicy: TRUST },
    [
      ["an over-long name", { name: "r".repeat(65) }, "iam.name"],
      ["a trust policy for nobody", { assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRole" }) }, "iam.malformed-policy"],
      ["a trust policy with a resource", { assumeRolePolicy: policy({ ...ALLOW, Principal: { Service: "s" } }) }, "iam.malformed-policy"],
      ["no JSON", { assumeRolePolicy: "{" }, "iam.malformed-policy"],
    ],
  ],
  [
    iam,
    "aws:iam/rolePolicy:RolePolicy",
    { role: "r", policy: policy(ALLOW) },
    [
      ["no resource", { policy: policy({ ...ALLOW, Resource: [] }) }, "iam.malformed-policy"],
      ["no action", { policy: policy({ Effect: "Allow", Resource: ["arn"] }) }, "iam.malformed-policy"],
      ["an action that is none", { policy: policy({ ...ALLOW, Action: ["GetItem"] }) }, "iam.malformed-policy"],
      ["an effect that is none", { policy: policy({ ...ALLOW, Effect: "Permit" }) }, "iam.malformed-policy"],
      ["a principal", { policy: policy({ ...ALLOW, Principal: { Service: "s" } }) }, "iam.malformed-policy"],
      ["no version", { policy: JSON.stringify({ Statement: [ALLOW] }) }, "iam.malformed-policy"],
      ["no statement", { policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) }, "iam.malformed-policy"],
    ],
  ],
  [sns, "aws:sns/topic:Topic", { name: "t" }, [["a dot in the name", { name: "a.b" }, "sns.name"]]],
  [
    sns,
    "aws:sns/topicPolicy:TopicPolicy",
    { arn: "arn:aws:sns:us-east-2:1:t", policy: policy({ ...ALLOW, Principal: { Service: "cloudwatch.amazonaws.com" } }) },
    [["nobody named", { policy: policy(ALLOW) }, "sns.malformed-policy"]],
  ],
  [
    sns,
    "aws:sns/topicSubscription:TopicSubscription",
    { topic: "arn:aws:sns:us-east-2:1:t", protocol: "email", endpoint: "a@b.c" },
    [
      ["no address", { endpoint: "ops" }, "sns.subscription"],
      ["a protocol SNS has not", { protocol: "fax" }, "sns.subscription"],
      ["a topic of another region", { topic: "arn:aws:sns:us-east-1:1:t" }, "sns.subscription-region"],
    ],
  ],
];

describe.each(CASES)("%#", (service, type, good, refused) => {
  const model = modelOf(service, type);

  test(`${type}: AWS takes the good inputs`, () => {
    expect(model.check(good, PLACE)).toEqual([]);
  });

  test.each([...refused])(`${type} is refused: %s`, (_, change, code) => {
    expect(model.check({ ...good, ...change }, PLACE).map((objection) => objection.code)).toEqual([code]);
  });
});

test("a role's ARN has no region, a log group's ARN no star, an alarm's both", () => {
  const outputs = (service: ServiceModels, type: string, inputs: object) => modelOf(service, type).outputs({ ...inputs }, PLACE).outputs["arn"];
  expect(outputs(iam, "aws:iam/role:Role", { name: "r", assumeRolePolicy: TRUST })).toBe("arn:aws:iam::123456789012:role/r");
  expect(outputs(cloudwatch, "aws:cloudwatch/logGroup:LogGroup", { name: "/g" })).toBe("arn:aws:logs:us-east-2:123456789012:log-group:/g");
  expect(outputs(cloudwatch, "aws:cloudwatch/metricAlarm:MetricAlarm", ALARM)).toBe("arn:aws:cloudwatch:us-east-2:123456789012:alarm:a");
});

describe("rules across a graph", () => {
  const resource = (type: string, urn: string, values: Record<string, unknown>): GraphResource => ({
    urn,
    type,
    name: urn,
    id: urn,
    inputs: values,
    outputs: values,
    dependsOn: [],
    propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const refusals = (...resources: GraphResource[]): string[] => (iam.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code, resource: urn }) => `${code} ${urn}`);
  const role = (urn: string, name: string) => resource("aws:iam/role:Role", urn, { name });

  test("the same role name in both regions fails at AWS: role names are global", () => {
    expect(refusals(role("a", "r"), role("b", "r"), role("c", "s"))).toEqual(["iam.name-taken b"]);
  });

  test("a role that outlives its stack under a fixed name would keep the stack from being made again", () => {
    const kept = (urn: string, values: Record<string, unknown>, protect = false): GraphResource => {
      const one = resource("aws:iam/role:Role", urn, values);
      return { ...one, outputs: { name: urn }, options: { ...one.options, retainOnDelete: true, protect } };
    };
    expect(refusals(kept("fixed", { name: "fixed" }), kept("free", {}), kept("protected", { name: "protected" }, true))).toEqual(["iam.kept-name fixed"]);
  });

  test("inline policies count together", () => {
    const half = (urn: string) => resource("aws:iam/rolePolicy:RolePolicy", urn, { role: "r", policy: `"${"x".repeat(6000)}"` });
    expect(refusals(role("a", "r"), half("p"))).toEqual([]);
    expect(refusals(role("a", "r"), half("p"), half("q"))).toEqual(["iam.policy-size a"]);
  });
});

test.each([
  ["aws:index/getCallerIdentity:getCallerIdentity", { accountId: "123456789012" }],
  ["aws:index/getRegion:getRegion", { region: "us-east-2" }],
  ["aws:index/getPartition:getPartition", { partition: "aws", dnsSuffix: "amazonaws.com" }],
])("a program that asks %s is answered", (token, answer) => {
  expect(sts.invokes?.find((invoke) => invoke.token === token)?.answer({}, PLACE)).toMatchObject(answer);
});
