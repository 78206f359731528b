import { conditionObjections } from "./iam-conditions";

/** Inline policies of one role together, in characters without white space. IAM user guide, "IAM and AWS STS quotas". */
export const MAX_INLINE_POLICY_CHARACTERS = 10_240;

/** Seconds for which a session of a role may last. IAM user guide, "Update the maximum session duration for a role". */
export const SESSION_SECONDS = { min: 3600, max: 43_200 } as const;

const VERSIONS = ["2012-10-17", "2008-10-17"];
const EFFECTS = ["Allow", "Deny"];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What IAM would answer MalformedPolicyDocument for. IAM user guide, "IAM JSON policy elements reference" and
 * "Grammar of the IAM JSON policy language".
 * @param text the policy as JSON
 * @param kind `identity` policies need a Resource and name no Principal; `trust` policies the other way round; `resource` policies need both
 */
export function policyObjections(text: string, kind: "identity" | "trust" | "resource"): readonly string[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return ["the policy is no JSON"];
  }
  if (!isRecord(document)) return ["the policy is no JSON object"];
  const statements = Array.isArray(document["Statement"]) ? document["Statement"] : [document["Statement"]];
  return [
    ...(VERSIONS.includes(String(document["Version"])) ? [] : [`Version: got ${String(document["Version"])}; allowed ${VERSIONS.join(", ")}`]),
    ...(statements.length === 0 ? ["Statement: got an empty list; at least one is needed"] : []),
    ...sidObjections(statements),
    ...statements.flatMap((statement, index) => statementObjections(statement, kind).map((problem) => `Statement ${index}: ${problem}`)),
  ];
}

/** "IAM JSON policy elements: Sid": unique within a policy. */
function sidObjections(statements: readonly unknown[]): readonly string[] {
  const sids = statements.map((statement) => (isRecord(statement) ? statement["Sid"] : undefined)).filter((sid) => sid !== undefined && sid !== "");
  const twice = sids.filter((sid, index) => sids.indexOf(sid) < index);
  return [...new Set(twice)].map((sid) => `Sid: got ${String(sid)} more than once; allowed once in a policy`);
}

function statementObjections(statement: unknown, kind: "identity" | "trust" | "resource"): readonly string[] {
  if (!isRecord(statement)) return ["is no object"];
  const found: string[] = [];
  // "IAM JSON policy elements: Sid"; policies of buckets and others take more characters.
  const sid = statement["Sid"] ?? "";
  if (kind === "identity" && !(typeof sid === "string" && /^[A-Za-z0-9]*$/.test(sid))) found.push(`Sid: got ${String(sid)}; allowed letters and digits`);
  if (!EFFECTS.includes(String(statement["Effect"]))) found.push(`Effect: got ${String(statement["Effect"])}; allowed ${EFFECTS.join(", ")}`);
  if (!named(statement, "Action")) found.push("needs Action or NotAction");
  if (kind !== "identity" && !named(statement, "Principal")) found.push("needs a Principal");
  if (kind === "identity" && named(statement, "Principal")) found.push("an identity's policy names no Principal");
  if (kind !== "trust" && !named(statement, "Resource")) found.push("needs Resource or NotResource");
  if (kind === "trust" && named(statement, "Resource")) found.push("a trust policy names no Resource");
  found.push(...conditionObjections(statement["Condition"]));
  const actions = [statement["Action"] ?? statement["NotAction"] ?? []].flat();
  for (const action of actions) {
    if (typeof action !== "string" || !/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action)) found.push(`Action: got ${String(action)}; allowed service:Operation`);
  }
  return found;
}

/** The ARNs of roles that a policy names as principals. IAM refuses those that do not exist. */
export function rolePrincipals(text: string): readonly string[] {
  const { Statement } = JSON.parse(text) as { readonly Statement?: unknown }; // without objections: see policyObjections
  return [Statement].flat().flatMap((statement) => {
    const principal = isRecord(statement) ? statement["Principal"] : undefined;
    const named = isRecord(principal) ? [principal["AWS"] ?? []].flat() : [];
    return named.map(String).filter((arn) => /:iam::\d{12}:role\//.test(arn));
  });
}

/** The element or its negation, not empty. */
function named(statement: Record<string, unknown>, element: string): boolean {
  const value = statement[element] ?? statement[`Not${element}`];
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}
