import type { PolicyStatement } from "./config";

/** A question to a function's resource policy. */
export interface InvokeRequest {
  /** e.g. `apigateway.amazonaws.com` */
  readonly principal: string;
  /** The resource on whose behalf the service calls, e.g. an API's method ARN. */
  readonly sourceArn: string;
  /** The account that owns the source. */
  readonly accountId: string;
  readonly qualifier?: string;
}

const patterns = new Map<string, RegExp>();

const glob = (pattern: string, value: string): boolean => {
  let regex = patterns.get(pattern);
  if (!regex) {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    regex = new RegExp(`^${source}$`, "s");
    patterns.set(pattern, regex);
  }
  return regex.test(value);
};

/** The six components; the last one keeps its colons. */
const components = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
};

/**
 * `ArnLike`: each of the six components is matched by itself, * and ? stand for characters of that component only.
 * IAM user guide, "IAM JSON policy elements: Condition operators".
 */
export function arnLike(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = components(pattern);
  const given = components(arn);
  return wanted.every((part, index) => glob(part, given[index] ?? ""));
}

const grantsInvoke = (action: string): boolean => action === "lambda:InvokeFunction" || action === "lambda:*" || action === "*";

/** May the caller invoke the function? Every condition of one statement must hold. */
export const allowsInvoke = (statements: Iterable<PolicyStatement>, request: InvokeRequest): boolean => {
  for (const statement of statements) {
    if (
      grantsInvoke(statement.action) &&
      (statement.principal === "*" || statement.principal === request.principal) &&
      (statement.sourceArn === undefined || arnLike(statement.sourceArn, request.sourceArn)) &&
      (statement.sourceAccount === undefined || statement.sourceAccount === request.accountId) &&
      statement.qualifier === request.qualifier
    ) {
      return true;
    }
  }
  return false;
};
