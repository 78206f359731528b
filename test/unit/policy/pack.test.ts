import { readFileSync } from "node:fs";
import { resourcePolicies, stackPolicies } from "../../../policy/pack";
import { readme } from "../../../policy/readme";
import { askEach, askTogether, UNKNOWN } from "./engine";
import { MANY, ONE } from "./fixtures";

const of = (name: string, said: readonly string[]): readonly string[] => said.filter((each) => each.startsWith(`${name}: `));

describe("each policy about single resources", () => {
  test.each(Object.entries(ONE))("%s stops its failing resource, and it alone; the good one passes all policies", (name, [stopped, passes]) => {
    expect(askEach(stopped)).not.toEqual([]);
    expect(askEach(stopped)).toEqual(of(name, askEach(stopped)));
    expect(askEach(passes)).toEqual([]);
  });

  test("none is without a failing and a passing resource", () => {
    expect(resourcePolicies.map(({ name }) => name).sort()).toEqual(Object.keys(ONE).sort());
  });
});

describe("each policy about all resources", () => {
  const cases = Object.entries(MANY).flatMap(([name, pairs]) => pairs.map(([stopped, passes], index) => ({ name, index, stopped, passes })));
  test.each(cases)("$name stops its failing stack ($index), the good one passes it", ({ name, stopped, passes }) => {
    expect(of(name, askTogether(stopped))).toHaveLength(1);
    expect(of(name, askTogether(passes))).toEqual([]);
  });

  test("none is without a failing and a passing stack", () => {
    expect(stackPolicies.map(({ name }) => name).sort()).toEqual(Object.keys(MANY).sort());
  });
});

describe("a preview does not know every value", () => {
  const permission = { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com" };
  test.each([
    ["a permission's source", { type: "aws:lambda/permission:Permission", values: { ...permission, sourceArn: UNKNOWN } }],
    ["a record's name", { type: "aws:route53/record:Record", values: { name: UNKNOWN, type: "CNAME", zoneId: "Z1", ttl: 5, records: [UNKNOWN] } }],
    ["a record's targets", { type: "aws:route53/record:Record", values: { name: "a.example.com", type: "CNAME", zoneId: "Z1", ttl: 5, records: UNKNOWN } }],
    ["a PRIMARY record's check", { type: "aws:route53/record:Record", values: { name: "a.example.com", type: "CNAME", zoneId: "Z1", ttl: 5, records: ["b.example.com"], setIdentifier: "p", failoverRoutingPolicies: [{ type: "PRIMARY" }], healthCheckId: UNKNOWN } }],
    ["all children of a calculated check", { type: "aws:route53/healthCheck:HealthCheck", values: { type: "CALCULATED", childHealthchecks: UNKNOWN, childHealthThreshold: 2 } }],
    ["an alarm's topic", { type: "aws:cloudwatch/metricAlarm:MetricAlarm", values: { name: "a", namespace: "AWS/Lambda", metricName: "Errors", statistic: "Sum", period: 60, evaluationPeriods: 1, threshold: 0, comparisonOperator: "GreaterThanThreshold", alarmActions: [UNKNOWN] } }],
  ])("%s may be unknown: no policy guesses", (_, fixture) => {
    expect(askEach(fixture)).toEqual([]);
  });

  test("two unknown children are still two: a threshold of 3 is never reached", () => {
    const fixture = { type: "aws:route53/healthCheck:HealthCheck", values: { type: "CALCULATED", childHealthchecks: [UNKNOWN, UNKNOWN], childHealthThreshold: 3 } };
    expect(of("route53-calculated-can-be-healthy", askEach(fixture))).toHaveLength(1);
  });

  test("a resource of no known region is judged by the rules that need none", () => {
    const fixture = { type: "aws:dynamodb/table:Table", region: null, values: { hashKey: "id" }, protect: true };
    expect(askEach(fixture)).toEqual([expect.stringMatching(/^dynamodb-deletion-protection: /)]);
  });
});

test("every message names the code by which the twin refuses the same thing", () => {
  const said = [...Object.values(ONE).flatMap(([stopped]) => askEach(stopped)), ...Object.values(MANY).flatMap((pairs) => pairs.flatMap(([stopped]) => askTogether(stopped)))];
  expect(said.filter((message) => !/ \[[a-z0-9]+\.[a-z0-9-]+\]$/.test(message))).toEqual([]);
});

test("the README lists the policies that the engine gets: `npm run policy:readme` after a change", () => {
  expect(readFileSync("policy/README.md", "utf8")).toBe(readme());
});
