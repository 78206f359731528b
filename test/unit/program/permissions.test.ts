import { wildcardFindings, type PolicyPlace } from "../../../rules/iam-wildcards";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import type { Iam } from "../../../twin/services/iam/index";
import { ACCOUNT, devGraph, iamOf, roleArn } from "../iam/graph-iam";

/** A document, where it stands, and where it was found. */
interface Found {
  readonly where: string;
  readonly place: PolicyPlace;
  readonly text: string;
}

const isDocument = (value: unknown): boolean => typeof value === "object" && value !== null && "Statement" in value;

function documentIn(value: unknown): string | undefined {
  if (typeof value !== "string") return isDocument(value) ? JSON.stringify(value) : undefined;
  if (!/^\{\s*"/.test(value)) return undefined;
  return isDocument(JSON.parse(value)) ? value : undefined;
}

const placeOf = ({ type }: GraphResource, property: string): PolicyPlace => {
  if (property === "assumeRolePolicy") return "trust";
  if (type.startsWith("aws:kms/")) return "key";
  if (type.startsWith("aws:ec2/vpcEndpoint")) return "endpoint";
  return type.startsWith("aws:iam/") ? "identity" : "resource";
};

/** Every policy document of the graph, wherever a resource has one. */
const policiesOf = ({ resources }: Graph): readonly Found[] =>
  resources.flatMap((resource) =>
    Object.entries(resource.inputs).flatMap(([property, value]) => {
      const text = documentIn(value);
      return text === undefined ? [] : [{ where: `${resource.name}.${property}`, place: placeOf(resource, property), text }];
    }),
  );

const table = (region: string): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/payments-table-global-dev`;
const CONTROL = `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/payments-control-us-east-2-dev`;
/** A region's replica of the audit trail. */
const trail = (region: string): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/payments-audit-global-dev`;
const item = (key: string) => ({ "dynamodb:LeadingKeys": [key] });

const EAST_1: { readonly region: string; readonly peer: string } = { region: "us-east-1", peer: "us-east-2" };
const EAST_2: typeof EAST_1 = { region: "us-east-2", peer: "us-east-1" };

type Question = readonly [role: string, may: boolean, action: string, resource: string, item?: string];
/** A row for Jest, which takes an argument that a row lacks for its own `done`. */
type Row = [role: string, may: boolean, action: string, resource: string, item: string];
const NO_ITEM = "";
const row = ([role, may, action, resource, key = NO_ITEM]: Question): Row => [role, may, action, resource, key];

/** What each role may and may not do; the same in both regions, each in its own. */
const eachRegion = ({ region, peer }: typeof EAST_1): readonly Question[] => [
  ["process", true, "dynamodb:PutItem", table(region), "pay_1"],
  ["process", false, "dynamodb:PutItem", table(peer), "pay_1"],
  ["process", false, "dynamodb:UpdateItem", table(region), "pay_1"],
  ["process", false, "dynamodb:DeleteItem", table(region), "pay_1"],
  ["process", false, "dynamodb:PutItem", CONTROL, "latch"],
  ["validate", false, "dynamodb:PutItem", table(region), "pay_1"],
  ["validate", false, "dynamodb:GetItem", table(region), "pay_1"],
  ["read", true, "dynamodb:GetItem", table(region), "pay_1"],
  ["read", true, "dynamodb:Query", `${table(region)}/index/CustomerIndex`, "c1"],
  ["read", true, "dynamodb:Query", `${table(region)}/index/StatusIndex`, "ACCEPTED#2026-01-01#a"],
  ["read", false, "dynamodb:Query", `${table(peer)}/index/CustomerIndex`, "c1"],
  ["read", false, "dynamodb:Scan", table(region)],
  ["read", false, "dynamodb:PutItem", table(region), "pay_1"],
  ["health", true, "dynamodb:PutItem", table(region), `health#${region}`],
  ["health", false, "dynamodb:PutItem", table(region), `health#${peer}`],
  ["health", false, "dynamodb:PutItem", table(region), "pay_1"],
  ["health", false, "dynamodb:GetItem", table(region), `health#${region}`],
  ["dr-automation", true, "dynamodb:GetItem", table(region), `health#${region}`],
  ["dr-automation", true, "dynamodb:PutItem", table(region), `canary#${region}`],
  ["dr-automation", true, "dynamodb:PutItem", table(region), `canary#${region}#7`],
  ["dr-automation", false, "dynamodb:PutItem", table(region), `canary#${peer}`],
  ["dr-automation", false, "dynamodb:PutItem", table(region), "pay_1"],
  ["dr-automation", false, "dynamodb:PutItem", table(region), `health#${region}`],
  ["dr-automation", false, "dynamodb:GetItem", table(region), "pay_1"],
  ["dr-automation", false, "dynamodb:PutItem", CONTROL, "latch"],
  ["dr-automation", false, "dynamodb:UpdateItem", CONTROL, "latch"],
  ["dr-automation", true, "cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:payments-api-errors-${region}-dev`],
  ["dr-automation", false, "cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:${peer}:${ACCOUNT}:alarm:payments-api-errors-${peer}-dev`],
  ["dr-automation", false, "cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:payments-api-errors-${region}-prod`],
  ["dr-operator", true, "dynamodb:DescribeTable", table(region)],
  ["dr-operator", false, "dynamodb:DescribeTable", table(peer)],
  ["dr-operator", false, "dynamodb:DeleteTable", table(region)],
  ["dr-operator", false, "dynamodb:GetItem", table(region), "pay_1"],
  ["dr-operator", false, "dynamodb:PutItem", table(region), "pay_1"],
  ["dr-operator", true, "dynamodb:GetItem", table(region), "canary#7"],
  ["dr-operator", true, "dynamodb:PutItem", table(region), `canary#${peer}#7`],
  ["dr-operator", false, "dynamodb:PutItem", table(region), `health#${region}`],
  ["dr-operator", false, "dynamodb:PutItem", table(peer), "canary#7"],
  ["dr-operator", true, "dynamodb:Query", trail(region), "failover"],
  ["dr-operator", false, "dynamodb:Query", trail(peer), "failover"],
  // In either region: a step must be told when the other one is gone.
  ["dr-operator", true, "dynamodb:PutItem", trail(region), "failover"],
  ["dr-operator", false, "dynamodb:PutItem", trail(region), "other"],
  ["dr-operator", false, "dynamodb:PutItem", trail(peer), "failover"],
  ["dr-operator", false, "dynamodb:DeleteItem", trail(region), "failover"],
  ["dr-operator", false, "dynamodb:UpdateItem", trail(region), "failover"],
  ["dr-automation", false, "dynamodb:PutItem", trail(region), "failover"],
  ["dr-operator", false, "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"],
  ["dr-operator", false, "route53:GetHealthCheckStatus", "arn:aws:route53:::healthcheck/of-somebody-else"],
];

/** The latch lives in the secondary, and so does the right to move it. */
const ONLY_SECONDARY: readonly Question[] = [
  ["payments-switch-us-east-2-dev", true, "dynamodb:GetItem", CONTROL, "latch"],
  ["payments-switch-us-east-2-dev", true, "dynamodb:PutItem", CONTROL, "latch"],
  ["payments-switch-us-east-2-dev", false, "dynamodb:PutItem", CONTROL, "other"],
  ["payments-switch-us-east-2-dev", false, "dynamodb:UpdateItem", CONTROL, "latch"],
  ["payments-switch-us-east-2-dev", true, "dynamodb:PutItem", table("us-east-2"), "health#us-east-2"],
  ["payments-switch-us-east-2-dev", false, "dynamodb:PutItem", table("us-east-2"), "health#us-east-1"],
  ["payments-switch-us-east-2-dev", false, "dynamodb:PutItem", table("us-east-2"), "pay_1"],
  ["payments-dr-operator-us-east-2-dev", true, "dynamodb:GetItem", CONTROL, "latch"],
  ["payments-dr-operator-us-east-2-dev", true, "dynamodb:PutItem", CONTROL, "latch"],
  ["payments-dr-operator-us-east-2-dev", true, "dynamodb:UpdateItem", CONTROL, "latch"],
  ["payments-dr-operator-us-east-2-dev", false, "dynamodb:DeleteItem", CONTROL, "latch"],
  ["payments-dr-operator-us-east-2-dev", true, "dynamodb:GetItem", CONTROL, "observer"],
  ["payments-dr-operator-us-east-2-dev", false, "dynamodb:PutItem", CONTROL, "observer"],
  ["payments-dr-operator-us-east-2-dev", false, "dynamodb:PutItem", CONTROL, "other"],
  ["payments-dr-operator-us-east-1-dev", false, "dynamodb:GetItem", CONTROL, "latch"],
  ["payments-dr-operator-us-east-1-dev", false, "dynamodb:PutItem", CONTROL, "latch"],
  ["payments-dr-automation-us-east-2-dev", true, "dynamodb:GetItem", CONTROL, "latch"],
  ["payments-dr-automation-us-east-1-dev", false, "dynamodb:GetItem", CONTROL, "latch"],
  ["payments-dr-automation-us-east-1-dev", true, "sts:AssumeRole", roleArn("payments-dr-automation-us-east-2-dev")],
  ["payments-dr-automation-us-east-1-dev", false, "sts:AssumeRole", roleArn("payments-dr-operator-us-east-2-dev")],
];

const rolesOf = (place: typeof EAST_1): readonly Row[] => eachRegion(place).map(([service, ...rest]) => row([`payments-${service}-${place.region}-dev`, ...rest]));

const may = (iam: Iam, role: string, action: string, resource: string, key: string): boolean => {
  if (!iam.role(role)) throw new Error(`no role ${role}`);
  return iam.authorize({ principal: roleArn(role), action, resource, ...(key === NO_ITEM ? {} : { context: () => item(key) }) }) === undefined;
};

describe.each(["strong", "eventual"])("in %s mode", (consistency) => {
  let graph: Graph;
  let iam: Iam;
  beforeAll(async () => {
    graph = await devGraph({ "tap:consistency": consistency, "tap:manageAccountSettings": "true" });
    iam = iamOf(graph);
  });

  test("no policy gives more than it names: no whole service, no resource *, nothing by exclusion, nothing to everybody", () => {
    const found = policiesOf(graph).flatMap(({ where, place, text }) => wildcardFindings(text, place).map((finding) => `${where}: ${finding}`));
    expect(policiesOf(graph).length).toBeGreaterThan(25);
    expect(found).toEqual([]);
  });

  test.each([...rolesOf(EAST_1), ...rolesOf(EAST_2), ...ONLY_SECONDARY.map(row)])("%s may (%s) %s %s %s", (role, expected, action, resource, key) => {
    expect(may(iam, role, action, resource, key)).toBe(expected);
  });

  test("each role of a function may be taken by Lambda, by no other service and by no role of the account", () => {
    for (const { name, arn } of iam.roles().filter(({ name }) => /-(process|validate|read|health|switch)-us-/.test(name))) {
      const taken = (principal: string | { service: string }): boolean => iam.assume({ principal, roleArn: arn }) === undefined;
      expect([name, taken({ service: "lambda.amazonaws.com" }), taken({ service: "ec2.amazonaws.com" }), taken(roleArn("payments-dr-automation-us-east-1-dev"))]).toEqual([name, true, false, false]);
    }
  });
});
