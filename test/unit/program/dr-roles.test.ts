import type { Graph } from "../../../twin/deploy/graph";
import { ofType } from "../../../twin/deploy/graph";
import type { Iam } from "../../../twin/services/iam/index";
import { ACCOUNT, devGraph, iamOf, OPERATOR, roleArn } from "../iam/graph-iam";

const REGIONS = [
  { region: "us-east-1", peer: "us-east-2" },
  { region: "us-east-2", peer: "us-east-1" },
] as const;
const operator = (region: string): string => roleArn(`payments-dr-operator-${region}-dev`);
const automation = (region: string): string => roleArn(`payments-dr-automation-${region}-dev`);

const MFA = { "aws:MultiFactorAuthPresent": "true" };

let graph: Graph;
let iam: Iam;
beforeAll(async () => {
  graph = await devGraph();
  iam = iamOf(graph);
});

describe.each(REGIONS)("who may take the roles of $region", ({ region, peer }) => {
  test.each<[string, string | { service: string }, Record<string, string>, boolean]>([
    ["an operator with a second factor", OPERATOR, MFA, true],
    ["the same without", OPERATOR, { "aws:MultiFactorAuthPresent": "false" }, false],
    ["the same with long-term keys, which know no second factor", OPERATOR, {}, false],
    ["somebody whom nobody named", `arn:aws:iam::${ACCOUNT}:user/ops/eve`, MFA, false],
    ["the account's root", `arn:aws:iam::${ACCOUNT}:root`, MFA, false],
    ["automation", automation(region), MFA, false],
    ["a service", { service: "lambda.amazonaws.com" }, MFA, false],
  ])("the operator's: %s", (_, principal, context, expected) => {
    expect(iam.assume({ principal, roleArn: operator(region), context }) === undefined).toBe(expected);
  });

  test.each<[string, string | { service: string }, boolean]>([
    ["the peer's automation", automation(peer), true],
    ["a session of the peer's automation", `arn:aws:sts::${ACCOUNT}:assumed-role/payments-dr-automation-${peer}-dev/run-1`, true],
    ["itself", automation(region), false],
    ["the peer's automation of another environment", roleArn(`payments-dr-automation-${peer}-prod`), false],
    ["an operator", OPERATOR, false],
    ["the peer's operator role", operator(peer), false],
    ["a function", roleArn(`payments-process-${peer}-dev`), false],
    ["another account's role of that name", automation(peer).replace(ACCOUNT, "210987654321"), false],
    ["a service", { service: "lambda.amazonaws.com" }, false],
  ])("the automation's: %s", (_, principal, expected) => {
    expect(iam.assume({ principal, roleArn: automation(region), context: MFA }) === undefined).toBe(expected);
  });

  test("sessions last an hour at most", () => {
    expect([operator(region), automation(region)].map((arn) => iam.role(arn)?.spec.maxSessionSeconds)).toEqual([3600, 3600]);
  });
});

test("the peer's trust is not enough: its own policy must allow it as well", () => {
  iam.putRole({ name: "x", arn: automation("us-east-2").replace("us-east-2-dev", "x"), trust: iam.role(automation("us-east-1"))?.spec.trust ?? "", maxSessionSeconds: 3600 });
  const denial = iam.assume({ principal: automation("us-east-2"), roleArn: automation("x").replace("-x-dev", "-x") });
  expect(denial).toEqual({ kind: "implicitDeny", policy: "identity-based policy" });
});

describe("each region's roles see the health checks that speak of their region", () => {
  const idOf = (part: string): string => ofType(graph, "aws:route53/healthCheck:HealthCheck").find(({ name }) => name.includes(part))?.id ?? "";
  test.each([
    ["us-east-1", "payments-health-us-east-1", true],
    ["us-east-1", "payments-health-us-east-2", false],
    ["us-east-1", "payments-switch", false],
    ["us-east-2", "payments-health-us-east-2", true],
    ["us-east-2", "payments-switch", true],
    ["us-east-2", "payments-failover", true],
    ["us-east-2", "payments-health-us-east-1", false],
  ])("%s: %s %s", (region, check, expected) => {
    const resource = `arn:aws:route53:::healthcheck/${idOf(check)}`;
    for (const principal of [operator(region), automation(region)]) {
      expect(iam.authorize({ principal, action: "route53:GetHealthCheckStatus", resource }) === undefined).toBe(expected);
    }
  });
});

describe("what the stack tells of its roles", () => {
  test("their ARNs by region", () => {
    expect(graph.outputs["drRoleArns"]).toEqual({
      "us-east-1": { automation: automation("us-east-1"), operator: operator("us-east-1") },
      "us-east-2": { automation: automation("us-east-2"), operator: operator("us-east-2") },
    });
    expect(graph.outputs["operatorAccess"]).toBe("operator roles for 1 principal, with MFA");
  });

  test("without operators there is no operator role, and an output says how to get one", async () => {
    const { resources, outputs } = await devGraph({ "tap:operators": "[]" });
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role").map(({ name }) => name);
    expect(roles.filter((name) => name.includes("-dr-"))).toEqual(["payments-dr-automation-us-east-1-dev", "payments-dr-automation-us-east-2-dev"]);
    expect(outputs["operatorAccess"]).toMatch(/^no operator role: tap:operators names nobody; pulumi config set --path 'tap:operators\[0\]'/);
  });

  test("no two roles share a name, since names are global to the account", () => {
    const names = ofType(graph, "aws:iam/role:Role").map(({ outputs }) => String(outputs["name"]));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/us-east-[12]/.test(name))).toEqual([]);
  });
});
