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

type Matcher = (value: string) => boolean;

/** Of one component; text without wildcards is compared as it is. */
function glob(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) return (value) => value === pattern;
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const regex = new RegExp(`^${source}$`, "s");
  return (value) => regex.test(value);
}

/** By pattern: statements are asked again at every request. */
const matchers = new Map<string, readonly Matcher[]>();

function matchersOf(pattern: string): readonly Matcher[] {
  let found = matchers.get(pattern);
  if (!found) {
    found = components(pattern).map(glob);
    matchers.set(pattern, found);
  }
  return found;
}

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
  const given = components(arn);
  return matchersOf(pattern).every((matches, index) => matches(given[index] ?? ""));
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
