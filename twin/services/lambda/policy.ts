import { arnMatcher } from "../../../rules/iam-match";
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
export const arnLike = (pattern: string, arn: string): boolean => pattern === "*" || arnMatcher(pattern)(arn);

const grantsInvoke = (action: string): boolean => action === "lambda:InvokeFunction" || action === "lambda:*" || action === "*";

/** May the caller invoke the function? Every condition of one statement must hold. */
export const allowsInvoke = (statements: Iterable<PolicyStatement>, request: InvokeRequest): boolean => {
  for (const statement of statements) {
    if (
      grantsInvoke(statement.action) &&
      (statement.principal === "*" || statement.principal === request.principal) &&
      statement.qualifier === request.qualifier &&
      (statement.sourceAccount === undefined || statement.sourceAccount === request.accountId) &&
      (statement.sourceArn === undefined || arnLike(statement.sourceArn, request.sourceArn))
    ) {
      return true;
    }
  }
  return false;
};

export const namesService = ({ principal }: PolicyStatement): boolean => principal.endsWith(".amazonaws.com");

/** A statement as GetPolicy shows it. Lambda developer guide, "Viewing resource-based IAM policies in Lambda". */
function statementDocument(resource: string, { statementId, action, principal, sourceArn, sourceAccount }: PolicyStatement): object {
  const who = principal === "*" ? "*" : { AWS: principal };
  const conditions = {
    ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
    ...(sourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": sourceAccount } }),
  };
  return { Sid: statementId, Effect: "Allow", Principal: who, Action: action, Resource: resource, ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }) };
}

/**
 * The resource policy of a function, version or alias as JSON, as far as it speaks of roles, users and accounts.
 * @param arn with the qualifier, if there is one
 */
export const policyDocument = (arn: string, statements: readonly PolicyStatement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.filter((statement) => !namesService(statement)).map((statement) => statementDocument(arn, statement)) });
