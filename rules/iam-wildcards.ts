/**
 * Where a policy stands: on an identity, on a resource, on a key (whose `Resource: "*"` is that key), as a role's
 * trust, or on a VPC endpoint, where it lets through what other policies allow and gives nothing by itself.
 */
export type PolicyPlace = "identity" | "resource" | "key" | "trust" | "endpoint";

/**
 * Actions to which AWS ties no resource, so that `Resource: "*"` is the only way to allow them, each with the page that
 * says so. Everything else names its resources.
 */
export const RESOURCELESS_ACTIONS: Readonly<Record<string, string>> = {
  // Lambda makes the network interfaces of functions in a VPC by the function's role; their ids are not known before.
  "ec2:CreateNetworkInterface": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  "ec2:DescribeNetworkInterfaces": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  "ec2:DescribeSubnets": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  "ec2:DeleteNetworkInterface": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  "ec2:AssignPrivateIpAddresses": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  "ec2:UnassignPrivateIpAddresses": "Giving Lambda functions access to resources in an Amazon VPC (Lambda developer guide)",
  // Metrics have no ARN; the condition key cloudwatch:namespace limits them.
  "cloudwatch:PutMetricData": "Actions, resources, and condition keys for Amazon CloudWatch (Service authorization reference)",
  "cloudwatch:GetMetricData": "Actions, resources, and condition keys for Amazon CloudWatch (Service authorization reference)",
  "xray:PutTraceSegments": "Actions, resources, and condition keys for AWS X-Ray (Service authorization reference)",
  "xray:PutTelemetryRecords": "Actions, resources, and condition keys for AWS X-Ray (Service authorization reference)",
  "dynamodb:ListStreams": "Actions, resources, and condition keys for Amazon DynamoDB (Service authorization reference)",
};

type Raw = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const asList = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(String));

/** `*`, or an ARN whose resource part is nothing but a wildcard. */
const isEverything = (resource: string): boolean => /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*)$/.test(resource);
const isWholeService = (action: string): boolean => action === "*" || /^[a-z0-9-]+:\*+$/i.test(action);

/**
 * What an Allow gives beyond what it names: all actions, all resources, everybody, everything but. Deny statements may
 * be as wide as they like. "Security best practices in IAM" (grant least privilege).
 * @param text a policy document as JSON
 */
export function wildcardFindings(text: string, place: PolicyPlace): readonly string[] {
  const { Statement = [] } = JSON.parse(text) as { readonly Statement?: unknown }; // looked at part by part
  return [Statement].flat().flatMap((statement, index) => {
    if (!isRecord(statement) || statement["Effect"] !== "Allow") return [];
    // An endpoint's policy names actions service by service; a condition must say for whom.
    if (place === "endpoint" && statement["Condition"] !== undefined && !asList(statement["Action"]).includes("*")) return [];
    const name = typeof statement["Sid"] === "string" ? statement["Sid"] : String(index);
    return statementFindings(statement, place).map((finding) => `${name}: ${finding}`);
  });
}

function statementFindings(statement: Raw, place: PolicyPlace): readonly string[] {
  const actions = asList(statement["Action"]);
  const negated = ["NotAction", "NotResource", "NotPrincipal"].filter((element) => statement[element] !== undefined);
  return [
    ...negated.map((element) => `${element} with Allow gives all but what it names`),
    ...actions.filter((action) => isWholeService(action) && !isOwnersKey(statement, place)).map((action) => `the action ${action}`),
    ...resourceFindings(statement, actions, place),
    ...(isOpen(statement) ? ["everybody without a condition"] : []),
  ];
}

/** The statement that lets a key's account govern it, without which nobody could. KMS developer guide, "Default key policy". */
function isOwnersKey({ Principal }: Raw, place: PolicyPlace): boolean {
  return place === "key" && isRecord(Principal) && asList(Principal["AWS"]).every((arn) => /^(arn:aws:iam::\d{12}:root|\d{12})$/.test(arn)) && Object.keys(Principal).join() === "AWS";
}

function resourceFindings(statement: Raw, actions: readonly string[], place: PolicyPlace): readonly string[] {
  if (place === "key" || place === "trust") return [];
  if (!asList(statement["Resource"]).some(isEverything)) return [];
  const others = actions.filter((action) => !Object.hasOwn(RESOURCELESS_ACTIONS, action));
  return others.map((action) => `${action} on every resource`);
}

const isOpen = ({ Principal, Condition }: Raw): boolean =>
  Condition === undefined && (Principal === "*" || (isRecord(Principal) && asList(Principal["AWS"]).includes("*")));
