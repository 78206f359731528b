import { arnMatch } from "../../../rules/iam-match";
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

/** `ArnLike` of a permission's source: `*` alone stands for any ARN, as the permission's API takes it. */
export const arnLike = (pattern: string, arn: string): boolean => pattern === "*" || arnMatch(pattern, arn);

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
